using System.Text;
using Microsoft.Win32.SafeHandles;
using Vigil.Media.Sandboxing;

namespace Vigil.Media.Pool;

/// <summary>
/// One program from its start to its end, on the thread that made it: watched, killed at a limit, never left
/// behind.
/// </summary>
internal sealed class ProgramRun : IWatched, IDisposable
{
    /// <summary>Killed by SIGXCPU: the kernel's own limit of processor time.</summary>
    private const int OverCpuLimit = 128 + 24;

    private readonly Watchdog _watchdog;
    private readonly ChildProcess _process;
    private readonly byte[] _name;
    private readonly JobWatch _watch;
    private readonly CancellationTokenRegistration _onCancel;

    /// <summary>Guards <see cref="_watched"/>: the watchdog, a cancelled caller and this thread use it.</summary>
    private readonly Lock _lock = new();
    private WatchedProcess? _watched;
    private int _killReason;

    /// <param name="limits">Of memory and time; the others are the reader's of its output.</param>
    /// <param name="descriptors">By <see cref="ChildDescriptors"/>, without the filter.</param>
    /// <exception cref="MediaSandboxException">It could not be started.</exception>
    public ProgramRun(
        ProgramLauncher launcher,
        Watchdog watchdog,
        MediaLimits limits,
        IEnumerable<string> arguments,
        ReadOnlySpan<SafeFileHandle?> descriptors,
        CancellationToken cancellation
    )
    {
        (_watchdog, _name) = (watchdog, Encoding.ASCII.GetBytes(launcher.Program.Name));
        _process = launcher.Start(arguments, limits.MaxCpuTime, descriptors);
        _watch = new JobWatch(this, limits.MaxWallTime, limits);
        _watchdog.Add(_watch);
        _onCancel = cancellation.UnsafeRegister(
            static run => ((ProgramRun)run!).Kill(KillReason.Cancelled),
            this
        );
    }

    private KillReason Killed => (KillReason)Volatile.Read(ref _killReason);

    /// <summary>Waits for its end.</summary>
    /// <returns>Null and what it said: it ended by itself. Otherwise what ended it.</returns>
    public (MediaOutcome? Outcome, int Code) Finish()
    {
        var code = _process.WaitForExit();
        _watchdog.Remove(_watch);
        MediaOutcome? outcome = Killed switch
        {
            KillReason.None when code == OverCpuLimit => MediaOutcome.OutOfTime,
            KillReason.None when code is >= 0 and < 128 => null,
            var killed => MediaAdvice.OutcomeOf(killed),
        };
        return (outcome, code);
    }

    public Usage? ReadUsage()
    {
        lock (_lock)
        {
            _process.WhileAlive(id => _watched ??= WatchedProcess.Find(id, _name));
            return _watched?.Read();
        }
    }

    public void Kill(KillReason reason)
    {
        _ = Interlocked.CompareExchange(ref _killReason, (int)reason, (int)KillReason.None);
        lock (_lock)
        {
            _process.WhileAlive(id =>
            {
                if (_watched is not null)
                {
                    _watched.Kill();
                }
                else
                {
                    WatchedProcess.KillTree(id);
                    // What it forked since its chain was read stands in no chain, and would wait for its dead parent's
                    // word for ever. It leads a group of its own, which the kernel kills whole: no fork goes between.
                    _ = LibC.Kill(-id, LibC.SigKill);
                }
            });
        }
    }

    public void Dispose()
    {
        // Whatever ended the reading, no process is left behind.
        if (Killed == KillReason.None)
        {
            Kill(KillReason.PoolClosed);
        }
        _ = _process.WaitForExit();
        _onCancel.Dispose();
        _watchdog.Remove(_watch);
        _watched?.Dispose();
    }
}
