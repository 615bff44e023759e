using System.Diagnostics;
using Vigil.Media.Protocol;
using Vigil.Media.Sandboxing;

namespace Vigil.Media.Pool;

/// <summary>
/// One worker and the thread that owns it: the thread starts it, speaks with it and outlives it, because the
/// kernel kills a worker when the thread that started it ends.
/// </summary>
#pragma warning disable CA1001 // see _order
internal sealed class WorkerProcess : IWatched
#pragma warning restore CA1001
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);
    private const int EndLimitMs = 3000;

    private readonly SandboxLauncher _launcher;
    private readonly Watchdog _watchdog;
    private readonly TaskCompletionSource<WorkerProcess> _ready = NewSignal<WorkerProcess>();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>
    /// Never disposed: it holds no handle unless one is asked for, and a late Retire may still release it.
    /// </summary>
    private readonly SemaphoreSlim _order = new(0);

    /// <summary>
    /// Guards <see cref="_process"/> and <see cref="_watched"/>: a kill from the watchdog or a cancelled
    /// caller races with the worker's own end, after which there is nothing to signal.
    /// </summary>
    private readonly Lock _lock = new();
    private Process? _process;
    private WatchedProcess? _watched;
    private Action? _job;
    private int _killReason;
    private volatile bool _broken;

    private WorkerProcess(SandboxLauncher launcher, Watchdog watchdog) =>
        (_launcher, _watchdog) = (launcher, watchdog);

    /// <summary>Completes when the worker is ready for jobs.</summary>
    /// <exception cref="MediaSandboxException">It did not come up.</exception>
    public static (WorkerProcess Worker, Task<WorkerProcess> Ready) Start(
        SandboxLauncher launcher,
        Watchdog watchdog
    )
    {
        var worker = new WorkerProcess(launcher, watchdog);
        new Thread(worker.Live) { IsBackground = true, Name = "vigil media worker" }.Start();
        return (worker, worker._ready.Task);
    }

    /// <summary>Completes when the process is gone from the system.</summary>
    public Task Ended => _ended.Task;

    public int Jobs { get; private set; }

    public KillReason Killed => (KillReason)Volatile.Read(ref _killReason);

    /// <summary>The process that decodes, as this system numbers it.</summary>
    public int ProcessId { get; private set; }

    /// <summary>False: it died, was killed, or said something it must not say.</summary>
    public bool IsUsable
    {
        get
        {
            lock (_lock)
            {
                // The launcher outlives the worker by a moment, so both are asked.
                return !_broken
                    && Killed == KillReason.None
                    && _process is { HasExited: false }
                    && _watched?.Read() is not null
                    && !(_channel?.HasUnexpectedBytes ?? true);
            }
        }
    }

    private WorkerChannel? _channel;

    public Usage? ReadUsage()
    {
        lock (_lock)
        {
            return _watched?.Read();
        }
    }

    /// <summary>
    /// Runs <paramref name="job"/> on the worker's thread. One at a time: the pool sees to it.
    /// </summary>
    public async Task<T> RunAsync<T>(
        Func<WorkerChannel, JobWatch, T> job,
        MediaLimits limits,
        CancellationToken cancellation
    )
    {
        var done = NewSignal<T>();
        Jobs++;
        _job = () => Run(job, limits, done);
        using (cancellation.UnsafeRegister(static w => ((WorkerProcess)w!).Kill(KillReason.Cancelled), this))
        {
            _order.Release();
            var result = await done.Task;
            cancellation.ThrowIfCancellationRequested();
            return result;
        }
    }

    /// <summary>
    /// At once and for good; later calls change nothing. A worker that comes up is left to, unless its time
    /// is over: half started, it could lose its keeper and live on. It ends as soon as it is ready.
    /// </summary>
    public void Kill(KillReason reason)
    {
        _ = Interlocked.CompareExchange(ref _killReason, (int)reason, (int)KillReason.None);
        lock (_lock)
        {
            // Not bubblewrap itself: it reaps what was killed and ends then, and no zombie is left to anyone.
            if (_watched is not null)
            {
                _watched.Kill();
            }
            else if (_process is { HasExited: false } && reason == KillReason.OutOfTime)
            {
                WatchedProcess.KillTree(_process.Id);
            }
        }
    }

    /// <summary>Ends the worker after the job that may run now.</summary>
    public void Retire()
    {
        _broken = true;
        _order.Release();
    }

    private void Live()
    {
        try
        {
            ComeUp();
        }
        catch (MediaSandboxException e)
        {
            End();
            _ready.SetException(e);
            _ended.SetResult();
            return;
        }
        _ready.SetResult(this);
        while (Killed == KillReason.None)
        {
            _order.Wait();
            if (Interlocked.Exchange(ref _job, null) is not { } job)
            {
                break;
            }
            job();
        }
        End();
        _ended.SetResult();
    }

    private void ComeUp()
    {
        var process = _launcher.Start();
        lock (_lock)
        {
            _process = process;
        }
        var channel = _channel = new WorkerChannel(process);
        var watch = new JobWatch(this, StartLimit, limits: null);
        _watchdog.Add(watch);
        var ready = channel.TryReadReady();
        _watchdog.Remove(watch);
        var watched = ready ? WatchedProcess.Find(process.Id) : null;
        if (watched is null)
        {
            WatchedProcess.KillTree(process.Id);
            throw SandboxLauncher.Explain(channel.ReadComplaint());
        }
        lock (_lock)
        {
            _watched = watched;
            ProcessId = watched.ProcessId;
        }
    }

    private void Run<T>(
        Func<WorkerChannel, JobWatch, T> job,
        MediaLimits limits,
        TaskCompletionSource<T> done
    )
    {
        var watch = new JobWatch(this, limits.MaxWallTime, limits);
        _watchdog.Add(watch);
        try
        {
            var result = job(_channel!, watch);
            _broken |= _channel!.IsBroken;
            _watchdog.Remove(watch);
            done.SetResult(result);
        }
#pragma warning disable CA1031 // handed to the caller of RunAsync, whose stream threw it; the worker has half a request
        catch (Exception e)
#pragma warning restore CA1031
        {
            _broken = true;
            _watchdog.Remove(watch);
            done.SetException(e);
        }
    }

    /// <summary>Returns when the process is gone, whatever it was doing.</summary>
    private void End()
    {
        if (_process is null)
        {
            return;
        }
        if (_broken || Killed != KillReason.None)
        {
            Kill(KillReason.PoolClosed);
        }
        _channel?.Dispose();
        if (!_process.WaitForExit(EndLimitMs))
        {
            WatchedProcess.KillTree(_process.Id);
            _process.WaitForExit();
        }
        lock (_lock)
        {
            _watched?.Dispose();
            _process.Dispose();
            _watched = null;
            _process = null;
        }
    }

    private static TaskCompletionSource<T> NewSignal<T>() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
