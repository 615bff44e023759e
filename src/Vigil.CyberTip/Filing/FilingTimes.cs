namespace Vigil.CyberTip.Filing;

/// <summary>The times of a filing.</summary>
public static class FilingTimes
{
    /// <summary>The service deletes an unfinished report so long after it was opened,</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>or so long after the last addition, whichever is later.</summary>
    public static readonly TimeSpan LifetimeAfterChange = TimeSpan.FromHours(1);

    /// <summary>Not filed so long after approval: an alarm.</summary>
    public static readonly TimeSpan Late = TimeSpan.FromMinutes(30);

    /// <summary>Not filed so long after approval: somebody is called.</summary>
    public static readonly TimeSpan VeryLate = TimeSpan.FromHours(20);

    /// <summary>After so many attempts something is wrong that repeating does not mend.</summary>
    public const int ManyAttempts = 5;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestForFinish = TimeSpan.FromSeconds(30);

    /// <summary>
    /// From now until then, five minutes at most: a clock that was set back meanwhile is looked at again after that.
    /// </summary>
    public static TimeSpan Wait(DateTimeOffset now, DateTimeOffset until) =>
        until <= now ? TimeSpan.Zero
        : until - now < Longest ? until - now
        : Longest;

    /// <summary>
    /// Full jitter: anything from nothing to 1 s, 2 s, 4 s and so on, up to 5 minutes; 30 s for a finish within the
    /// hour after the last addition, when the report may expire.
    /// </summary>
    /// <param name="tries">How often it failed; 0: no delay.</param>
    /// <param name="jitter">From 0 to 1, drawn anew each time.</param>
    /// <param name="isUrgentFinish">A finish within its hour.</param>
    public static TimeSpan Delay(int tries, double jitter, bool isUrgentFinish)
    {
        if (tries <= 0)
        {
            return TimeSpan.Zero;
        }
        var longest = isUrgentFinish ? LongestForFinish : Longest;
        var doubled = Math.Pow(2, Math.Min(tries - 1, 20));
        return TimeSpan.FromSeconds(Math.Min(doubled, longest.TotalSeconds) * Math.Clamp(jitter, 0, 1));
    }
}
