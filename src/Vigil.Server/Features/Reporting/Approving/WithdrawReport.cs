using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Features.Reporting.Filing.Running;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving;

/// <summary>POST /v1/reports/{id}/withdrawal.</summary>
internal sealed record WithdrawalRequest
{
    /// <summary>Stands in the ledger: no accounts, no content.</summary>
    public string? Reason { get; init; }
}

/// <summary>
/// Takes a report back where that is safe: before the delivery has it, or while no receipt of its package came. A
/// case's clock goes on. Where a package was given out its recipient may have it: what it says stays preserved as the
/// law asks, and who is cleared later is told to them too.
/// </summary>
internal static class WithdrawReport
{
    /// <summary>What is on its way, or may have arrived, is ended by the delivery and who decides there.</summary>
    public static bool IsSafe(ReportState state) =>
        state is ReportState.Draft or ReportState.Approved or ReportState.HandedOver;

    public static async Task<ApprovalAnswer> RunAsync(Tx tx, Guid id, WithdrawalRequest request)
    {
        var report = await ReportActs.RequireAsync(tx, id);
        await FenceRow.RequireNoneAsync(tx, id);
        if (!IsSafe(report.State))
        {
            throw ProblemException.Conflict(
                "not_safe",
                $"In the state '{Words.Of(report.State)}' it is not taken back here: it may have arrived already."
            );
        }
        var reason = ReportActs.ReasonOf(request.Reason, await ReportActs.CaseOfAsync(tx, report.CaseRef));
        await FirstApproval.ForgetAsync(tx, id);
        if (report.GivenAt is not null)
        {
            await PackageLines.NoteAsync(tx, report, PackageStep.Withdrawn);
        }
        await report.MoveAsync(tx, ReportState.Withdrawn, tx.Actor.Name);
        await ReportClocks.FinishAsync(tx, id.ToString(), report.GivenAt is null ? null : tx.Now);
        await tx.ClearAlarmAsync(FilingAlarms.HighPriority, id.ToString());
        await FilingAlarms.ClearAsync(tx, id);
        await tx.RecordAsync(
            ReportActs.Ledger(
                "report.withdrawn",
                report,
                ("from", Words.Of(report.State)),
                ("given_out", report.GivenAt is null ? "no" : "yes")
            ) with
            {
                Reason = reason,
            }
        );
        await ForgetCleared.OfEndedAsync(tx, id);
        return new ApprovalAnswer(id, Words.Of(ReportState.Withdrawn), null);
    }
}
