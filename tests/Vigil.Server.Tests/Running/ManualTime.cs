namespace Vigil.Server.Tests.Running;

/// <summary>The machine's time, moved by hand: a day passes at once. Timers still run by the machine.</summary>
internal sealed class ManualTime : TimeProvider
{
    private long _offsetTicks;
    private long _passedTicks;

    public override DateTimeOffset GetUtcNow() =>
        base.GetUtcNow() + TimeSpan.FromTicks(Volatile.Read(ref _offsetTicks));

    /// <summary>The clock is set ahead or back.</summary>
    public void Advance(TimeSpan by) => Interlocked.Add(ref _offsetTicks, by.Ticks);

    /// <summary>The time really passes: the clock that only goes forward shows it too.</summary>
    public void Pass(TimeSpan by)
    {
        Advance(by);
        Interlocked.Add(ref _passedTicks, by.Ticks);
    }

    public override long GetTimestamp() =>
        base.GetTimestamp()
        + (long)(Volatile.Read(ref _passedTicks) * (TimestampFrequency / (double)TimeSpan.TicksPerSecond));
}
