using Vigil.Cli.Benchmarks.Robustness;
using Vigil.Hashing;
using Vigil.Media.Transforms;

namespace Vigil.Tests.Cli.Robustness;

public class EvaluationTests
{
    private const int Plain = 0;

    [Fact]
    public void Each_kind_of_hash_belongs_to_the_ways_that_ask_for_it()
    {
        var ways = QueryWay.All.ToDictionary(
            way => way.Name,
            way => string.Concat(Enumerable.Range(0, QueryWay.Classes).Select(c => way.Takes(c) ? '1' : '0'))
        );
        Assert.Equal("100000", ways["plain"]);
        Assert.Equal("110000", ways["borders"]);
        Assert.Equal("100100", ways["dihedral"]);
        Assert.Equal("101000", ways["parts"]);
        Assert.Equal("110110", ways["borders, dihedral"]);
        Assert.Equal("111000", ways["borders, parts"]);
        Assert.Equal("111111", ways["all"]);
        Assert.Equal(0, QueryWay.ClassOf(PicturePart.Whole, Dihedral.Original));
        Assert.Equal(4, QueryWay.ClassOf(PicturePart.Borderless, Dihedral.FlipX));
        Assert.Equal(2, QueryWay.ClassOf(PicturePart.TopHalf, Dihedral.Original));
        int[] least = [50, 40, 30, 20, 10, 5];
        Assert.Equal([50, 40, 20, 30, 10, 30, 5], QueryWay.All.Select(way => way.Least(least)));
    }

    [Fact]
    public void The_same_picture_twice_and_a_folder_are_one_group_and_no_group_is_in_both_halves()
    {
        var random = new Random(1);
        var pictures = Enumerable.Range(0, 40).Select(i => Source(random, $"c{i % 2}/{i}.png", i)).ToList();
        pictures.Add(Source(random, "c0/again.png", 100) with { Entry = Near(pictures[0].Entry, 20) });
        pictures.Add(Source(random, "c0/theme/a.png", 101));
        pictures.Add(Source(random, "c0/theme/b.png", 102));
        var negative = Source(random, "d/n.png", 103) with
        {
            Uploads = [],
            Entry = Near(pictures[1].Entry, 5),
        };
        pictures.Add(negative);

        var near = Halves.Group(pictures);
        Halves.Deal(pictures, seed: 3);

        Assert.Equal(
            [("c0/0.png", "c0/again.png", 20), ("c1/1.png", "d/n.png", 5)],
            near.Select(pair => (pair.A, pair.B, pair.Bits))
        );
        Assert.Equal(pictures[0].Group, pictures[40].Group);
        Assert.Equal(pictures[41].Group, pictures[42].Group);
        Assert.Equal(pictures[1].Group, negative.Group);
        Assert.All(
            pictures.GroupBy(picture => picture.Group),
            group => Assert.Single(group.Select(picture => picture.Half).Distinct())
        );
        Assert.InRange(pictures.Count(picture => picture.Half == 0), 17, 27);
    }

    [Fact]
    public void A_radius_chosen_on_one_half_knows_nothing_of_the_other()
    {
        var pictures = Run(seed: 5, ownBits: 20);
        var before = Evaluate(pictures);
        var other = pictures.Where(picture => picture.Half == 1).ToList();
        // The second half becomes as bad as can be: uploads far from their entries, and false matches at distance 0.
        for (var i = 0; i < other.Count; i++)
        {
            var wrong = other[(i + 1) % other.Count].Entry;
            pictures[pictures.IndexOf(other[i])] = other[i] with
            {
                Uploads = [Upload(0, wrong), Upload(1, wrong)],
                Group = other[i].Group,
                Half = 1,
            };
        }
        var after = Evaluate(pictures);
        foreach (var point in Enum.GetValues<OperatingPoint>())
        {
            Assert.Equal(before.Choose(point, Plain, half: 0), after.Choose(point, Plain, half: 0));
        }
        Assert.Equal(-1, after.Choose(OperatingPoint.FixedPrecision, Plain, half: 1));
        Assert.NotEqual(
            before.Choose(OperatingPoint.FixedFalseMatches, Plain, half: 1),
            after.Choose(OperatingPoint.FixedFalseMatches, Plain, half: 1)
        );
        // And it is used on the other half, not on its own.
        var result = after.Results.First(r => r.Point == OperatingPoint.FixedPrecision);
        Assert.Equal(-1, result.Radius[0]);
        Assert.Equal(after.Choose(OperatingPoint.FixedPrecision, Plain, half: 0), result.Radius[1]);
    }

