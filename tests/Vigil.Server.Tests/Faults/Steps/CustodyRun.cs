using System.Diagnostics;

namespace Vigil.Server.Tests.Faults.Steps;

/// <summary>The process that seals, holds or destroys once, watched from the moment it is ready.</summary>
internal static class CustodyRun
{
    /// <param name="life">Hears what is acknowledged.</param>
    /// <param name="operation">seal, hold or destroy.</param>
    /// <param name="watch">Gets the process's id.</param>
    /// <returns>What <paramref name="watch"/> gave, when the process is gone.</returns>
    public static async Task<T> RunAsync<T>(CustodyStepLife life, string operation, Func<int, Task<T>> watch)
        where T : IAsyncDisposable
    {
        using var probe = Process.Start(
            new ProcessStartInfo(
                Path.Combine(AppContext.BaseDirectory, "Vigil.FaultProbe"),
                life.Arguments(operation)
            )
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var errors = probe.StandardError.ReadToEndAsync();
        var ready = await probe.StandardOutput.ReadLineAsync();
        Assert.True(ready == "ready", $"The probe ended: {(ready is null ? await errors : ready)}");
        await using var watched = await watch(probe.Id);
        await probe.StandardInput.WriteLineAsync();
        while (await probe.StandardOutput.ReadLineAsync() is { } line)
        {
            life.Note(line);
        }
        await probe.WaitForExitAsync();
        (life.ExitCode, life.Errors) = (probe.ExitCode, await errors);
        return watched;
    }
}
