using Vigil.Hashing;
using Vigil.Media;
using Vigil.Media.Protocol;
using Vigil.Media.Transforms;

namespace Vigil.Tests.Media.Sandbox;

/// <summary>Everyday transforms, made and hashed in the real worker.</summary>
public class TransformTests
{
    private const int Side = 300;

    private static readonly IReadOnlyList<EverydayTransform> All = EverydayTransforms.All;

    [Fact(Timeout = 120_000)]
    public async Task Every_transform_is_hashed_and_each_is_as_far_off_as_its_kind_says()
    {
        await using var pool = Pools.Open();
        var file = Pools.Bmp(1, Side);
        var plain = (await pool.HashAsync(file, new MediaRequest { Dihedral = true })).Hashes;
        var (outcome, hashes) = await TransformAsync(pool, file);

        Assert.Equal(MediaOutcome.Done, outcome);
        Assert.Equal(All.Count, hashes.Select(hash => hash.Transform).Distinct().Count());
        // As it is: the same eight hashes as of a look-up.
        Assert.Equal(
            plain.Select(hash => (hash.Variant, hash.Hash, hash.Quality)),
            hashes
                .Where(hash => hash is { Transform: 0, Part: PicturePart.Whole })
                .Select(hash => (hash.Variant, hash.Hash, hash.Quality))
        );
        int Distance(string name, PicturePart part, Dihedral variant) =>
            hashes
                .Single(hash =>
                    All[hash.Transform].Name == name && (hash.Part, hash.Variant) == (part, variant)
                )
                .Hash.DistanceTo(plain[0].Hash);
        Assert.InRange(Distance("JPEG quality 95", PicturePart.Whole, Dihedral.Original), 0, 10);
        Assert.InRange(Distance("half size", PicturePart.Whole, Dihedral.Original), 0, 31);
        Assert.InRange(Distance("pad 20 %, teal", PicturePart.Borderless, Dihedral.Original), 0, 4);
        Assert.InRange(Distance("pad 20 %, teal", PicturePart.Whole, Dihedral.Original), 64, 256);
        Assert.InRange(Distance("letterbox, black", PicturePart.Borderless, Dihedral.Original), 0, 4);
        Assert.InRange(Distance("rotate 180", PicturePart.Whole, Dihedral.Rotate180), 0, 14);
        Assert.InRange(Distance("mirror", PicturePart.Whole, Dihedral.FlipY), 0, 14);
        Assert.InRange(Distance("mirror", PicturePart.Whole, Dihedral.Original), 64, 256);
        Assert.InRange(Distance("collage, no lines", PicturePart.TopLeftQuarter, Dihedral.Original), 0, 4);
        Assert.Contains(
            hashes,
            hash =>
                All[hash.Transform].Name == "collage, white lines"
                && hash.Part is >= PicturePart.Region1 and <= PicturePart.Region8
                && hash.Hash.DistanceTo(plain[0].Hash) <= 4
        );
    }

    [Fact(Timeout = 120_000)]
    public async Task The_seed_alone_decides_what_is_drawn_and_large_pictures_are_shrunk_first()
    {
        await using var pool = Pools.Open();
        var file = Pools.Bmp(2, Side);
        var first = await TransformAsync(pool, file, seed: 1);
        Assert.Equal(first.Hashes, (await TransformAsync(pool, file, seed: 1)).Hashes);
        Assert.NotEqual(first.Hashes, (await TransformAsync(pool, file, seed: 2)).Hashes);
        var small = await TransformAsync(pool, file, maxSide: 100);
        Assert.InRange(small.Hashes[0].Hash.DistanceTo(first.Hashes[0].Hash), 0, 20);
        Assert.NotEqual(first.Hashes, small.Hashes);
    }

