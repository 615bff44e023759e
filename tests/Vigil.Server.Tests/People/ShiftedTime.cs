namespace Vigil.Server.Tests.People;

/// <summary>The machine's clock, put forward by the test.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long _shift;

    public void Forward(TimeSpan by) => Interlocked.Add(ref _shift, by.Ticks);

    public override DateTimeOffset GetUtcNow() =>
        System.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _shift));

    public override long GetTimestamp() =>
        System.GetTimestamp()
        + (long)(Interlocked.Read(ref _shift) * (TimestampFrequency / (double)TimeSpan.TicksPerSecond));
}
