using Vigil.Hashing;
using Vigil.Media;
using Vigil.Media.Sandboxing;

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
        Assert.Equal(26, report.Checks.Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_worker_keeps_out_of_swap_what_the_limit_on_locked_memory_allows()
    {
        const long InputBufferBytes = 16L << 20;
        var limit = ResourceLimit.Of(ResourceLimit.LockedMemory).Soft;
        var expected = ProcessStatus.Read().CanRaiseLimits
            ? InputBufferBytes
            : (long)Math.Min(limit, (ulong)InputBufferBytes);
        await using var pool = Pools.Open();
        await pool.HashAsync(Pools.Bmp(1));
        var status = await File.ReadAllLinesAsync(
            $"/proc/{pool.WorkerProcessIds[0]}/status",
            TestContext.Current.CancellationToken
        );
        // proc(5): "VmLck:     12345 kB".
        var line = status.Single(text => text.StartsWith("VmLck:", StringComparison.Ordinal));
        var locked = long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
        Assert.InRange(locked, expected, long.MaxValue);
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
