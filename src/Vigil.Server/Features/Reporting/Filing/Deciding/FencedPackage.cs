using Vigil.Server.Features.Reporting.Approving;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Features.Reporting.Filing.Running;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Deciding;

/// <summary>
/// What two persons decided about a package behind the fence. One that is filed was handed over: its receipt comes from
/// the journal's line, or is entered again by hand where the journal has none.
/// </summary>
internal static class FencedPackage
{
    public static bool Is(ReportRow report) =>
        AllDestinations.Find(report.Destination)?.Kind == DeliveryKind.Package;

    /// <summary>
    /// Why a package that the journal knows does not go on; null: it may. No service can be asked by giving it once
    /// more, so only what is approved here, and of which nobody said more than that it was built, is given out again,
    /// by the word of its recipient.
    /// </summary>
    public static string? GoOnRefusal(PackageNote note, ReportRow? report) =>
        note.Step switch
        {
            PackageStep.HandedOver =>
                "The journal knows that it was handed over: choose is_filed. Where its recipient says that it never "
                    + "came, choose withdraw, and write another draft.",
            PackageStep.Filed => "The journal knows that its recipient has it: choose is_filed.",
            PackageStep.Withdrawn =>
                "The journal knows that it was taken back after it was given out: choose withdraw; or is_filed, where "
                    + "its recipient has it and keeps it.",
            _ => report is null or { State: ReportState.Draft }
                ? "A package of it was given out, and its approval is not in this database: choose is_filed where its "
                    + "recipient has it; else withdraw, and write another draft."
                : null,
        };

    /// <param name="tx">Of the decision.</param>
    /// <param name="report">Not over.</param>
    /// <param name="ask">Where it goes on, nothing is done: it stands as it did.</param>
    /// <param name="line">What the journal knows; null: nothing.</param>
    public static async Task ApplyAsync(Tx tx, ReportRow report, FenceAsk ask, JournalLine? line)
    {
        if (line?.Package is not null)
        {
            await PackageCalls.RaiseAsync(tx, report.Id, line.Call);
        }
        if (ask.Decision == FenceDecision.Withdraw)
        {
            if (line?.Package?.Step == PackageStep.Withdrawn)
            {
                // Taken back after it left: its recipient may have it, so what it says stays known and preserved.
                await FiledBefore.BeginAsync(tx, report, line.At);
                await ReportRow.GiveAsync(tx, report.Id);
                report = (await ReportRow.LockAsync(tx, report.Id))!;
            }
            await WithdrawAsync(tx, report);
        }
        else if (ask.Decision == FenceDecision.IsFiled)
        {
            await GivenAsync(tx, report, ask, line);
        }
    }

    private static async Task GivenAsync(Tx tx, ReportRow report, FenceAsk ask, JournalLine? line)
    {
        await FiledBefore.BeginAsync(tx, report, line?.Package?.FiledAt ?? line?.At ?? tx.Now);
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
        if (ReceiptOf(line, ask) is { } receipt)
        {
            await EnterReceipt.KeepAsync(tx, (await ReportRow.LockAsync(tx, report.Id))!, receipt);
        }
        if (!await StandingDecision.StandsAsync(tx, report))
        {
            await tx.RaiseAlarmAsync(FilingAlarms.OfCleared with { About = report.Id.ToString() });
        }
    }

    /// <summary>Null: the journal has none, or one of another number than the persons say.</summary>
    private static PackageReceipt? ReceiptOf(JournalLine? line, FenceAsk ask) =>
        line
            is {
                Receipt: { } bytes,
                Package: { Step: PackageStep.Filed, FiledAt: { } at, Number: { } number }
            }
        && number == ask.RemoteId
            ? new(number, at, bytes)
            : null;

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
