namespace Vigil.Server.Features.History.Hunting;

/// <summary>Wakes who hunts, and tells the hunt that runs to look whether it still should.</summary>
internal sealed class HuntBell : IDisposable
{
    private readonly SemaphoreSlim _rung = new(0, 1);
    private int _count;

    /// <summary>Changes whenever somebody rings.</summary>
    public int Count => Volatile.Read(ref _count);

    public void Ring()
    {
        Interlocked.Increment(ref _count);
        try
        {
            _rung.Release();
        }
        catch (SemaphoreFullException)
        {
            // It rings already.
        }
    }

    public Task WaitAsync(TimeSpan atMost, CancellationToken cancellation) =>
        _rung.WaitAsync(atMost, cancellation);

    public void Dispose() => _rung.Dispose();
}
