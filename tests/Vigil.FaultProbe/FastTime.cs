namespace Vigil.FaultProbe;

/// <summary>
/// A clock on which a month passes in a moment, in every process alike: both the wall's time and the one that only
/// goes forward are the machine's, so many times faster.
/// </summary>
/// <param name="start">The machine's timestamp at which it showed <see cref="Begin"/>.</param>
public sealed class FastTime(long start) : TimeProvider
{
    /// <summary>Thirty days are 1.6 seconds; divides the frequency, so that both clocks run alike.</summary>
    private const long Speed = 1_600_000;

    public static readonly DateTimeOffset Begin = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => base.TimestampFrequency / Speed;

    public override DateTimeOffset GetUtcNow() =>
        Begin
        + TimeSpan.FromMilliseconds(
            Math.Floor((GetTimestamp() - start) * 1000.0 / base.TimestampFrequency * Speed)
        );
}
