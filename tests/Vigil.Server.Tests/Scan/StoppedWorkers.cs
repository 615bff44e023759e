using System.Diagnostics;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Scan;

/// <summary>The server's media workers, held still so that scans take as long as a test needs.</summary>
internal sealed class StoppedWorkers : IDisposable
{
    private readonly TestServer _server;
    private readonly IReadOnlyList<int> _processes;

    private StoppedWorkers(TestServer server, IReadOnlyList<int> processes) =>
        (_server, _processes) = (server, processes);

    public static async Task<StoppedWorkers> OfAsync(TestServer server)
    {
        // One job first: a worker that is still starting would be taken for broken.
        Assert.Equal("none", (await server.ScanAsync(Scanning.Picture)).Decision);
        var processes = server.Desk().Pool.WorkerProcessIds;
        Assert.NotEmpty(processes);
        Signal("STOP", processes);
        return new StoppedWorkers(server, processes);
    }

    /// <summary>Until so many files are with the workers or wait for one.</summary>
    public Task<string> JobsAsync(int count) =>
        TestServer.EventuallyAsync(
            () => Task.FromResult(_server.Desk().Jobs == count ? "there" : null),
            $"{count} jobs"
        );

    public void Kill() => Signal("KILL", _processes);

    public void Continue() => Signal("CONT", _processes);

    private static void Signal(string signal, IReadOnlyList<int> processes)
    {
        using var kill = Process.Start("kill", [$"-{signal}", .. processes.Select(id => $"{id}")]);
        kill.WaitForExit();
    }

    public void Dispose() => Continue();
}
