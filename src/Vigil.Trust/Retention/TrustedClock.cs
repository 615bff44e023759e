using System.Globalization;
using System.Text;
using Vigil.Files;

namespace Vigil.Trust.Custody;

/// <summary>A moment by two clocks: the wall's, which anybody may set, and the machine's since it was
/// started.</summary>
/// <param name="Boot">Which start of which machine; the second clock counts from there.</param>
/// <param name="SinceBoot">By the clock that only goes forward.</param>
/// <param name="At">By the clock that deadlines go by.</param>
internal readonly record struct ClockMark(string Boot, TimeSpan SinceBoot, DateTimeOffset At);

/// <summary>
/// Whether the clock can be trusted with a destruction. It is compared with the time that passed since this machine
/// was started, so that no jump is missed, also one made while the program did not run; over a restart of the
/// machine, with when it was last seen.
/// </summary>
internal static class TrustedClock
{
    /// <summary>More than this is a jump. Small ones add up: the mark they are measured by stays.</summary>
    public static readonly TimeSpan MaxJump = TimeSpan.FromMinutes(10);

    /// <summary>More than this between database and program is a skew.</summary>
    public static readonly TimeSpan MaxSkew = TimeSpan.FromMinutes(5);

    private static readonly Lazy<string> Boot = new(ReadBoot);

    public static ClockMark Now(TimeProvider time) =>
        new(
            Boot.Value,
            TimeSpan.FromMilliseconds(Math.Floor(time.GetTimestamp() * 1000.0 / time.TimestampFrequency)),
            time.GetUtcNow()
        );

    /// <param name="anchor">When this boot was first seen, or a person confirmed the clock.</param>
    /// <param name="lastAt">When it was last trusted.</param>
    /// <param name="now">Now.</param>
    /// <param name="database">The database's time; null: it has none of its own.</param>
    public static ClockTrust Judge(
        ClockMark anchor,
        DateTimeOffset lastAt,
        ClockMark now,
        DateTimeOffset? database
    )
    {
        var drift = IsSameBoot(anchor, now)
            ? now.At - anchor.At - (now.SinceBoot - anchor.SinceBoot)
            : now.At - lastAt;
        return drift.Duration() > MaxJump ? ClockTrust.Jumped
            : IsSkewed(now.At, database) ? ClockTrust.Skewed
            : ClockTrust.Trusted;
    }

    public static bool IsSkewed(DateTimeOffset now, DateTimeOffset? database) =>
        database is { } other && (other - now).Duration() > MaxSkew;

    public static bool IsSameBoot(ClockMark anchor, ClockMark now) =>
        anchor.Boot == now.Boot && now.SinceBoot >= anchor.SinceBoot;

    /// <summary>Null: the clock is not the machine's own, so that the two cannot be compared.</summary>
    public static async Task<DateTimeOffset?> OfDatabaseAsync(Tx tx, TimeProvider time) =>
        ReferenceEquals(time, TimeProvider.System)
        && await tx.FindAsync<string>(
            "select cast(current_timestamp as text) from tenant where tenant = @tenant"
        )
            is { } text
            ? Parse(text)
            : null;

    /// <summary>As both databases write their time.</summary>
    public static DateTimeOffset Parse(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static string ReadBoot()
    {
        using var file = InputFile.OpenRead("/proc/sys/kernel/random/boot_id");
        using var text = new StreamReader(file, Encoding.ASCII);
        return text.ReadToEnd().Trim();
    }
}
