using System.Globalization;
using Vigil.CyberTip.Filing;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Running;

/// <summary>
/// A receipt that comes to a worker which has the filing no more. It proves that the report is filed: where another
/// worker or a person came to that without it, it is attached; where nobody knows yet, the filing ends with it.
/// </summary>
internal static class HearLate
{
    /// <summary>False: it says nothing that is not known, and nothing is recorded.</summary>
    /// <param name="tx">Of an act.</param>
    /// <param name="reportId">Whose.</param>
    /// <param name="step">With the receipt.</param>
    /// <param name="remoteId">Where the recipient's number is no number of the CyberTipline.</param>
    public static async Task<bool> RunAsync(Tx tx, Guid reportId, FilingStep step, string? remoteId)
    {
        var row = await FilingRow.LockAsync(tx, reportId);
        if (row is null || await ReportRow.LockAsync(tx, reportId) is not { } report)
        {
            return false;
        }
        var receipt = step.Answer!.Bytes;
        var number = remoteId ?? step.State.ReportId?.ToString(CultureInfo.InvariantCulture);
        if (LateReceipt.IsMissing(report) && (report.RemoteId is null || report.RemoteId == number))
        {
            await ExchangeLog.AddAsync(tx, reportId, step);
            await LateReceipt.AttachAsync(tx, report, receipt, number);
            return true;
        }
        var state = row.Parsed;
        if (state.IsFinal || state.ReportId != step.State.ReportId || !MayBeFiled(state))
        {
            return false;
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
        return true;
    }

    private static bool MayBeFiled(FilingState state) =>
        state.FinishMayHaveArrived || state.Phase is FilingPhase.Finishing or FilingPhase.NeedsHuman;
}
