using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving.Reading;

/// <param name="Detector">Purpose of the list that found it, or how the case came in.</param>
/// <param name="Approved">Reports that were approved, wherever they stand now.</param>
/// <param name="Completeness">Mean, 0 to 100.</param>
/// <param name="Informational">Share of 0 to 1 that we estimate as informational.</param>
/// <param name="Viewed">Share of their files that a person saw whole.</param>
/// <param name="Memes">Share that says it may be a meme.</param>
/// <param name="MinutesP50">
/// From the first confirmation by a person to filed; null: none is filed. Of what was approved before that time was
/// kept: from when it was known, which a notice makes earlier.
/// </param>
public sealed record DetectorFigures(
    string Detector,
    int Approved,
    int Filed,
    double Completeness,
    double Informational,
    double Viewed,
    double Memes,
    double? MinutesP50,
    double? MinutesP95
);

/// <param name="NeedsHumanSince">Since when the oldest waits; null: none does.</param>
/// <param name="Days">That were looked at.</param>
/// <param name="Complete">False: there are more reports than were looked at; the newest were.</param>
public sealed record StatisticsAnswer(
    int Days,
    DetectorFigures All,
    IReadOnlyList<DetectorFigures> Detectors,
    int NeedsHuman,
    DateTimeOffset? NeedsHumanSince,
    int ReceiptsLost,
    int Rejected,
    bool Complete
);

/// <summary>One approved report as it is counted.</summary>
internal sealed class CountedReport
{
    public string Detector { get; init; } = "";
    public ReportState State { get; init; }
    public DateTimeOffset KnowledgeAt { get; init; }

    /// <summary>Null: approved before it was kept.</summary>
    public DateTimeOffset? ConfirmedAt { get; init; }
    public DateTimeOffset? FiledAt { get; init; }
    public int Completeness { get; init; }
    public string Estimate { get; init; } = "";
    public int Files { get; init; }
    public int Viewed { get; init; }
    public bool IsMeme { get; init; }
}

/// <summary>GET /v1/reports/statistics: of production, or of the test environment where that is asked.</summary>
internal static class ReportStatistics
{
    public const int DaysByDefault = 90;
    public const int MostDays = 3650;
    private const int MostReports = 20_000;

    public static async Task<StatisticsAnswer> RunAsync(Tx tx, int days, ReportEnvironment environment)
    {
        var rows = await tx.QueryAsync<CountedReport>(
            """
            select f.detector, r.state, r.knowledge_at, f.confirmed_at, r.filed_at, f.completeness, f.estimate,
                f.files, f.viewed, f.is_meme
            from report r join report_figures f on f.tenant = r.tenant and f.report_id = r.id
            where r.tenant = @tenant and r.environment = @environment and r.created_at >= @since
            order by r.id desc limit @most
            """,
            new
            {
                environment = environment.ToString(),
                since = tx.Now.AddDays(-days),
                most = MostReports,
            }
        );
        var waiting = (await ReportRow.InStateAsync(tx, ReportState.NeedsHuman, MostReports))
            .Where(report => report.Environment == environment)
            .ToList();
        return new StatisticsAnswer(
            days,
            Of("all", rows),
            [
                .. rows.GroupBy(row => row.Detector)
                    .OrderBy(group => group.Key, StringComparer.Ordinal)
                    .Select(group => Of(group.Key, [.. group])),
            ],
            waiting.Count,
            waiting.FirstOrDefault()?.StateSince,
            rows.Count(row => row.State == ReportState.FiledReceiptLost),
            rows.Count(row => row.State == ReportState.Rejected),
            rows.Count < MostReports
        );
    }

    internal static DetectorFigures Of(string detector, IReadOnlyList<CountedReport> rows)
    {
        var minutes = rows.Where(row => row.FiledAt is not null)
            .Select(row => (row.FiledAt!.Value - (row.ConfirmedAt ?? row.KnowledgeAt)).TotalMinutes)
            .Order()
            .ToList();
        return new DetectorFigures(
            detector,
            rows.Count,
            rows.Count(row => row.State is ReportState.Filed or ReportState.FiledReceiptLost),
            rows.Count == 0 ? 0 : Math.Round(rows.Average(row => row.Completeness), 1),
            Share(rows.Count(row => row.Estimate == "informational"), rows.Count),
            Share(rows.Sum(row => row.Viewed), rows.Sum(row => row.Files)),
            Share(rows.Count(row => row.IsMeme), rows.Count),
            Percentile(minutes, 0.5),
            Percentile(minutes, 0.95)
        );
    }

    /// <summary>The nearest rank: a time that really was.</summary>
    internal static double? Percentile(IReadOnlyList<double> sorted, double rank) =>
        sorted.Count == 0
            ? null
            : Math.Round(sorted[Math.Max(0, (int)Math.Ceiling(rank * sorted.Count) - 1)], 1);

    private static double Share(int part, int whole) => whole == 0 ? 0 : Math.Round((double)part / whole, 3);
}
