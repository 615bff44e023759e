using Vigil.Server.Features.Reporting.Approving;
using Vigil.Server.Features.Reporting.Filing;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Features.Reporting.Filing.Running;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>
/// Who was cleared leaves no name here either: what the platform told goes; drafts are emptied and withdrawn; what was
/// taken back or refused after an approval is emptied too, with its approved bytes; batches of other cases as well.
/// What was filed stays, as the law asks, and so does what may have arrived, until persons decided about it.
/// </summary>
internal static class ForgetCleared
{
    public static async Task RunAsync(Tx tx, CaseCleared cleared)
    {
        await TellSubject.ForgetAsync(tx, cleared.Case.Value);
        foreach (var row in await NamingReports.OfAsync(tx, cleared.Case.Value))
        {
            if (await FenceRow.IsBehindAsync(tx, row.Id))
            {
                // After a restore it may be filed all the same: what was filed stays, and persons decide.
                await tx.RaiseAlarmAsync(FilingAlarms.OfCleared with { About = row.Id.ToString() });
                continue;
            }
            if (row.State == ReportState.Draft)
            {
                await row.MoveAsync(tx, ReportState.Withdrawn, tx.Actor.Name);
                await tx.RecordAsync(ReportActs.Ledger("report.withdrawn", row, ("because", "cleared")));
            }
            if (row.State is ReportState.Draft or ReportState.Withdrawn or ReportState.Rejected)
            {
                await EmptyAsync(tx, row);
            }
        }
    }

    /// <summary>
    /// A report ended without being filed, maybe long after its case was purged: a retraction was waited for, or a
    /// package was out. If it names a case that was purged, it is emptied.
    /// </summary>
    public static async Task OfEndedAsync(Tx tx, Guid reportId)
    {
        var row = await ReportRow.FindAsync(tx, reportId);
        if (
            row is { State: ReportState.Withdrawn or ReportState.Rejected }
            && await IsOfClearedAsync(tx, row)
        )
        {
            await EmptyAsync(tx, row);
        }
    }

    /// <summary>One of the cases that it names was purged, because who stood in it was cleared.</summary>
    public static async Task<bool> IsOfClearedAsync(Tx tx, ReportRow row) =>
        tx.IsAnswered<ClearedCasesWanted>()
        && (
            await tx.AskAsync<ClearedCasesWanted, ClearedCases>(
                new([.. (await NamingReports.CasesOfAsync(tx, row)).Select(each => new CaseRef(each))])
            )
        )
            .Cleared
            .Count > 0;

    /// <summary>Nothing of it is filed, and nothing waits for it: state, times, numbers and the ledger stay.</summary>
    private static async Task EmptyAsync(Tx tx, ReportRow row)
    {
        if (row.ApprovedAt is not null)
        {
            await ReportDocuments.ForgetApprovedAsync(tx, row.Id);
            await ExchangeLog.ForgetBytesAsync(tx, row.Id);
            await tx.RecordAsync(ReportActs.Ledger("report.emptied", row, ("because", "cleared")));
        }
        await EmptyReport.RunAsync(tx, row);
    }
}
