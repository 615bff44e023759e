using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Vigil.Tests.Files;

/// <summary>
/// A child process that writes and acknowledges, to be killed or to have its system calls fail.
/// </summary>
internal sealed class Probe : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task<string> _error;
    private readonly List<string> _acknowledged = [];

    private Probe(string program, IEnumerable<string> arguments)
    {
        _process = Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        _error = _process.StandardError.ReadToEndAsync();
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "Vigil.FaultProbe");

    public static Probe Launch(params string[] arguments) => new(Program, arguments);

    /// <summary>Under strace, with a fault such as <c>fsync:error=EIO:when=1</c>.</summary>
    public static Probe StartWithFault(string fault, params string[] arguments) =>
        StartWithFault(fault, onlyPath: null, arguments);

    /// <summary>As above; with <paramref name="onlyPath"/> only calls on that path fail.</summary>
    public static Probe StartWithFaultOn(string onlyPath, string fault, params string[] arguments) =>
        StartWithFault(fault, onlyPath, arguments);

    private static Probe StartWithFault(string fault, string? onlyPath, string[] arguments)
    {
        const string strace = "/usr/bin/strace";
        if (!File.Exists(strace))
        {
            Assert.False(
                Environment.GetEnvironmentVariable("CI") == "true",
                "strace is missing: apt install strace"
            );
            Assert.Skip("strace is missing: apt install strace");
        }
        var call = fault[..fault.IndexOf(':')];
        string[] own = ["-f", "-qq", "-o", "/dev/null", "-e", $"trace={call}", "-e", $"inject={fault}"];
        string[] only = onlyPath is null ? [] : ["-P", onlyPath];
        return new Probe(strace, [.. own, .. only, Program, .. arguments]);
    }

    /// <summary>Waits for one more acknowledgement; null at the end of the output.</summary>
    public string? NextLine()
    {
        using var patience = new CancellationTokenSource(Deadline);
        var line = _process.StandardOutput.ReadLineAsync(patience.Token).AsTask().GetAwaiter().GetResult();
        if (line is not null)
        {
            _acknowledged.Add(line);
        }
        return line;
    }

    /// <summary>kill -9, then what had been acknowledged until then.</summary>
    public IReadOnlyList<string> Kill()
    {
        Assert.Equal(0, kill(_process.Id, 9));
        return ReadToEnd();
    }

    public (int ExitCode, IReadOnlyList<string> Acknowledged, string Error) End()
    {
        var lines = ReadToEnd();
        return (_process.ExitCode, lines, _error.GetAwaiter().GetResult());
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }
        _process.Dispose();
    }

    private List<string> ReadToEnd()
    {
        while (NextLine() is not null) { }
        Assert.True(_process.WaitForExit(Deadline), "the child hangs");
        return _acknowledged;
    }

    [DllImport("libc")]
    private static extern int kill(int process, int signal);
}
