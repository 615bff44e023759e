using Vigil.CyberTip.Filing;
using Vigil.Server.Features.Reporting.Filing.Environments;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Running;

/// <summary>
/// A report that was opened at one address is not continued at another: its number there is nothing, or another's
/// report. Whether it was filed where it was opened a person asks.
/// </summary>
internal static class OpenedElsewhere
{
    /// <param name="leased">As it stands.</param>
    /// <param name="found">Where calls go now.</param>
    public static bool Is(LeasedFiling leased, FilingEnvironment found) =>
        leased.State is { ReportId: not null } state
        && (
            leased.Address is { } address
                ? address != found.Address
                // Of an earlier version, which kept no address.
                : state.OpenedAt is not { } opened || opened < found.AddressAt
        );

    /// <summary>It waits for a person. False: another worker has it, or a person decided meanwhile.</summary>
    public static async Task<bool> StopAsync(Tx tx, LeasedFiling leased, long version)
    {
        var id = leased.Report.Id;
        var before = leased.State;
        var after = before with
        {
            Epoch = leased.Epoch,
            Phase = FilingPhase.NeedsHuman,
            FinishMayHaveArrived = before.FinishMayHaveArrived || before.Phase == FilingPhase.Finishing,
            IsSent = false,
            BlockedBy = null,
            NotBefore = null,
        };
        const string why = WaitReasons.OtherAddress;
        if (!await FilingRow.ReplaceAsync(tx, id, version, after, leased.Epoch, why, []))
        {
            await BeginFiling.RecordAsync(tx, id, "report.filing_passed_over", why);
            return false;
        }
        await FilingEnd.WaitAsync(tx, leased.Report, after, why);
        await FilingAlarms.WaitsAsync(tx, id, WaitReasons.TextOf(why)!);
        return true;
    }
}
