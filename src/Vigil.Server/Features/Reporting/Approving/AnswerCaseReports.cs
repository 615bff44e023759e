using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving;

/// <summary>Whom a case was reported to, so that a correction finds them.</summary>
internal static class AnswerCaseReports
{
    /// <summary>What may have arrived counts: who might have heard of it is told.</summary>
    public static async Task<CaseReports> AnswerAsync(Tx tx, CaseReportsWanted wanted) =>
        new([
            .. (await NamingReports.OfAsync(tx, wanted.Case.Value))
                .Where(report => report.GivenAt is not null || MayHaveLeft(report.State))
                .Select(report => Name(report.Destination, report.RemoteId, report.Environment)),
            .. (await LostReport.OfCasesAsync(tx, [wanted.Case.Value])).Select(Name),
        ]);

    public static bool MayHaveLeft(ReportState state) =>
        state
            is ReportState.Filed
                or ReportState.Filing
                or ReportState.FiledReceiptLost
                or ReportState.HandedOver
                or ReportState.NeedsHuman;

    /// <summary>A report that the database lost, as far as the journal says.</summary>
    public static string Name(LostReport lost)
    {
        var number = lost.Number.Length == 0 ? null : lost.Number;
        return lost.Line.To is { } to
            ? Name(to, number, lost.Line.Environment ?? ReportEnvironment.Production)
            : Name("a recipient that an earlier version did not note", number, ReportEnvironment.Production);
    }

    public static string Name(string destination, string? remoteId, ReportEnvironment environment)
    {
        var name = AllDestinations.Find(destination)?.Name ?? destination;
        var number = remoteId is { } remote ? $", their number {remote}" : ", their number is not known";
        var test = environment == ReportEnvironment.Test ? " (test environment)" : "";
        return $"{name}{number}{test}";
    }
}
