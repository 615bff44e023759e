using Vigil.Trust.Custody;

namespace Vigil.Trust;

/// <summary>
/// What is left of a clock that was ahead and was set right: times in the future. What waits by such a time would wait
/// as long as the clock was wrong.
/// </summary>
public static class AheadClock
{
    /// <summary>What is said to have happened later than this was written down by a clock that was ahead.</summary>
    public static DateTimeOffset After(DateTimeOffset now) => now + TrustedClock.MaxSkew;
}
