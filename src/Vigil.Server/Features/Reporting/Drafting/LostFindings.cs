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

    private const string OtherText =
        "Another report of this case to the same recipient waits behind the fence and may be filed: two people decide "
        + "about it first, on /console/reporting/fence.";

    /// <summary>Of the cases that a report names.</summary>
    public static async Task<IReadOnlyList<LostReport>> OfAsync(Tx tx, ReportRow report) =>
        [
            .. (await LostReport.OfCasesAsync(tx, await NamingReports.CasesOfAsync(tx, report))).Where(lost =>
                (lost.IsUndecided || lost.IsFiled) && lost.MayBeTo(report.Destination, report.Environment)
            ),
        ];

    public static async Task<IReadOnlyList<DraftFinding>> FindingsAsync(Tx tx, ReportRow report)
    {
        var lost = await OfAsync(tx, report);
        var findings = lost.Select(one => new DraftFinding("report", Rule, TextOf(one), one.IsUndecided));
        return await IsOtherBehindAsync(tx, report)
            ? [.. findings, new DraftFinding("report", Rule, OtherText, true)]
            : [.. findings];
    }

    /// <summary>Two people say first what became of it.</summary>
    public static ProblemException Behind() =>
        ProblemException.Conflict(
            "behind_fence",
            "Another report of this case may be filed, as a restore made unsure: two people decide about that one "
                + "first, on /console/reporting/fence."
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

    /// <summary>
    /// Another report of its cases to the same recipient is here, waits behind the fence, and may be filed.
    /// </summary>
    private static async Task<bool> IsOtherBehindAsync(Tx tx, ReportRow report)
    {
        foreach (var caseRef in await NamingReports.CasesOfAsync(tx, report))
        {
            var others = await tx.FindAsync<long>(
                """
                select count(*) from filing_fence f join report r on r.tenant = f.tenant and r.id = f.report_id
                where f.tenant = @tenant and f.decided_at is null and r.id <> @id
                  and r.destination = @destination and r.environment = @environment
                  and (r.case_ref = @caseRef or exists (
                    select 1 from report_batch_case b
                    where b.tenant = @tenant and b.report_id = r.id and b.case_ref = @caseRef))
                """,
                new
                {
                    id = report.Id,
                    destination = report.Destination,
                    environment = report.Environment.ToString(),
                    caseRef,
                }
            );
            if (others > 0)
            {
                return true;
            }
        }
        return false;
    }
}
