namespace Vigil.Media.Pool;

/// <summary>
/// Jobs with a thread each, so many at a time: the kernel ends a program when the thread that started it ends.
/// </summary>
internal sealed class OwnThreads(int jobs, string name) : IAsyncDisposable
{
    private readonly SemaphoreSlim _places = new(jobs);
    private readonly CancellationTokenSource _closing = new();

    /// <summary>Waits for a free place, then for the job, which is given the sign to end early.</summary>
    /// <exception cref="ObjectDisposedException">No more jobs are taken.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, T> run, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _closing.Token);
        await _places.WaitAsync(either.Token);
        try
        {
            return await StartAsync(() => run(either.Token));
        }
        finally
        {
            _places.Release();
        }
    }

    private Task<T> StartAsync<T>(Func<T> run)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                done.SetResult(run());
            }
#pragma warning disable CA1031 // handed to the caller of RunAsync
            catch (Exception e)
#pragma warning restore CA1031
            {
                done.SetException(e);
            }
        })
        {
            IsBackground = true,
            Name = name,
        };
        thread.Start();
        return done.Task;
    }

    /// <summary>Cancels what runs and returns when nothing does.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_closing.IsCancellationRequested)
        {
            return;
        }
        await _closing.CancelAsync();
        for (var i = 0; i < jobs; i++)
        {
            await _places.WaitAsync(CancellationToken.None);
        }
    }
}
