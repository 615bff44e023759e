namespace Vigil.Server.Tests.Running;

/// <summary>The machine's clock, moved: waiting for a day takes no day.</summary>
internal sealed class MovedTime : TimeProvider
{
    private long _movedTicks;

    public override DateTimeOffset GetUtcNow() =>
        System.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _movedTicks));

    public void Move(TimeSpan by) => Interlocked.Add(ref _movedTicks, by.Ticks);
}
