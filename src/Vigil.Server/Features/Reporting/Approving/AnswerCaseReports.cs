using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving;

/// <summary>Whom a case was reported to, so that a correction finds them.</summary>
internal static class AnswerCaseReports
{
    /// <summary>What may have arrived counts: who might have heard of it is told.</summary>
    public static async Task<CaseReports> AnswerAsync(Tx tx, CaseReportsWanted wanted) =>
        new([
            .. (await NamingReports.OfAsync(tx, wanted.Case.Value))
                .Where(report =>
                    report.State
                        is ReportState.Filed
                            or ReportState.Filing
                            or ReportState.FiledReceiptLost
                            or ReportState.HandedOver
                            or ReportState.NeedsHuman
                )
                .Select(Name),
        ]);

    private static string Name(ReportRow report)
    {
        var name = AllDestinations.Find(report.Destination)?.Name ?? report.Destination;
        var number = report.RemoteId is { } remote
            ? $", their number {remote}"
            : ", their number is not known";
        var test = report.Environment == ReportEnvironment.Test ? " (test environment)" : "";
        return $"{name}{number}{test}";
    }
}
