using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Faults.Steps;

/// <summary>
/// One operation over and over: once to its end, to learn its steps, then killed after each of those chosen. Each
/// server looks at what the killed one before it left, and is the next to be killed.
/// </summary>
internal sealed class StepRun(string data, StepCallers callers, StepTally tally, Func<string> newCopy)
{
    private const int Tries = 4;

    public async Task RunAsync(SteppedOperation operation)
    {
        tally.Now = operation.Name;
        var server = await StepServer.StartAsync(data, callers);
        try
        {
            var steps = await WatchAsync(operation, server, killAfter: null);
            Assert.NotEmpty(steps.Done);
            foreach (var step in tally.Choose(operation.Name, steps.Done))
            {
                tally.Now = $"{operation.Name}, {step}";
                if (!await IsKilledAsync(operation, server, step))
                {
                    tally.Missed(step);
                    continue;
                }
                tally.Killed(operation.Name);
                await server.GoneAsync();
                await server.DisposeAsync();
                await using (var crash = await CrashState.CopyAsync(data, newCopy()))
                {
                    await operation.CheckCrashAsync(crash);
                }
                server = await StepServer.StartAsync(data, callers);
                await operation.CheckServedAsync(server);
            }
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    /// <summary>Tried again where a run does not come to the step.</summary>
    private async Task<bool> IsKilledAsync(SteppedOperation operation, StepServer server, Step step)
    {
        for (var run = 0; run < Tries; run++)
        {
            if ((await WatchAsync(operation, server, step)).HasKilled)
            {
                return true;
            }
        }
        return false;
    }

    private async Task<SystemCallSteps> WatchAsync(
        SteppedOperation operation,
        StepServer server,
        Step? killAfter
    )
    {
        await operation.PrepareAsync(server);
        await server.SignedAsync();
        await using var steps = await SystemCallSteps.AttachAsync(server.ProcessId, data, killAfter);
        await operation.RunAsync(server, () => steps.HasKilled);
        return steps;
    }
}
