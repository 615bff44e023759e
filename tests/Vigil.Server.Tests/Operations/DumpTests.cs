using System.Diagnostics;
using System.Net;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Operations;

/// <summary>The server holds lists and uploads in the clear: nobody takes its memory out.</summary>
public sealed class DumpTests : IDisposable
{
    private const int SigAbrt = 6;
    private const string Nobody = "65534";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 120_000)]
    public async Task An_abort_leaves_no_core_file_and_no_dump_anywhere()
    {
        var before = Dumps();
        await using var served = await ServedProcess.StartAsync(
            _folder["data"],
            environment: new() { ["DOTNET_DbgEnableMiniDump"] = "0" }
        );
        var limits = await File.ReadAllLinesAsync($"/proc/{served.Process.Id}/limits");
        Assert.Matches(@"^Max core file size\s+0\s+0\s", limits.Single(line => line.StartsWith("Max core")));

        // The runtime's handler passes the first one on; what comes after it ends the process.
        while (!served.Process.HasExited)
        {
            served.Signal(SigAbrt);
            await Task.Delay(50);
        }

        Assert.Equal(128 + SigAbrt, await served.EndAsync());
        Assert.Equal(before, Dumps());
    }

    [Fact(Timeout = 120_000)]
    public async Task No_diagnostic_socket_is_open()
    {
        await using var served = await ServedProcess.StartAsync(_folder["data"]);

        Assert.Empty(Sockets(served.Process.Id));
        Assert.DoesNotContain("WARNING", served.Errors, StringComparison.Ordinal);
        using var client = served.Client();
        var (ready, _) = await Ask.UntilReadyIsAsync(client, HttpStatusCode.OK);
        Assert.Equal("No dump can be taken.", Ask.Part(ready, "memory").GetProperty("text").GetString());
    }

    [Fact(Timeout = 120_000)]
    public async Task A_start_with_diagnostics_on_is_warned_of_loudly_and_in_readiness()
    {
        await using var served = await ServedProcess.StartAsync(
            _folder["data"],
            environment: new() { ["DOTNET_EnableDiagnostics"] = "1" }
        );

        Assert.NotEmpty(Sockets(served.Process.Id));
        Assert.Contains("WARNING: Another program", served.Errors, StringComparison.Ordinal);
        using var client = served.Client();
        var (ready, _) = await Ask.UntilReadyIsAsync(client, HttpStatusCode.OK);
        Assert.Equal("warning", Ask.Part(ready, "memory").GetProperty("state").GetString());
    }

    /// <summary>The same user, who by default may: another one never could.</summary>
    [Fact(Timeout = 120_000)]
    public async Task Not_even_the_servers_own_user_can_read_its_memory_or_trace_it()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can become another user.");
        Assert.SkipUnless(
            Run("setpriv", AsNobody("test", "-r", AppContext.BaseDirectory + "vigil.dll")) == 0,
            "The build folder is not readable for other users."
        );
        Directory.CreateDirectory(_folder["data"]);
        Run("chown", Nobody, _folder.Path, _folder["data"]);
        await using var served = await ServedProcess.StartAsync(
            _folder["data"],
            environment: new() { ["HOME"] = _folder.Path },
            user: Nobody
        );
        var pid = served.Process.Id;
        // Another process of that user can be looked into, so the refusals below come from the server.
        using var other = Process.Start(
            new ProcessStartInfo("setpriv", AsNobody("sleep", "60")) { UseShellExecute = false }
        )!;
        await TestServer.EventuallyAsync(
            () =>
                Task.FromResult(Run("setpriv", AsNobody("cat", $"/proc/{other.Id}/maps")) == 0 ? "so" : null),
            "another process that can be read"
        );
        other.Kill();

        Assert.NotEqual(0, Run("setpriv", AsNobody("cat", $"/proc/{pid}/maps")));
        Assert.NotEqual(0, Run("setpriv", AsNobody("head", "-c", "1", $"/proc/{pid}/mem")));
        Assert.NotEqual(0, Run("setpriv", AsNobody("cat", $"/proc/{pid}/environ")));
        Assert.NotEqual(0, Run("setpriv", AsNobody("timeout", "5", "strace", "-p", $"{pid}")));
        Assert.False(served.Process.HasExited);
    }

    private static string[] AsNobody(params string[] command) =>
        [$"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", .. command];

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>
    /// The runtime names its socket by number and start of the process: killed ones leave theirs, and numbers
    /// come again.
    /// </summary>
    private static string[] Sockets(int pid)
    {
        var status = File.ReadAllText($"/proc/{pid}/stat");
        var start = status[(status.LastIndexOf(')') + 2)..].Split(' ')[19];
        return Directory.GetFiles(Path.GetTempPath(), $"dotnet-diagnostic-{pid}-{start}-*");
    }

    /// <summary>Where cores and dumps land: the working folder, the folder of temporary files, the system's.</summary>
    private static string[] Dumps() =>
        [
            .. new[]
            {
                Environment.CurrentDirectory,
                Path.GetTempPath(),
                "/var/lib/systemd/coredump",
                "/var/crash",
            }
                .Where(Directory.Exists)
                .SelectMany(folder => Directory.GetFiles(folder))
                .Where(file => Path.GetFileName(file).Contains("core", StringComparison.OrdinalIgnoreCase))
                .Order(),
        ];
}
