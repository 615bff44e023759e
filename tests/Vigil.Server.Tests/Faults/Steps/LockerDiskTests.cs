using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Faults.Steps;

/// <summary>A locker's disk that refuses one kind of call: an answer that says what to do, and nothing half.</summary>
public sealed class LockerDiskTests : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private readonly long _start = TimeProvider.System.GetTimestamp();

    private readonly StepPlan _plan = new("", sample: 0);
    private TestDatabase? _database;

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
        _folder.Dispose();
    }

    /// <summary>A thread of its own stores the object: its first call of a kind is the body's.</summary>
    [Theory(Timeout = 300_000)]
    [InlineData("mkdir:error=EIO:when=1")]
    [InlineData("renameat:error=EIO:when=1")]
    [InlineData("renameat:error=EIO:when=2")]
    [InlineData("renameat:error=EROFS:when=1")]
    public async Task A_sealing_that_the_disk_refuses_is_refused_with_advice_and_keeps_nothing(string fault)
    {
        var (life, _) = await RunAsync("seal", fault);
        Assert.Contains("Have it checked", life.Refusal, StringComparison.Ordinal);
        // The head and the body of the one that was there before.
        Assert.Equal(2, life.Files().Count());
        await life.OpenAsync(async _ =>
        {
            Assert.Contains("locker_failing", await life.AlarmsAsync());
            await life.CheckSealAsync();
            Assert.DoesNotContain("locker_failing", await life.AlarmsAsync());
        });
        _plan.AssertNothingWrong();
    }

    [Theory(Timeout = 300_000)]
    [InlineData("unlinkat:error=EIO")]
    [InlineData("unlinkat:error=EIO:when=2+")]
    public async Task A_destruction_that_the_disk_refuses_is_finished_when_it_works_again(string fault)
    {
        var (life, signed) = await RunAsync("destroy", fault);
        Assert.DoesNotContain("destroyed", life.Refusal, StringComparison.Ordinal);
        await life.OpenAsync(_ => life.CheckDestroyAsync(signed));
        _plan.AssertNothingWrong();
    }

    [Theory(Timeout = 300_000)]
    [InlineData("seal")]
    [InlineData("destroy")]
    public async Task A_failed_sync_ends_the_process_and_what_it_did_is_whole_or_not_there(string operation)
    {
        var (life, signed) = await RunAsync(operation, "fsync:error=EIO:when=1");
        Assert.Equal(74, life.ExitCode);
        Assert.Contains("Check the disk", life.Errors, StringComparison.Ordinal);
        await life.OpenAsync(_ =>
            operation == "seal" ? life.CheckSealAsync() : life.CheckDestroyAsync(signed)
        );
        _plan.AssertNothingWrong();
    }

    private async Task<(CustodyStepLife Life, long Signed)> RunAsync(string operation, string fault)
    {
        Strace.Require();
        Directory.CreateDirectory(_folder["data"]);
        _database = await TestDatabase.CreateAsync(new DirectoryInfo(_folder["data"]));
        var life = new CustodyStepLife(_plan, _folder["data"], _database, _start, 20);
        if (operation == "seal")
        {
            await new CustodyStepLife(_plan, _folder["data"], _database, _start, 21).PrepareAsync(
                isSealed: true
            );
        }
        await life.PrepareAsync(isSealed: operation == "destroy");
        await CustodyRun.RunAsync(life, operation, process => Strace.WithFaultAsync(process, fault));
        return (life, await WholeLedger.SizeAsync(_database, _folder["data"]));
    }
}
