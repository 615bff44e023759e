namespace Vigil.Trust;

/// <summary>Rung when a transaction that left something to deliver has committed; many rings are one.</summary>
internal sealed class Bell
{
    private readonly SemaphoreSlim _rung = new(0, 1);

    public void Ring()
    {
        try
        {
            _rung.Release();
        }
        catch (SemaphoreFullException)
        {
            // It rings already.
        }
    }

    /// <summary>Until it rings, or this long.</summary>
    public Task WaitAsync(TimeSpan atMost, CancellationToken cancellation) =>
        _rung.WaitAsync(atMost, cancellation);
}
