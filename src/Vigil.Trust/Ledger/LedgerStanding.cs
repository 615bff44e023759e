namespace Vigil.Trust;

/// <summary>Why the ledger is not signed.</summary>
/// <param name="Text">For anyone who asks: no names of files.</param>
/// <param name="Advice">What to do.</param>
/// <param name="Detail">For who runs the installation; may name files.</param>
internal sealed record LedgerTrouble(string Text, string Advice, string Detail)
{
    /// <summary>It does not pass by itself: acts are refused at once, not after the backlog's two seconds.</summary>
    public bool IsStopped { get; init; }
}

/// <summary>
/// How far the signatures are, as this process knows: every row committed before a moment stands under a
/// checkpoint. Moments are of the machine's steady clock, never of one that may jump.
/// </summary>
internal sealed class LedgerStanding
{
    private static readonly TimeProvider Clock = TimeProvider.System;

    // The race it prevents: one that looks, finds its moment not reached, and misses the news of it.
    private readonly Lock _lock = new();
    private TaskCompletionSource _news = Fresh();
    private long _clearAsOf;
    private bool _isRunning;
    private LedgerTrouble? _trouble;

    public static long Now => Clock.GetTimestamp();

    public LedgerTrouble? Trouble
    {
        get
        {
            lock (_lock)
            {
                return _trouble;
            }
        }
    }

    /// <summary>No row that waits is older than this.</summary>
    public TimeSpan Age
    {
        get
        {
            lock (_lock)
            {
                return _isRunning ? Clock.GetElapsedTime(_clearAsOf) : TimeSpan.Zero;
            }
        }
    }

    public void Begin()
    {
        lock (_lock)
        {
            (_isRunning, _clearAsOf) = (true, Now);
        }
    }

    public void End()
    {
        lock (_lock)
        {
            _isRunning = false;
        }
    }

    /// <summary>All that was committed before this moment is signed.</summary>
    public void Clear(long asOf)
    {
        lock (_lock)
        {
            _clearAsOf = Math.Max(_clearAsOf, asOf);
            _trouble = null;
            Tell();
        }
    }

    public void Fail(LedgerTrouble trouble)
    {
        lock (_lock)
        {
            _trouble = trouble;
            Tell();
        }
    }

    /// <exception cref="LedgerUnavailableException">Rows wait too long for their signature.</exception>
    public void RequireRoom()
    {
        lock (_lock)
        {
            if (
                _isRunning
                && (_trouble is { IsStopped: true } || Clock.GetElapsedTime(_clearAsOf) > LedgerLimits.MaxAge)
            )
            {
                throw Unavailable("Nothing was done.");
            }
        }
    }

    /// <summary>Returns when all that was committed before the moment is signed.</summary>
    /// <exception cref="LedgerUnavailableException">Not in time.</exception>
    public async Task WaitAsync(long moment, TimeSpan atMost, CancellationToken cancellation)
    {
        var began = Now;
        while (true)
        {
            Task news;
            lock (_lock)
            {
                if (_isRunning && _clearAsOf >= moment)
                {
                    return;
                }
                news = _news.Task;
            }
            var left = atMost - Clock.GetElapsedTime(began);
            if (left <= TimeSpan.Zero || Trouble is { IsStopped: true })
            {
                throw Unavailable("The act stands recorded; its effect did not happen.");
            }
            await news.WaitAsync(left, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private void Tell()
    {
        _news.TrySetResult();
        _news = Fresh();
    }

    private LedgerUnavailableException Unavailable(string outcome)
    {
        var trouble = Trouble;
        return new(
            trouble is null
                ? $"The ledger is behind with its signatures. {outcome} Try again."
                : $"{trouble.Text} {outcome} {trouble.Advice}"
        );
    }

    private static TaskCompletionSource Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