    [Fact]
    public void Recall_gain_and_false_matches_are_counted_as_the_pictures_were_made()
    {
        // The first upload is 20 bits off, the second 90 as it is and 10 mirrored.
        var pictures = Run(seed: 9, ownBits: 20);
        for (var i = 0; i < pictures.Count; i++)
        {
            var entry = pictures[i].Entry;
            pictures[i] = pictures[i] with
            {
                Uploads =
                [
                    Upload(0, Near(entry, 20)),
                    Upload(1, Near(entry, 90)),
                    Upload(1, Near(entry, 10), Dihedral.FlipX),
                ],
            };
        }
        var evaluation = Evaluate(pictures);
        var at31 = evaluation.Results.Where(result => result.Point == OperatingPoint.Recommended).ToList();
        var (plain, dihedral) = (at31[0], at31.Single(result => result.Way.Name == "dihedral"));

        Assert.Equal(new Recall(pictures.Count, 2 * pictures.Count), plain.All);
        Assert.Equal(new Recall(2 * pictures.Count, 2 * pictures.Count), dihedral.All);
        Assert.Equal([1.0, 0.0], plain.ByTransform.Select(recall => recall.Share));
        Assert.Equal((0.0, 0.5), (plain.Gain, dihedral.Gain));
        Assert.Equal(new Interval(0.5, 0.5), dihedral.GainInterval);
        Assert.Equal((1.0, 1.5), (plain.HashesAnUpload, dihedral.HashesAnUpload));
        var pairs = pictures.Sum(p => 2L * pictures.Count(q => q.Half == p.Half && q.Group != p.Group));
        Assert.Equal(new Recall(0, pairs), plain.FalsePairs);
        Assert.Equal(0, plain.FalseUploads.Found);
    }

    [Fact]
    public void A_hash_of_low_quality_is_not_looked_up()
    {
        var pictures = Run(seed: 11, ownBits: 0);
        for (var i = 0; i < pictures.Count; i++)
        {
            var flat = pictures[i].Uploads.Select(hash => hash with { Quality = new Quality(49) });
            pictures[i] = pictures[i] with { Uploads = [.. flat] };
        }
        var evaluation = Evaluate(pictures);
        Assert.All(evaluation.Results, result => Assert.Equal(0, result.All.Found));
        Assert.All(evaluation.Results, result => Assert.Equal(0, result.FalsePairs.Tried));
    }

    private static Evaluation Evaluate(IReadOnlyList<SourcePicture> pictures) =>
        new(
            Distances.Of(pictures, jobs: 2, TestContext.Current.CancellationToken),
            new EvaluationOptions { ListSize = 1_000_000, PerMillion = 1 }
        );

    /// <summary>Forty pictures of random hashes with two uploads each, in two halves.</summary>
    private static List<SourcePicture> Run(int seed, int ownBits)
    {
        var random = new Random(seed);
        var pictures = Enumerable.Range(0, 40).Select(i => Source(random, $"c/{i}.png", i)).ToList();
        for (var i = 0; i < pictures.Count; i++)
        {
            var upload = Near(pictures[i].Entry, ownBits);
            pictures[i] = pictures[i] with { Uploads = [Upload(0, upload), Upload(1, upload)], Half = i % 2 };
        }
        return pictures;
    }

    private static SourcePicture Source(Random random, string name, int group) =>
        new(name, name.Split('/')[0], new PdqResult(Any(random), new Quality(100)), [Upload(0, default)])
        {
            Group = group,
        };

    private static TransformHash Upload(
        int transform,
        PdqResult hash,
        Dihedral variant = Dihedral.Original
    ) => new(transform, PicturePart.Whole, variant, hash.Hash, new Quality(100));

    private static PdqHash Any(Random random) =>
        new(
            (ulong)random.NextInt64(long.MinValue, long.MaxValue),
            (ulong)random.NextInt64(long.MinValue, long.MaxValue),
            (ulong)random.NextInt64(long.MinValue, long.MaxValue),
            (ulong)random.NextInt64(long.MinValue, long.MaxValue)
        );

    private static PdqResult Near(PdqResult hash, int bits)
    {
        var bytes = new byte[PdqHash.ByteLength];
        hash.Hash.CopyTo(bytes);
        for (var bit = 0; bit < bits; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
        return hash with { Hash = PdqHash.FromBytes(bytes) };
    }
}
