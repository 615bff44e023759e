namespace Vigil.Trust;

/// <summary>
/// Says within this process that lists, entries or suppressions changed, after the commit. A hint only: who
/// follows the lists also looks at <c>list_clock</c> by itself, since another process may have changed them.
/// </summary>
public sealed class ListChanges(TimeProvider time)
{
    private volatile TaskCompletionSource _next = New();

    /// <summary>Wakes all who wait. For <see cref="Tx.OnCommitted"/>: never fails.</summary>
    public void Announce(TenantId tenant)
    {
        _ = tenant; // Followers ask the clock of each tenant: that is cheap, and one wake-up may stand for many.
        Interlocked.Exchange(ref _next, New()).TrySetResult();
    }

    /// <summary>
    /// Returns at the next announcement of any tenant, or after the time. What was announced before the call
    /// does not count: read the clock first, then wait, and read it again at each return.
    /// </summary>
    public async Task WaitAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        try
        {
            await _next.Task.WaitAsync(timeout, time, cancellation);
        }
        catch (TimeoutException)
        {
            // The caller looks for itself.
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
