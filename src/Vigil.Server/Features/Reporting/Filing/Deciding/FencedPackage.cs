using Vigil.Server.Features.Reporting.Approving;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Features.Reporting.Filing.Running;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Deciding;

/// <summary>
/// What two persons decided about a package behind the fence. One that is filed was handed over: its receipt, which the
/// database lost with the rest, is entered again by hand.
/// </summary>
internal static class FencedPackage
{
    public static bool Is(ReportRow report) =>
        AllDestinations.Find(report.Destination)?.Kind == DeliveryKind.Package;

    /// <param name="tx">Of the decision.</param>
    /// <param name="report">Not over.</param>
    /// <param name="ask">Where it goes on, nothing is done: it stands as it did.</param>
    /// <param name="at">When it was given out, as far as is known.</param>
    public static async Task ApplyAsync(Tx tx, ReportRow report, FenceAsk ask, DateTimeOffset at)
    {
        if (ask.Decision == FenceDecision.Withdraw)
        {
            await WithdrawAsync(tx, report);
        }
        else if (ask.Decision == FenceDecision.IsFiled)
        {
            await GivenAsync(tx, report, ask, at);
        }
    }

    private static async Task GivenAsync(Tx tx, ReportRow report, FenceAsk ask, DateTimeOffset at)
    {
        await FiledBefore.BeginAsync(tx, report, at);
        await ReportRow.GiveAsync(tx, report.Id);
        await tx.ExecuteAsync(
            "update report set remote_id = @remoteId where tenant = @tenant and id = @id",
            new { id = report.Id, remoteId = ask.RemoteId }
        );
        if (report.State == ReportState.Draft)
        {
            await report.MoveAsync(tx, ReportState.Approved, ReportOwners.FilingOfficer);
            report = (await ReportRow.LockAsync(tx, report.Id))!;
        }
        if (report.State == ReportState.Approved)
        {
            await report.MoveAsync(tx, ReportState.HandedOver, ReportOwners.FilingOfficer);
        }
        await tx.RecordAsync(ReportActs.Ledger("report.handed_over", report, ("because", "fence")));
        if (!await StandingDecision.StandsAsync(tx, report))
        {
            await tx.RaiseAlarmAsync(FilingAlarms.OfCleared with { About = report.Id.ToString() });
        }
    }

    private static async Task WithdrawAsync(Tx tx, ReportRow report)
    {
        var id = report.Id;
        await FirstApproval.ForgetAsync(tx, id);
        await report.MoveAsync(tx, ReportState.Withdrawn, tx.Actor.Name);
        await ReportClocks.FinishAsync(tx, id.ToString(), report.GivenAt is null ? null : tx.Now);
        await tx.ClearAlarmAsync(FilingAlarms.HighPriority, id.ToString());
        await FilingAlarms.ClearAsync(tx, id);
        await tx.RecordAsync(ReportActs.Ledger("report.withdrawn", report, ("because", "fence")));
        await ForgetCleared.OfEndedAsync(tx, id);
    }
}
