using Vigil.Trust;

namespace Vigil.Server.Operations;

/// <summary>
/// Looks at one thing again and again on a clock of its own and remembers what it saw and when. Whoever asks is
/// answered from memory: a look that hangs makes the answer old, and an old answer is red.
/// </summary>
/// <param name="every">Between two looks.</param>
/// <param name="stale">An answer older than this is none.</param>
/// <param name="look">Never throws for what it looks at; what it throws counts as broken.</param>
/// <param name="hangs">What to say when there is no answer.</param>
internal sealed class Pulse(
    TimeSpan every,
    TimeSpan stale,
    Func<CancellationToken, Task<ReadinessState>> look,
    ReadinessState hangs
)
{
    // Never the operator's or the test's clock: that one may jump.
    private static readonly TimeProvider Clock = TimeProvider.System;

    private volatile Seen? _seen;
    private long _began = Clock.GetTimestamp();

    public ReadinessState State()
    {
        var seen = _seen;
        var age = Clock.GetElapsedTime(seen?.At ?? Volatile.Read(ref _began));
        return seen is null || age > stale ? hangs with { Age = age } : seen.State with { Age = age };
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        Volatile.Write(ref _began, Clock.GetTimestamp());
        using var timer = new PeriodicTimer(every, Clock);
        do
        {
            var began = Clock.GetTimestamp();
            var state = await LookAsync(cancellation);
            // As old as its question: the answer may have waited.
            _seen = new Seen(state, state.IsReady ? began : Clock.GetTimestamp());
        } while (await timer.WaitForNextTickAsync(cancellation));
    }

    private async Task<ReadinessState> LookAsync(CancellationToken cancellation)
    {
        try
        {
            return await look(cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            return hangs with { Text = $"{hangs.Text} ({e.GetType().Name})" };
        }
    }

    private sealed record Seen(ReadinessState State, long At);
}
