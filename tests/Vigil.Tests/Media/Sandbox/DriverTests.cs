using System.Diagnostics;
using Vigil.Media;
using Vigil.Media.Protocol;

namespace Vigil.Tests.Media.Sandbox;

/// <summary>
/// The pool in another process: killed, or run by another user. The driver is this assembly with one explicit
/// test.
/// </summary>
public class DriverTests
{
    private const string ReportVariable = "VIGIL_TEST_DRIVER_REPORT";

    [Fact(Timeout = 60_000)]
    public async Task A_killed_parent_leaves_no_worker()
    {
        Pools.RequireBubblewrap();
        using var driver = StartDriver(nameof(Driver_that_waits_with_a_job_running), []);
        var workers = new List<int>();
        while (await driver.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.StartsWith("workers ", StringComparison.Ordinal))
            {
                workers.AddRange(line.Split(' ')[1..].Select(int.Parse));
                break;
            }
        }
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
        if (Environment.UserName != "root")
        {
            Assert.Skip("only root can become another user; this run is by another user already");
        }
        using var driver = StartDriver(
            nameof(Driver_that_proves_the_sandbox_as_this_user),
            ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        );
        var errors = driver.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await driver.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await driver.WaitForExitAsync(TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper!.WriteLine(await errors);
        if (output.Contains("make namespaces", StringComparison.Ordinal))
        {
            Assert.Skip("this kernel forbids user namespaces to users other than root, and the pool says so");
        }
        Assert.True(driver.ExitCode == 0, output);
        Assert.Contains("sound as 65534", await errors, StringComparison.Ordinal);
    }

    [Fact(Explicit = true)]
    public async Task Driver_that_waits_with_a_job_running()
    {
        RequireDriver();
        await using var pool = Pools.Open(new MediaOptions { Workers = 2 });
        var stuck = pool.HashAsync(Pools.Bmp(1), Misbehaviour.Spin);
        await Pools.UntilAsync(() => pool.WorkerProcessIds.Count == 2, "two workers");
        await Console.Error.WriteLineAsync($"workers {string.Join(' ', pool.WorkerProcessIds)}");
        await stuck;
    }

    [Fact(Explicit = true)]
    public async Task Driver_that_proves_the_sandbox_as_this_user()
    {
        RequireDriver();
        await using var pool = Pools.Open();
        var report = await pool.SelfTestAsync(TestContext.Current.CancellationToken);
        Assert.True(report.IsSound, string.Join("; ", report.Checks.Where(c => !c.Holds)));
        var result = await pool.HashAsync(Pools.Bmp(1));
        Assert.Equal(MediaOutcome.Done, result.Outcome);
        var oom = await pool.HashAsync(Pools.Bmp(1), Misbehaviour.Allocate, 3L << 30);
        Assert.Equal(MediaOutcome.OutOfMemory, oom.Outcome);
        await Console.Error.WriteLineAsync($"sound as {Vigil.Media.Sandboxing.LibC.GetEffectiveUid()}");
    }

    private static void RequireDriver()
    {
        if (Environment.GetEnvironmentVariable(ReportVariable) is null)
        {
            Assert.Skip("a driver for the other tests of this class");
        }
    }

    private static Process StartDriver(string test, string[] before)
    {
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        string[] line =
        [
            .. before,
            dotnet,
            typeof(DriverTests).Assembly.Location,
            "-explicit",
            "only",
            "-method",
            $"{typeof(DriverTests).FullName}.{test}",
            "-noColor",
        ];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[ReportVariable] = "1";
        return Process.Start(start)!;
    }
}
