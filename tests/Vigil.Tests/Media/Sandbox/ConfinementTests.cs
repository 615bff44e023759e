using Vigil.Hashing;
using Vigil.Media;

namespace Vigil.Tests.Media.Sandbox;

public class ConfinementTests
{
    [Fact(Timeout = 30_000)]
    public async Task A_worker_cannot_break_one_promise_of_its_sandbox()
    {
        await using var pool = Pools.Open();
        var report = await pool.SelfTestAsync(TestContext.Current.CancellationToken);
        foreach (var check in report.Checks)
        {
            TestContext.Current.TestOutputHelper!.WriteLine($"{check.Holds} {check.Promise}: {check.Found}");
        }
        Assert.True(
            report.IsSound,
            string.Join("; ", report.Checks.Where(c => !c.Holds).Select(c => $"{c.Promise}: {c.Found}"))
        );
        Assert.Equal(24, report.Checks.Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_picture_hashed_in_the_sandbox_has_the_hash_of_its_pixels()
    {
        await using var pool = Pools.Open();
        const int Side = 96;
        var result = await pool.HashAsync(Pools.Bmp(1, Side), new MediaRequest { Dihedral = true });

        // The drawing is grey: its rows, from the bottom up in the file, are turned over here.
        var rows = Pools.Rgb(1, Side).Chunk(Side * 3).Reverse().SelectMany(row => row).ToArray();
        var expected = new PdqResult[8];
        new PdqHasher().HashDihedral(new PixelView(rows, Side, Side, PixelLayout.Rgb24), expected);
        Assert.Equal((MediaOutcome.Done, MediaFormat.Bmp), (result.Outcome, result.Format));
        Assert.Equal((Side, Side, 1), (result.Width, result.Height, result.Frames));
        Assert.Equal(expected, result.Hashes.Select(h => new PdqResult(h.Hash, h.Quality)));
        Assert.Equal(Enum.GetValues<Dihedral>(), result.Hashes.Select(h => h.Variant));
    }
}
