namespace Vigil.Server.Features.Reporting.Filing.Journal;

/// <summary>A moment by the steady clock and by the wall's: a pause that one misses, the other shows.</summary>
internal readonly record struct PeerMoment(TimeProvider? Time, long Steady, DateTimeOffset Wall)
{
    public static PeerMoment Now(TimeProvider time) => new(time, time.GetTimestamp(), time.GetUtcNow());

    /// <summary>The longer of the two; a moment that never was is for ever ago.</summary>
    public TimeSpan Since(PeerMoment before)
    {
        if (before.Time is null || Time is null)
        {
            return TimeSpan.MaxValue;
        }
        var (steady, wall) = (Time.GetElapsedTime(before.Steady, Steady), (Wall - before.Wall).Duration());
        return steady > wall ? steady : wall;
    }
}
