using Vigil.Cli.Samples;
using Vigil.Hashing;

namespace Vigil.Tests.Samples;

public class SampleScenesTests
{
    /// <summary>Drawn once for all tests: together they take seconds.</summary>
    private static readonly Lazy<Sample[]> All = new(() =>
        [
            .. SampleScenes
                .Names.Select((_, index) => index)
                .AsParallel()
                .AsOrdered()
                .Select(index => SampleScenes.Draw(index)),
        ]
    );

    private static readonly Lazy<Picture[]> WithoutMark = new(() =>
        [
            .. SampleScenes
                .Names.Select((_, index) => index)
                .AsParallel()
                .AsOrdered()
                .Select(index => SampleScenes.Draw(index, SampleScenes.DefaultSeed, isMarked: false).Picture),
        ]
    );

    [Fact]
    public void There_are_at_least_24_samples_of_everyday_sizes_with_names_of_their_own()
    {
        Assert.InRange(All.Value.Length, 24, 100);
        Assert.Equal(All.Value.Length, SampleScenes.Names.Distinct().Count());
        Assert.Equal(SampleScenes.Names, All.Value.Select(s => s.Name));
        Assert.All(
            All.Value,
            s =>
            {
                Assert.InRange(Math.Min(s.Picture.Width, s.Picture.Height), 480, 960);
                Assert.InRange(Math.Max(s.Picture.Width, s.Picture.Height), 640, 1280);
                Assert.Equal(s.Picture.Width * s.Picture.Height * 3, s.Picture.Rgb.Length);
            }
        );
    }

    [Fact]
    public void The_same_seed_draws_the_same_pixels_and_another_seed_others()
    {
        var again = SampleScenes.DrawAll().Take(2).ToArray();
        Assert.Equal(All.Value[0].Picture.Rgb, again[0].Picture.Rgb);
        Assert.Equal(All.Value[1].Picture.Rgb, again[1].Picture.Rgb);
        Assert.NotEqual(All.Value[0].Picture.Rgb, SampleScenes.Draw(0, seed: 1).Picture.Rgb);
    }

    [Fact]
    public void Each_sample_is_rich_enough_for_a_good_hash_and_far_from_all_others_however_they_are_turned()
    {
        var hasher = new PdqHasher();
        var turned = new List<PdqResult[]>();
        foreach (var sample in All.Value)
        {
            var results = new PdqResult[8];
            hasher.HashDihedral(View(sample.Picture), results);
            Assert.True(results[0].Quality >= Quality.Corroborating, sample.Name);
            var bare = hasher.Hash(View(WithoutMark.Value[turned.Count]));
            Assert.True(bare.Quality >= Quality.Corroborating, $"{sample.Name} without its mark");
            turned.Add(results);
        }
        var pairs =
            from first in Enumerable.Range(0, turned.Count)
            from second in Enumerable.Range(0, first)
            select (
                Names: $"{All.Value[first].Name} and {All.Value[second].Name}",
                Distance: turned[first].Min(r => r.Hash.DistanceTo(turned[second][0].Hash))
            );
        Assert.All(pairs, pair => Assert.True(pair.Distance > 90, $"{pair.Names}: {pair.Distance} bits"));
    }

    [Fact]
    public void The_word_SAMPLE_stands_across_each_picture()
    {
        for (var i = 0; i < All.Value.Length; i++)
        {
            var marked = All.Value[i].Picture;
            var bare = WithoutMark.Value[i];
            var columns = Enumerable
                .Range(0, marked.Width)
                .Where(x => Enumerable.Range(0, marked.Height).Any(y => marked[x, y] != bare[x, y]))
                .ToArray();
            Assert.InRange((columns[^1] - columns[0]) / (double)marked.Width, 0.5, 0.9);
            var changed = Enumerable
                .Range(0, marked.Rgb.Length)
                .Count(at => Math.Abs(marked.Rgb[at] - bare.Rgb[at]) > 40);
            Assert.True(changed > marked.Rgb.Length / 100, All.Value[i].Name);
        }
    }

    private static PixelView View(Picture picture) =>
        new(picture.Rgb, picture.Width, picture.Height, PixelLayout.Rgb24);
}
