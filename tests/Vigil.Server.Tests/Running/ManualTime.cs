namespace Vigil.Server.Tests.Running;

/// <summary>The machine's time, moved by hand: a day passes at once. Timers still run by the machine.</summary>
internal sealed class ManualTime : TimeProvider
{
    private long _offsetTicks;

    public override DateTimeOffset GetUtcNow() =>
        base.GetUtcNow() + TimeSpan.FromTicks(Volatile.Read(ref _offsetTicks));

    public void Advance(TimeSpan by) => Interlocked.Add(ref _offsetTicks, by.Ticks);
}