    [Theory(Timeout = 120_000)]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(600, 5)]
    [InlineData(7, 900)]
    public async Task Pictures_of_any_size_are_transformed(int width, int height)
    {
        await using var pool = Pools.Open();
        var jpeg = await pool.EncodeJpegAsync(
            new byte[width * height * 3],
            new JpegEncoding(width, height),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(MediaOutcome.Done, (await TransformAsync(pool, jpeg)).Outcome);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_is_no_picture_is_told_and_the_next_one_is_served()
    {
        await using var pool = Pools.Open();
        Assert.Equal(MediaOutcome.Empty, (await TransformAsync(pool, [])).Outcome);
        Assert.Equal(MediaOutcome.NotMedia, (await TransformAsync(pool, "no picture"u8.ToArray())).Outcome);
        Assert.Equal(MediaOutcome.Done, (await TransformAsync(pool, Pools.Bmp(3))).Outcome);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => TransformAsync(pool, [1], maxSide: 63));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => TransformAsync(pool, [1], maxSide: 4097));
    }

    [Fact]
    public void An_answer_that_is_not_as_agreed_is_none()
    {
        var bytes = Answer();
        Assert.True(TransformAnswer.TryRead(bytes, out var outcome, out var hashes));
        Assert.Equal((MediaOutcome.Done, All.Count * 8 + 1), (outcome, hashes.Length));
        Assert.InRange(bytes.Length, 1, TransformAnswer.MaxBytes);

        Assert.False(TransformAnswer.TryRead(bytes.AsSpan(1), out _, out _));
        Assert.False(TransformAnswer.TryRead(bytes.AsSpan(0, 4), out _, out _));
        Assert.False(TransformAnswer.TryRead([], out _, out _));
        // One symmetry of the last transform is missing.
        Assert.False(TransformAnswer.TryRead(bytes.AsSpan(0, bytes.Length - 36), out _, out _));
        const int second = 4 + 36;
        foreach (
            var (at, value) in (ReadOnlySpan<(int, byte)>)
                [
                    (0, 200),
                    (0, (byte)MediaOutcome.Damaged),
                    (second, (byte)All.Count),
                    (second + 1, PartFinder.MaxParts),
                    (second + 2, 8),
                    (second + 2, 0),
                    (second + 3, 101),
                ]
        )
        {
            var changed = (byte[])bytes.Clone();
            changed[at] = value;
            Assert.False(TransformAnswer.TryRead(changed, out _, out var none));
            Assert.Empty(none);
        }
    }

    [Fact]
    public void No_mutation_of_an_answer_throws()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var answer = Answer();
        for (var run = 0; run < 3000; run++)
        {
            var bytes = (byte[])answer.Clone();
            for (var edits = random.Next(1, 4); edits > 0; edits--)
            {
                bytes[random.Next(random.Next(2) == 0 ? 200 : bytes.Length)] = (byte)random.Next(256);
            }
            if (
                TransformAnswer.TryRead(
                    bytes.AsSpan(0, random.Next(3) == 0 ? random.Next(bytes.Length) : bytes.Length),
                    out _,
                    out var hashes
                )
            )
            {
                Assert.All(hashes, hash => Assert.InRange(hash.Transform, 0, All.Count - 1));
            }
        }
    }

    [Fact]
    public void Transforms_have_names_of_their_own_and_the_first_changes_nothing()
    {
        Assert.Equal(All.Count, All.Select(transform => transform.Name).Distinct().Count());
        Assert.InRange(All.Count, 40, byte.MaxValue);
        Assert.Equal(TransformFamily.Same, All[0].Family);
        Assert.Equal(
            Enum.GetValues<TransformFamily>(),
            All.Select(transform => transform.Family).Distinct().Order()
        );
    }

    /// <summary>The whole of each transform in every symmetry, and one part.</summary>
    private static byte[] Answer()
    {
        var records = (
            from transform in Enumerable.Range(0, All.Count)
            from part in transform == 3
                ? [PicturePart.Whole, PicturePart.Region1]
                : new[] { PicturePart.Whole }
            from variant in part == PicturePart.Whole ? Enum.GetValues<Dihedral>() : [Dihedral.Original]
            select new TransformHash(transform, part, variant, new PdqHash(1, 2, 3, 4), new Quality(80))
        ).ToList();
        var bytes = new byte[TransformAnswer.FixedBytes + TransformAnswer.RecordBytes * records.Count];
        TransformAnswer.WriteOutcome(bytes, MediaOutcome.Done);
        for (var i = 0; i < records.Count; i++)
        {
            TransformAnswer.WriteRecord(bytes.AsSpan(4 + 36 * i), records[i]);
        }
        return bytes;
    }

    private static Task<(MediaOutcome Outcome, IReadOnlyList<TransformHash> Hashes)> TransformAsync(
        MediaPool pool,
        byte[] file,
        int maxSide = 512,
        int seed = 1
    ) => pool.TransformAsync(file, maxSide, seed, TestContext.Current.CancellationToken);
}
