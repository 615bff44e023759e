using System.Diagnostics;
using System.Runtime.InteropServices;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Faults.Steps;

/// <summary>strace on a process that runs, all its threads, until it is let go or ends.</summary>
internal sealed class Strace : IAsyncDisposable
{
    private const string Program = "/usr/bin/strace";
    private const int SigContinue = 18;

    /// <summary>A stop whose line was lost would hold a process for ever: who watches is asked again.</summary>
    private static readonly TimeSpan Nudge = TimeSpan.FromSeconds(5);

    private readonly Process _strace;
    private readonly int _process;
    private readonly TaskCompletionSource _attached = new();
    private Task _pump = Task.CompletedTask;

    private Strace(Process strace, int process) => (_strace, _process) = (strace, process);

    public static void Require()
    {
        Assert.SkipUnless(
            Environment.IsPrivilegedProcess,
            "Only root can watch a process that is closed to others."
        );
        if (!File.Exists(Program))
        {
            const string advice = "strace is missing: apt install strace";
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", advice);
            Assert.Skip(advice);
        }
    }

    /// <param name="process">Its id.</param>
    /// <param name="what">Of strace's options.</param>
    /// <param name="take">
    /// Gets each line; an empty one when there was none for long. True: the process is killed at once.
    /// </param>
    public static async Task<Strace> AttachAsync(int process, string[] what, Func<string, bool> take)
    {
        var start = new ProcessStartInfo(Program, ["-f", "-y", "-s", "0", "-p", $"{process}", .. what])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        };
        var strace = new Strace(Process.Start(start)!, process);
        strace._pump = Task.Run(() => strace.PumpAsync(take));
        await Task.WhenAny(strace._attached.Task, strace._pump).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(
            strace._attached.Task.IsCompletedSuccessfully,
            "strace ended before it watched anything."
        );
        return strace;
    }

    public static void GoOn(int process) => _ = kill(process, SigContinue);

    /// <summary>Lets the process run unwatched; no error when it is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_strace.HasExited)
        {
            _ = kill(_strace.Id, ServedProcess.SigTerm);
        }
        await _pump.WaitAsync(TimeSpan.FromSeconds(60));
        await _strace.WaitForExitAsync();
        GoOn(_process);
        _strace.Dispose();
    }

    private async Task PumpAsync(Func<string, bool> take)
    {
        var next = _strace.StandardError.ReadLineAsync();
        while (true)
        {
            if (await Task.WhenAny(next, Task.Delay(Nudge)) != next)
            {
                if (take(""))
                {
                    Kill();
                    return;
                }
                continue;
            }
            if (await next is not { } line)
            {
                return;
            }
            next = _strace.StandardError.ReadLineAsync();
            if (line.StartsWith($"{Program}: Process", StringComparison.Ordinal))
            {
                _attached.TrySetResult();
            }
            else if (take(line))
            {
                Kill();
                return;
            }
        }
    }

    /// <summary>strace as well: it was seen to wait for ever for a thread that it had stopped.</summary>
    private void Kill()
    {
        _ = kill(_process, ServedProcess.SigKill);
        _ = kill(_strace.Id, ServedProcess.SigKill);
    }

    [DllImport("libc")]
    private static extern int kill(int process, int signal);
}
