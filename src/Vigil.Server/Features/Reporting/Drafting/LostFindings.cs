using Vigil.Server.Features.Reporting.Approving;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>
/// A report of the same case to the same recipient was lost in a restore: who writes or approves another sees that, so
/// that nothing is filed twice unseen.
/// </summary>
internal static class LostFindings
{
    public const string Rule = "lost_report";

    /// <summary>Of the cases that a report names.</summary>
    public static async Task<IReadOnlyList<LostReport>> OfAsync(Tx tx, ReportRow report) =>
        [
            .. (await LostReport.OfCasesAsync(tx, await NamingReports.CasesOfAsync(tx, report))).Where(lost =>
                (lost.IsUndecided || lost.IsFiled) && lost.MayBeTo(report.Destination, report.Environment)
            ),
        ];

    public static async Task<IReadOnlyList<DraftFinding>> FindingsAsync(Tx tx, ReportRow report) =>
        [
            .. (await OfAsync(tx, report)).Select(lost => new DraftFinding(
                "report",
                Rule,
                TextOf(lost),
                lost.IsUndecided
            )),
        ];

    /// <summary>Two people say first what became of it.</summary>
    public static ProblemException Behind() =>
        ProblemException.Conflict(
            "behind_fence",
            "A report of this case was lost in a restore and may be filed: two people decide about that one first, on "
                + "/console/reporting/fence."
        );

    /// <summary>What is known of it, and what to do.</summary>
    public static string TextOf(LostReport lost)
    {
        var name = AnswerCaseReports.Name(lost);
        var at = $"{lost.Line.At:yyyy-MM-dd HH:mm} UTC";
        return lost.IsUndecided
                ? $"{name}: lost in a restore, and it may be filed (the journal's last word is of {at}). Two people "
                    + "decide about it first, on /console/reporting/fence; nothing else of it is approved until then."
            : lost.IsFiled
                ? $"{name}: filed before a restore ({at}), and not in this database. Write only what it does not say."
            : $"{name}: taken back before a restore ({at}), after a package was given out. Its recipient may have it.";
    }
}
