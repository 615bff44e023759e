using Vigil.Media.Sandboxing;

namespace Vigil.Media.Pool;

/// <summary>
/// The workers of a pool: who is free, who is being replaced. As many jobs run at a time as there are places;
/// those that wait are served in the order they came.
/// </summary>
internal sealed class WorkerCrew : IAsyncDisposable
{
    private const int StartAttempts = 3;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly MediaOptions _options;
    private readonly SandboxLauncher _launcher;
    private readonly Watchdog _watchdog = new();
    private readonly SemaphoreSlim _places;
    private readonly CancellationTokenSource _closing = new();

    /// <summary>
    /// Guards the two collections and <see cref="_failedStarts"/>: jobs end, replacements come up and the
    /// pool is disposed on different threads, and no worker may be handed out twice or be forgotten.
    /// </summary>
    private readonly Lock _lock = new();
    private readonly List<Task<WorkerProcess>> _spares = [];
    private readonly HashSet<WorkerProcess> _alive = [];
    private int _failedStarts;

    public WorkerCrew(MediaOptions options, SandboxLauncher launcher)
    {
        _options = options;
        _launcher = launcher;
        _places = new SemaphoreSlim(options.Workers);
        for (var i = 0; i < options.Workers; i++)
        {
            WarmSpare();
        }
    }

    public IReadOnlyList<int> ProcessIds
    {
        get
        {
            lock (_lock)
            {
                return [.. _alive.Where(w => w.ProcessId != 0).Select(w => w.ProcessId)];
            }
        }
    }

    public async Task<T> RunAsync<T>(
        Func<WorkerChannel, JobWatch, Func<KillReason>, T> job,
        CancellationToken cancellation
    )
    {
        ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, typeof(MediaPool));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _closing.Token);
        await _places.WaitAsync(either.Token);
        try
        {
            var worker = await TakeAsync(either.Token);
            try
            {
                return await worker.RunAsync(
                    (channel, watch) => job(channel, watch, () => worker.Killed),
                    _options.Limits,
                    either.Token
                );
            }
            finally
            {
                PutBack(worker);
            }
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task<WorkerProcess> TakeAsync(CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var spare = TakeSpare();
            try
            {
                var worker = await spare.WaitAsync(cancellation);
                if (worker.IsUsable)
                {
                    return worker;
                }
                // It died while it had nothing to do: no file is to blame.
                worker.Retire();
            }
            catch (MediaSandboxException) when (attempt < StartAttempts)
            {
                // The next start waits longer; the failure is told when the attempts are used up.
            }
            catch (OperationCanceledException)
            {
                lock (_lock)
                {
                    _spares.Add(spare);
                }
                throw;
            }
        }
    }

    /// <summary>One that is ready before one that is coming up before a new one.</summary>
    private Task<WorkerProcess> TakeSpare()
    {
        lock (_lock)
        {
            var index = _spares.FindIndex(spare => spare.IsCompletedSuccessfully);
            if (index < 0)
            {
                index = _spares.Count - 1;
            }
            if (index < 0)
            {
                return StartAsync();
            }
            var spare = _spares[index];
            _spares.RemoveAt(index);
            return spare;
        }
    }

    private void PutBack(WorkerProcess worker)
    {
        // A worker that holds on to much memory would make the next, innocent file pass the limit.
        var heavy = worker.ReadUsage()?.ResidentBytes > _options.Limits.MaxResidentBytes / 2;
        if (worker.IsUsable && worker.Jobs < _options.FilesPerWorker && !heavy)
        {
            lock (_lock)
            {
                if (!_closing.IsCancellationRequested)
                {
                    _spares.Add(Task.FromResult(worker));
                    return;
                }
            }
        }
        worker.Retire();
        WarmSpare();
    }

    private void WarmSpare()
    {
        lock (_lock)
        {
            if (!_closing.IsCancellationRequested)
            {
                _spares.Add(StartAsync());
            }
        }
    }

    /// <summary>
    /// Waits longer after each failure in a row, so that a worker that cannot start costs next to nothing.
    /// </summary>
    private async Task<WorkerProcess> StartAsync()
    {
        var failures = Volatile.Read(ref _failedStarts);
        if (failures > 0)
        {
            var pause = FirstPause * Math.Pow(2, Math.Min(failures, 10) - 1);
            await Task.Delay(pause < LongestPause ? pause : LongestPause, _closing.Token);
        }
        Task<WorkerProcess> ready;
        WorkerProcess worker;
        lock (_lock)
        {
            _closing.Token.ThrowIfCancellationRequested();
            (worker, ready) = WorkerProcess.Start(_launcher, _watchdog);
            _alive.Add(worker);
        }
        _ = ForgetAsync(worker);
        try
        {
            await ready;
            Volatile.Write(ref _failedStarts, 0);
            return worker;
        }
        catch (MediaSandboxException e)
        {
            Interlocked.Increment(ref _failedStarts);
            _options.OnWarning?.Invoke(e.Message);
            throw;
        }
    }

    private async Task ForgetAsync(WorkerProcess worker)
    {
        await worker.Ended;
        lock (_lock)
        {
            _alive.Remove(worker);
        }
    }

    public async ValueTask DisposeAsync()
    {
        WorkerProcess[] alive;
        lock (_lock)
        {
            if (_closing.IsCancellationRequested)
            {
                return;
            }
            _closing.Cancel();
            alive = [.. _alive];
        }
        foreach (var worker in alive)
        {
            worker.Kill(KillReason.PoolClosed);
            worker.Retire();
        }
        await Task.WhenAll(alive.Select(worker => worker.Ended));
        // ForgetAsync does the same a moment later; whoever asks now must not be told of the dead.
        lock (_lock)
        {
            _alive.ExceptWith(alive);
        }
        _watchdog.Dispose();
    }
}
