using Vigil.Hashing;
using Vigil.Matching;

namespace Vigil.Tests.Matching;

/// <summary>The search over many TMK hashes finds what comparing each pair finds, and loads little.</summary>
public class TmkIndexTests
{
    /// <summary>Groups of videos: the same scenery, changed more and more.</summary>
    private static readonly Lazy<TmkHash[]> Hashes = new(() =>
        [.. Enumerable.Range(0, 24).Select(i => Hashed(scene: i / 6, change: i % 6))]
    );

    /// <summary>Every pair compared: for each hash as the query, all hashes with both scores.</summary>
    private static readonly Lazy<TmkFound[][]> Pairs = new(() =>
        [
            .. Hashes.Value.Select(query =>
                Hashes
                    .Value.Select(
                        (hash, i) =>
                            new TmkFound(i, TmkMatch.Level1(query, hash), TmkMatch.Level2(query, hash))
                    )
                    .ToArray()
            ),
        ]
    );

    [Theory]
    [InlineData(0.7f, 0.7f)]
    [InlineData(0.95f, 0.9f)]
    [InlineData(-1f, 0f)]
    [InlineData(0.99f, 0f)]
    public void Every_query_finds_what_comparing_every_pair_finds(float level1, float level2)
    {
        var hashes = Hashes.Value;
        var index = TmkIndex.Build(hashes);
        Assert.Equal(hashes.Length, index.Count);
        var found = 0;
        foreach (var (query, pairs) in hashes.Zip(Pairs.Value))
        {
            var expected = pairs
                .Where(pair => pair.Level1 >= level1 && pair.Level2 >= level2)
                .OrderByDescending(pair => pair.Level2)
                .ThenBy(pair => pair.Index);
            var actual = index.Query(query, i => hashes[i], level1, level2);
            Assert.Equal(expected, actual);
            found += actual.Count;
        }
        TestContext.Current.TestOutputHelper!.WriteLine($"{found} of {hashes.Length * hashes.Length} pairs");
        Assert.InRange(found, hashes.Length, hashes.Length * hashes.Length);
    }

    [Fact]
    public void A_threshold_that_is_a_pair_s_very_score_finds_the_pair()
    {
        var hashes = Hashes.Value;
        var index = TmkIndex.Build(hashes);
        foreach (var (query, hash) in hashes.Zip(hashes.Skip(1)))
        {
            var exact = TmkMatch.Level1(query, hash);
            var at = index.Query(query, i => hashes[i], exact, -1).Select(one => one.Level1);
            Assert.Contains(exact, at);
            Assert.DoesNotContain(
                exact,
                index.Query(query, i => hashes[i], MathF.BitIncrement(exact), -1).Select(one => one.Level1)
            );
        }
    }

    [Fact]
    public void Only_what_passes_level_one_is_loaded()
    {
        var hashes = Hashes.Value;
        var index = TmkIndex.Build(hashes);
        var loaded = new List<int>();
        var found = index.Query(
            hashes[7],
            i =>
            {
                loaded.Add(i);
                return hashes[i];
            },
            level1: 0.999f,
            level2: 0.5f
        );
        Assert.Contains(7, loaded);
        Assert.True(loaded.Count < hashes.Length / 2, $"{loaded.Count} loaded");
        Assert.Equal(7, found[0].Index);
    }

    [Fact]
    public void An_empty_index_finds_nothing_and_a_cancelled_query_ends()
    {
        Assert.Empty(TmkIndex.Build([]).Query(Hashes.Value[0], _ => throw new InvalidOperationException()));
        Assert.Throws<OperationCanceledException>(() =>
            TmkIndex
                .Build(Hashes.Value)
                .Query(Hashes.Value[0], i => Hashes.Value[i], cancellation: new CancellationToken(true))
        );
    }

    private static TmkHash Hashed(int scene, int change)
    {
        var random = new Random(scene);
        var still = new byte[3 * 64 * 64];
        for (var i = 0; i < 40; i++)
        {
            var (x, y, value) = (random.Next(48), random.Next(48), (byte)random.Next(256));
            for (var row = y; row < y + 16; row++)
            {
                still.AsSpan(3 * (64 * row + x), 48).Fill(value);
            }
        }
        var noise = new Random(100 * scene + change);
        var hasher = new TmkHasher();
        for (var t = 0; t < 12; t++)
        {
            var frame = (byte[])still.Clone();
            for (var i = 0; i < change * 400; i++)
            {
                frame[noise.Next(frame.Length)] = (byte)noise.Next(256);
            }
            hasher.Add(new PixelView(frame, 64, 64, PixelLayout.Rgb24));
        }
        return hasher.Finish();
    }
}
