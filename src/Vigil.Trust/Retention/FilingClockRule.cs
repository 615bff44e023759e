namespace Vigil.Trust.Custody;

/// <summary>
/// Whether filing may go by the clock. Nothing is lost by a report that leaves, so less is asked than for a
/// destruction: what speaks against the clock stops it; that the machine was off does not.
/// </summary>
internal static class FilingClockRule
{
    /// <summary>A time service has so long after a start to set the clock, if the kernel waits for one.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromMinutes(10);

    /// <summary>A machine that was off for longer needs a word for its clock: a time service's or a person's.</summary>
    public static readonly TimeSpan MaxOff = TimeSpan.FromDays(31);

    /// <summary>At the first look since this machine was started.</summary>
    /// <param name="now">By the clock in question.</param>
    /// <param name="last">The last look at a clock that was trusted, before this start; null: there was none.</param>
    /// <param name="signed">Of the last signed checkpoint; null: there is none.</param>
    /// <param name="database">The database's time; null: it has none of its own.</param>
    /// <param name="isKept">As the kernel says; null: it does not.</param>
    public static ClockTrust AtStart(
        ClockMark now,
        DateTimeOffset? last,
        DateTimeOffset? signed,
        DateTimeOffset? database,
        bool? isKept
    )
    {
        if (TrustedClock.IsSkewed(now.At, database))
        {
            return ClockTrust.Skewed;
        }
        if (IsBefore(now.At, last) || IsBefore(now.At, signed))
        {
            return ClockTrust.Jumped;
        }
        var off = now.At - (last ?? now.At);
        return off <= TrustedClock.MaxJump || isKept == true ? ClockTrust.Trusted
            : isKept == false && now.SinceBoot < Settling ? ClockTrust.Settling
            : off <= MaxOff ? ClockTrust.Trusted
            : ClockTrust.Jumped;
    }

    private static bool IsBefore(DateTimeOffset now, DateTimeOffset? known) =>
        known is { } at && now < at - TrustedClock.MaxJump;
}
