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
    public async Task A_picture_is_hashed()
    {
        await using var pool = Pools.Open();
        var result = await pool.HashAsync(Pools.Bmp(1));
        Assert.Equal(MediaOutcome.Done, result.Outcome);
        Assert.Equal(MediaFormat.Bmp, result.Format);
        Assert.Single(result.Hashes);
        TestContext.Current.TestOutputHelper!.WriteLine($"{result.Hashes[0].Quality.Value}");
    }
}
