namespace Vigil.Server.Features.Reporting.Approving.Clocks;

/// <summary>How long a report may stand in a state until somebody is told; null: not waited for here.</summary>
internal static class ReportAges
{
    public static readonly IReadOnlyDictionary<ReportState, TimeSpan> Most = new Dictionary<
        ReportState,
        TimeSpan
    >
    {
        [ReportState.NeedsHuman] = TimeSpan.FromHours(1),
        [ReportState.Draft] = TimeSpan.FromHours(24),
        [ReportState.HandedOver] = TimeSpan.FromHours(72),
        [ReportState.Rejected] = TimeSpan.FromHours(24),
        [ReportState.FiledReceiptLost] = TimeSpan.FromHours(72),
    };

    /// <summary>A package that nobody handed over; what the delivery takes is watched by the delivery.</summary>
    public static readonly TimeSpan MostBeforeHandOver = TimeSpan.FromHours(4);

    /// <summary>Until a second approval that nobody gave rings.</summary>
    public static readonly TimeSpan MostBeforeSecond = TimeSpan.FromHours(1);

    /// <summary>Longer than a report should stand where a filing officer has it.</summary>
    public static bool IsTooOld(ReportRow report, DateTimeOffset now) =>
        report.Owner == ReportOwners.FilingOfficer
        && MostOf(report.State) is { } most
        && (now - report.StateSince).Duration() >= most;

    private static TimeSpan? MostOf(ReportState state) =>
        state == ReportState.Approved ? MostBeforeHandOver
        : Most.TryGetValue(state, out var most) ? most
        : null;
}
