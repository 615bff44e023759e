using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Faults.Steps;

/// <summary>kill -9 of the server after each step of one claim and one decision.</summary>
public sealed class CaseStepTests : IDisposable
{
    /// <summary>Runs of the ordinary test, of each operation.</summary>
    private const int Sample = 2;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory(Timeout = 3_600_000)]
    [InlineData("claim")]
    [InlineData("decide")]
    public async Task What_was_acknowledged_stands_once_and_nobody_is_kept_from_going_on(string operation)
    {
        Strace.Require();
        var plan = new StepPlan(operation, Sample);
        Directory.CreateDirectory(_folder["data"]);
        await using var database = await TestDatabase.CreateAsync(new DirectoryInfo(_folder["data"]));
        await using var hooks = await RequestSink.StartAsync();
        var life = await CaseStepLife.PrepareAsync(plan, _folder["data"], database, hooks);
        await plan.RunAsync(async killAfter =>
        {
            SystemCallSteps steps;
            await using (var served = await life.StartAsync())
            {
                await life.BeginAsync(served, isClaimed: operation == "decide");
                steps = await SystemCallSteps.AttachAsync(served.Process.Id, _folder.Path, killAfter);
                await using (steps)
                {
                    await life.TryAsync(served, operation, () => steps.HasKilled);
                }
                life.Step = steps.HasKilled ? $"after step {killAfter}, {steps.Names[^1]}" : "not killed";
                await served.KillAsync();
            }
            await WholeLedger.SizeAsync(database, _folder["data"]);
            await using (var served = await life.StartAsync())
            {
                await life.CheckAsync(served, operation);
                await served.KillAsync();
            }
            return steps;
        });
        await WholeLedger.SizeAsync(database, _folder["data"]);
        await life.CheckOnceAsync();
        plan.Report([
            .. TestDatabase.PostgresServer is null ? ["fdatasync data/vigil.db-wal"] : Array.Empty<string>(),
            "sendmsg socket",
            "renameat data/ledger/checkpoint",
        ]);
    }
}
