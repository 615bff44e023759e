using System.Globalization;
using Vigil.CyberTip.Filing;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Running;

/// <summary>
/// A receipt that comes to a worker which has the filing no more. It proves that the report is filed: where another
/// worker or a person came to that without it, it is attached; where nobody knows yet, the filing ends with it; where a
/// person gave that attempt up, it is kept, and persons are told.
/// </summary>
internal static class HearLate
{
    /// <summary>What the journal says of it; null: that is known, and nothing is recorded.</summary>
    /// <param name="tx">Of an act.</param>
    /// <param name="reportId">Whose.</param>
    /// <param name="step">With the receipt.</param>
    /// <param name="remoteId">Where the recipient's number is no number of the CyberTipline.</param>
    public static async Task<FilingState?> RunAsync(Tx tx, Guid reportId, FilingStep step, string? remoteId)
    {
        var row = await FilingRow.LockAsync(tx, reportId);
        if (row is null || await ReportRow.LockAsync(tx, reportId) is not { } report)
        {
            return null;
        }
        var (state, receipt) = (row.Parsed, step.Answer!.Bytes);
        var isGivenUp = step.Before.Attempt < state.Attempt;
        var number = remoteId ?? step.State.ReportId?.ToString(CultureInfo.InvariantCulture);
        var isOfIt = report.RemoteId == number || (report.RemoteId is null && !isGivenUp);
        if (LateReceipt.IsMissing(report) && isOfIt)
        {
            await ExchangeLog.AddAsync(tx, reportId, step);
            await LateReceipt.AttachAsync(tx, report, receipt, number);
            return step.State;
        }
        if (isGivenUp && number is not null)
        {
            return await HearGivenUp.RunAsync(tx, row, report, step, number);
        }
        if (state.IsFinal || state.ReportId != step.State.ReportId || !MayBeFiled(state))
        {
            return null;
        }
        var filed = state with
        {
            Phase = FilingPhase.Filed,
            IsSent = false,
            NotBefore = null,
            BlockedBy = null,
        };
        await FilingRow.ReplaceAsync(tx, reportId, row.Version, filed, null, "", []);
        await ExchangeLog.AddAsync(tx, reportId, step);
        await FilingEnd.EndAsync(tx, reportId, filed, receipt, remoteId);
        return step.State;
    }

    private static bool MayBeFiled(FilingState state) =>
        state.FinishMayHaveArrived || state.Phase is FilingPhase.Finishing or FilingPhase.NeedsHuman;
}
