using System.Diagnostics;
using Vigil.Tests.Media.Decoding;

namespace Vigil.Tests.Media.Sandbox;

/// <summary>The pool in another process: killed, or run by another user.</summary>
public class DriverTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_killed_parent_leaves_no_worker()
    {
        Pools.RequireBubblewrap();
        using var driver = await StartDriverAsync("pool-waits");
        var line = await driver.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) ?? "";
        Assert.StartsWith("workers ", line, StringComparison.Ordinal);
        var workers = line.Split(' ')[1..].Select(int.Parse).ToList();
        Assert.Equal(2, workers.Count);
        Assert.All(workers, worker => Assert.True(Pools.IsRunning(worker)));
        driver.Kill();
        await driver.WaitForExitAsync(TestContext.Current.CancellationToken);
        foreach (var worker in workers)
        {
            await Pools.UntilAsync(
                () => !Pools.IsRunning(worker),
                "the worker of the killed process is gone"
            );
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Another_user_than_root_gets_the_same_sandbox()
    {
        Pools.RequireBubblewrap();
        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Skip("only root can become another user; this run is by another user already");
        }
        using var driver = await StartDriverAsync(
            "pool-proves",
            "/usr/bin/setpriv",
            "--reuid=65534",
            "--regid=65534",
            "--clear-groups"
        );
        var output = await driver.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await driver.WaitForExitAsync(TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper!.WriteLine(output);
        if (output.Contains("make namespaces", StringComparison.Ordinal))
        {
            Assert.Skip("this kernel forbids user namespaces to users other than root, and the pool says so");
        }
        Assert.Contains("as 65534: sound True, Done, OutOfMemory", output, StringComparison.Ordinal);
    }

    private static async Task<Process> StartDriverAsync(string verb, params string[] before)
    {
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var worker = Path.Combine(AppContext.BaseDirectory, "vigil.dll");
        string[] line = [.. before, dotnet, Probe.Assembly, verb, worker];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var driver = Process.Start(start)!;
        await driver.StandardInput.BaseStream.WriteAsync(Pools.Bmp(1), TestContext.Current.CancellationToken);
        driver.StandardInput.Close();
        return driver;
    }
}
