using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Faults.Steps;

/// <summary>kill -9 after each step of one sealing, one hold, one destruction with the close of its epoch.</summary>
public sealed class CustodyStepTests : IDisposable
{
    /// <summary>Runs of the ordinary test, of each operation.</summary>
    private const int Sample = 3;

    /// <summary>A content of 158,381 bytes; as long is every other one whose number differs by this.</summary>
    private const int OfThreeChunks = 20;
    private const int SameLength = 200_000;

    private readonly TestFolder _folder = new();
    private readonly long _start = TimeProvider.System.GetTimestamp();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 3_600_000)]
    public async Task A_sealing_killed_after_any_step_is_whole_or_was_never_there()
    {
        var plan = new StepPlan("seal", Sample);
        await EachAsync(plan, "seal", (life, _) => life.CheckSealAsync());
        plan.Report([
            .. OnSqlite("fdatasync data/vigil.db-wal"),
            "renameat data/locker/default/objects/*/*/*.body",
            "renameat data/locker/default/objects/*/*/*.head",
            "fsync data/locker/default/objects/*/*",
            "renameat data/ledger/checkpoint",
            "fdatasync data/locker/default/custody.log",
        ]);
    }

    [Fact(Timeout = 3_600_000)]
    public async Task A_hold_killed_after_any_step_is_in_force_once_it_was_acknowledged()
    {
        var plan = new StepPlan("hold", Sample);
        await EachAsync(plan, "hold", (life, _) => life.CheckHoldAsync());
        plan.Report([
            .. OnSqlite("fdatasync data/vigil.db-wal"),
            "renameat data/ledger/checkpoint",
            "fdatasync data/locker/default/custody.log",
        ]);
    }

    [Fact(Timeout = 3_600_000)]
    public async Task A_destruction_killed_after_any_step_leaves_a_whole_content_or_none_and_is_finished()
    {
        var plan = new StepPlan("destroy", Sample);
        await EachAsync(plan, "destroy", (life, signed) => life.CheckDestroyAsync(signed));
        plan.Report([
            .. OnSqlite("fdatasync data/vigil.db-wal"),
            "unlinkat data/locker/default/objects/*/*/*.head",
            "unlinkat data/locker/default/objects/*/*/*.body",
            "renameat data/ledger/checkpoint",
            "renameat data/keys/locker/keys.ring",
            "fdatasync data/locker/default/custody.log",
        ]);
    }

    private static string[] OnSqlite(params string[] steps) =>
        TestDatabase.PostgresServer is null ? steps : [];

    /// <param name="plan">After which steps.</param>
    /// <param name="operation">As the probe calls it.</param>
    /// <param name="check">Gets how many entries the ledger had when the process was gone.</param>
    private async Task EachAsync(StepPlan plan, string operation, Func<CustodyStepLife, long, Task> check)
    {
        Strace.Require();
        Directory.CreateDirectory(_folder["data"]);
        await using var database = await TestDatabase.CreateAsync(new DirectoryInfo(_folder["data"]));
        var number = OfThreeChunks;
        await plan.RunAsync(async killAfter =>
        {
            number += SameLength;
            var life = new CustodyStepLife(plan, _folder["data"], database, _start, number);
            await life.PrepareAsync(isSealed: operation != "seal");
            var steps = await CustodyRun.RunAsync(
                life,
                operation,
                process => SystemCallSteps.AttachAsync(process, _folder.Path, killAfter)
            );
            life.Step = steps.HasKilled ? $"after step {killAfter}, {steps.Names[^1]}" : "not killed";
            Assert.True(steps.HasKilled || life.IsSettled, $"Not killed, and not finished: {life.Errors}");
            var signed = await WholeLedger.SizeAsync(database, _folder["data"]);
            await life.OpenAsync(kernel => check(life, signed));
            await WholeLedger.SizeAsync(database, _folder["data"]);
            return steps;
        });
    }
}
