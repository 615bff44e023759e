using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Features.Reporting.Filing.Deciding;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Features.Reporting.Filing.Running;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving;

/// <summary>POST /v1/reports/{id}/undo: back to the draft, before anything leaves. The ledger keeps both.</summary>
internal static class UndoApproval
{
    public static async Task<ApprovalAnswer> RunAsync(Tx tx, Guid id)
    {
        var report = await ReportActs.RequireAsync(tx, id);
        await FenceRow.RequireNoneAsync(tx, id);
        if (report.State == ReportState.Draft && await FirstApproval.ForgetAsync(tx, id) > 0)
        {
            await tx.RecordAsync(ReportActs.Ledger("report.approval_undone", report));
            return new ApprovalAnswer(id, Words.Of(ReportState.Draft), null);
        }
        ReportActs.RequireState(report, ReportState.Approved, "There is no approval to undo.");
        if (report.MayLeave(tx.Now))
        {
            throw ProblemException.Conflict(
                "time_is_over",
                "The time to undo it is over: withdraw the report, as long as it is not on its way."
            );
        }
        return await BackAsync(tx, report);
    }

    /// <summary>
    /// A case turned out to be something else: what was approved and has not left is a draft again, what is on its way
    /// or waits is withdrawn. Of what may be filed already, after a restore, or of which a package was given out,
    /// persons are told, and it stays as it is.
    /// </summary>
    public static async Task ClearedAsync(Tx tx, ContentsCleared cleared)
    {
        foreach (var row in await NamingReports.OfAsync(tx, cleared.Case.Value))
        {
            if (await FenceRow.IsBehindAsync(tx, row.Id) || IsGiven(row))
            {
                await tx.RaiseAlarmAsync(FilingAlarms.OfCleared with { About = row.Id.ToString() });
            }
            else if (
                row.State == ReportState.Approved
                && await ReportRow.LockAsync(tx, row.Id) is { State: ReportState.Approved } held
            )
            {
                await BackAsync(tx, held);
            }
            else if (row.State is ReportState.Filing or ReportState.NeedsHuman)
            {
                await Filings.ClearedAsync(tx, row.Id);
            }
        }
        foreach (var lost in await LostReport.OfCasesAsync(tx, [cleared.Case.Value]))
        {
            if (lost.IsUndecided)
            {
                await tx.RaiseAlarmAsync(FilingAlarms.OfCleared with { About = lost.Id.ToString() });
            }
        }
    }

    /// <summary>What it says was given to somebody, and is not over by its receipt.</summary>
    private static bool IsGiven(ReportRow row) =>
        row.State == ReportState.HandedOver || (row.GivenAt is not null && row.State == ReportState.Approved);

    private static async Task<ApprovalAnswer> BackAsync(Tx tx, ReportRow report)
    {
        var id = report.Id;
        await FirstApproval.ForgetAsync(tx, id);
        await ReportDocuments.ForgetApprovedAsync(tx, id);
        await ReportFigures.ForgetAsync(tx, id);
        await report.MoveAsync(tx, ReportState.Draft, ReportOwners.FilingOfficer);
        await tx.ExecuteAsync(
            """
            update report set approved_at = null, approved_by = null, second_by = null, leaves_at = null
            where tenant = @tenant and id = @id
            """,
            new { id }
        );
        await ReportClocks.FinishAsync(tx, id.ToString(), null);
        await tx.ClearAlarmAsync(FilingAlarms.HighPriority, id.ToString());
        await FilingAlarms.ClearAsync(tx, id);
        await tx.RecordAsync(ReportActs.Ledger("report.approval_undone", report));
        return new ApprovalAnswer(id, Words.Of(ReportState.Draft), null);
    }
}
