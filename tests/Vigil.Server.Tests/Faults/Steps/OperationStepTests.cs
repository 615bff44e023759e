using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Faults.Steps;

/// <summary>
/// kill -9 of a server at each step of one sealing, hold, destruction, claim and decision: what was acknowledged is
/// there, what was not is whole or absent, nothing half destroyed opens, the ledger verifies.
/// </summary>
public sealed class OperationStepTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly StepTally _tally = new();
    private int _copies;

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 3_600_000)]
    public async Task Killed_at_any_step_nothing_acknowledged_is_lost_and_nothing_half_done_is_readable()
    {
        Strace.Require();
        Assert.SkipUnless(
            TestDatabase.PostgresServer is null,
            "What a kill leaves of a database is copied as files: SQLite."
        );
        await using var server = await TestServer.StartAsync(Profile.Platform);
        using var custodian = await ConsoleUser.InviteAsync(server, "cus.todian", "custodian");
        using var second = await server.ClientOfAsync(Scope.Cases);
        await server.SetAsync("session.stepUpMinutes", "600");
        var callers = new StepCallers(
            server.FirstKey,
            second.DefaultRequestHeaders.Authorization!.Parameter!,
            custodian
        );
        SteppedOperation[] operations =
        [
            new DestroySteps(_tally, server.DataFolder),
            new SealSteps(_tally),
            new HoldSteps(_tally),
            new ClaimSteps(_tally),
            new DecideSteps(_tally),
        ];
        await server.RestartAsync(async _ =>
        {
            foreach (var operation in operations)
            {
                await new StepRun(server.DataFolder, callers, _tally, NewCopy).RunAsync(operation);
            }
        });
        foreach (var operation in operations)
        {
            _tally.Now = $"{operation.Name}, the end";
            await operation.CheckEndAsync(server);
        }
        _tally.Report();
        foreach (var operation in operations)
        {
            _tally.Require(operation.Name, ["fsync vigil.db-wal", Step.Answer, .. operation.OwnSteps]);
            _tally.Require(operation.Name, ["renameat ledger/checkpoint"]);
        }
    }

    private string NewCopy() => _folder[$"copy-{_copies++}"];
}
