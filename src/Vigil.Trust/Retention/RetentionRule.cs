namespace Vigil.Trust;

/// <summary>Whether deadlines may be judged by the clock now.</summary>
public enum ClockTrust
{
    Trusted,

    /// <summary>It jumped: against the time that passed since, or over a restart.</summary>
    Jumped,

    /// <summary>It differs from the database's clock.</summary>
    Skewed,

    /// <summary>Of filing only: the machine has just been started, and no time service has set its clock yet.</summary>
    Settling,
}

/// <summary>All that keeps one content, as times.</summary>
/// <param name="HasPendingReport">A report of it is begun and not finished.</param>
/// <param name="KeepUntil">Of each finished report.</param>
/// <param name="Holds">Of the content and of its case.</param>
public sealed record Claims(
    bool HasPendingReport,
    IReadOnlyList<DateTimeOffset> KeepUntil,
    IReadOnlyList<ClaimedHold> Holds
);

public readonly record struct ClaimedHold(DateTimeOffset? LiftedAt, DateTimeOffset? ExpiresAt);

/// <summary>When something may, and must, be destroyed. Nothing else in the program decides that.</summary>
public static class RetentionRule
{
    /// <summary>What is still there so long after it was due raises an alarm.</summary>
    public static readonly TimeSpan OverdueAfter = TimeSpan.FromHours(48);

    /// <summary>
    /// True when every term has passed, no hold is active, no report is pending, and the clock that says so is
    /// trusted.
    /// </summary>
    public static bool Destroyable(Claims claims, DateTimeOffset now, ClockTrust clock)
    {
        ArgumentNullException.ThrowIfNull(claims);
        return clock == ClockTrust.Trusted
            && !claims.HasPendingReport
            && claims.KeepUntil.All(until => now >= until)
            && !claims.Holds.Any(hold => IsActive(hold.LiftedAt, hold.ExpiresAt, now));
    }

    /// <summary>From its expiry on a hold holds no more.</summary>
    public static bool IsActive(DateTimeOffset? liftedAt, DateTimeOffset? expiresAt, DateTimeOffset now) =>
        liftedAt is null && (expiresAt is not { } end || now < end);

    /// <summary>Since when nothing keeps it; null: something does, and has no end yet.</summary>
    public static DateTimeOffset? DueAt(Claims claims, DateTimeOffset sealedAt)
    {
        ArgumentNullException.ThrowIfNull(claims);
        if (claims.HasPendingReport || claims.Holds.Any(hold => hold is { LiftedAt: null, ExpiresAt: null }))
        {
            return null;
        }
        return claims.KeepUntil.Concat(claims.Holds.Select(EndOf)).Append(sealedAt).Max();
    }

    private static DateTimeOffset EndOf(ClaimedHold hold) =>
        hold.LiftedAt is { } lifted && (hold.ExpiresAt is not { } end || lifted < end)
            ? lifted
            : hold.ExpiresAt!.Value;
}
