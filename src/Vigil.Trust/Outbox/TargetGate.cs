namespace Vigil.Trust;

/// <summary>
/// How much one endpoint may have at a time, so that a dead one holds up nobody: a few calls, and while it
/// fails one call, with growing pauses. In memory only: what waits stands in the database.
/// </summary>
internal sealed class TargetGate
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private int _underway;
    private int _failures;
    private DateTimeOffset _notBefore;

    public bool IsIdle => _underway == 0 && _failures == 0;

    public int FreeAt(DateTimeOffset now) =>
        now < _notBefore ? 0 : Math.Max(0, (_failures > 0 ? 1 : OutboxLimits.CallsPerTarget) - _underway);

    public void Begin() => _underway++;

    public void End(DateTimeOffset now, DeliveryOutcome? outcome)
    {
        _underway--;
        if (outcome is null)
        {
            return;
        }
        _failures = outcome.IsReceived ? 0 : Math.Min(_failures + 1, 16);
        _notBefore = outcome.IsReceived ? default : now + Pause();
    }

    private TimeSpan Pause() =>
        TimeSpan.FromMilliseconds(
            Math.Min(
                FirstPause.TotalMilliseconds * Math.Pow(2, _failures - 1),
                LongestPause.TotalMilliseconds
            )
        );
}
