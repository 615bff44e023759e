using Vigil.Cli.Lookups;
using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Media;
using Vigil.Tests.Matching;

namespace Vigil.Tests.Media.Sandbox;

/// <summary>Colours are decoded only where the caller finds the grey plane near something.</summary>
public class GreyFirstTests
{
    private const int Side = 256;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_near_picture_is_hashed_in_full_and_a_far_one_not_at_all()
    {
        await using var pool = Pools.Open();
        var file = await JpegAsync(pool, seed: 1);
        var plain = await pool.HashAsync(file, new MediaRequest { Dihedral = true });
        var asked = new List<IReadOnlyList<PdqResult>>();

        var near = await pool.HashAsync(file, Asking(true));
        var far = await pool.HashAsync(file, Asking(false));
        var after = await pool.HashAsync(file, new MediaRequest { Dihedral = true });

        Assert.Equal(plain.Hashes, near.Hashes);
        Assert.False(near.FarByGrey);
        Assert.True(far is { Outcome: MediaOutcome.Done, FarByGrey: true, Hashes.Count: 0 });
        Assert.Equal((MediaFormat.Jpeg, Side, Side, 1), (far.Format, far.Width, far.Height, far.Frames));
        Assert.Equal(plain.Digests!.Sha256, far.Digests!.Sha256);
        // The pipe is where it was: the next job gets its own answer, of the same worker.
        Assert.Equal(plain.Hashes, after.Hashes);
        Assert.Equal(2, asked.Count);
        for (var i = 0; i < 8; i++)
        {
            Assert.InRange(asked[0][i].Hash.DistanceTo(plain.Hashes[i].Hash), 0, 4);
        }

        MediaRequest Asking(bool answer) =>
            new()
            {
                Dihedral = true,
                GreyFirst = (estimates, digests) =>
                {
                    Assert.Equal(plain.Digests, digests);
                    asked.Add(estimates);
                    return answer;
                },
            };
    }

    [Fact(Timeout = 60_000)]
    public async Task What_has_other_readings_or_is_damaged_or_no_jpeg_is_always_hashed_in_full()
    {
        await using var pool = Pools.Open();
        var jpeg = await JpegAsync(pool, seed: 2);
        byte[][] files =
        [
            Pools.Bmp(3),
            [.. jpeg[..2], .. Exif(orientation: 6), .. jpeg[2..]],
            jpeg[..(jpeg.Length / 2)],
        ];
        foreach (var file in files)
        {
            var expected = await pool.HashAsync(file, new MediaRequest());
            var result = await pool.HashAsync(
                file,
                new MediaRequest { GreyFirst = (_, _) => throw new InvalidOperationException("asked") }
            );
            Assert.NotEmpty(expected.Hashes);
            Assert.Equal(expected.Hashes, result.Hashes);
            Assert.Equal(expected.Truncated, result.Truncated);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_question_that_fails_costs_its_own_job_only()
    {
        await using var pool = Pools.Open();
        var file = await JpegAsync(pool, seed: 1);
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            pool.HashAsync(
                file,
                new MediaRequest { GreyFirst = (_, _) => throw new InvalidOperationException() }
            )
        );
        Assert.Single((await pool.HashAsync(file)).Hashes);
    }

    [Fact(Timeout = 120_000)]
    public async Task Estimates_of_photos_are_within_the_margin_that_scans_give_them()
    {
        await using var pool = Pools.Open();
        var measured = 0;
        var folder = SharedData.Need("images/bridge-mods");
        foreach (var path in Directory.EnumerateFiles(folder, "*.jpg").Order())
        {
            var (outcome, timings) = await pool.MeasureAsync(
                await File.ReadAllBytesAsync(path, Stop),
                1,
                Stop
            );
            Assert.Equal(MediaOutcome.Done, outcome);
            if (timings.GreyBits >= 0)
            {
                measured++;
                Assert.InRange(timings.GreyBits, 0, Lookup.GreyMarginBits);
                Assert.True(timings.Grey.Median > TimeSpan.Zero);
            }
        }
        Assert.True(measured >= 4, $"{measured} pictures were measured");
    }

    [Fact]
    public void Near_is_what_brute_force_finds_within_radius_and_margin()
    {
        var luck = Made.Luck();
        var entries = Enumerable.Range(0, 300).Select(_ => Made.Balanced(luck)).ToArray();
        var index = MatchIndex.Build([Made.List("entries", entries)]);
        for (var distance = 40; distance < 56; distance++)
        {
            var query = Made.Flip(entries[luck.Next(entries.Length)], luck, distance);
            var expected = entries.Any(entry => entry.DistanceTo(query) <= Radius.Default.Bits + 16);
            Assert.Equal(expected, index.IsNear([new PdqResult(query, new Quality(100))], 16));
        }
        var far = new PdqResult(Made.Balanced(luck), new Quality(100));
        Assert.False(index.IsNear([far], 16));
        // What cannot be told is near: beyond the radii that are searched, and close to the floor of quality.
        Assert.True(index.IsNear([far], 16, new Radius(48)));
        Assert.True(index.IsNear([far with { Quality = new Quality(59) }], 16));
        Assert.False(index.IsNear([far with { Quality = new Quality(60) }], 16));
    }

    private static Task<byte[]> JpegAsync(MediaPool pool, int seed) =>
        pool.EncodeJpegAsync(Pools.Rgb(seed, Side), new JpegEncoding(Side, Side), Stop);

    /// <summary>An APP1 segment with one entry, the orientation (EXIF 2.32, 4.6.2).</summary>
    private static byte[] Exif(byte orientation) =>
        [
            0xFF,
            0xE1,
            0,
            34,
            .. "Exif\0\0MM\0*"u8,
            0,
            0,
            0,
            8,
            0,
            1,
            1,
            0x12,
            0,
            3,
            0,
            0,
            0,
            1,
            0,
            orientation,
            0,
            0,
            0,
            0,
            0,
            0,
        ];
}
