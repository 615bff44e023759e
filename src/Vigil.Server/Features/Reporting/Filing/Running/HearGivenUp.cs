using System.Globalization;
using System.Security.Cryptography;
using Vigil.CyberTip.Filing;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Running;

/// <summary>
/// A receipt of an attempt of which a person had said that it did not arrive. It did: what is being filed again stops
/// until a person decides, and where that was filed too, two reports exist.
/// </summary>
internal static class HearGivenUp
{
    /// <summary>How the filing stands by it; null: it is known.</summary>
    /// <param name="tx">Of an act.</param>
    /// <param name="row">Locked.</param>
    /// <param name="report">Locked.</param>
    /// <param name="step">With the receipt, of an attempt before the row's.</param>
    /// <param name="number">What the recipient calls that attempt's report.</param>
    public static async Task<FilingState?> RunAsync(
        Tx tx,
        FilingRow row,
        ReportRow report,
        FilingStep step,
        string number
    )
    {
        var heard = await GivenUpReceipt.OfAsync(tx, report.Id);
        if (report.RemoteId == number || heard.Any(one => one.RemoteId == number))
        {
            return null;
        }
        await ExchangeLog.AddAsync(tx, report.Id, step, number);
        await tx.RecordAsync(
            new LedgerAct("report.given_up_receipt", report.Id.ToString())
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["remoteId"] = number,
                    ["attempt"] = step.Before.Attempt.ToString(CultureInfo.InvariantCulture),
                    ["receiptSha256"] = Convert.ToHexStringLower(SHA256.HashData(step.Answer!.Bytes.Span)),
                },
            }
        );
        var state = row.Parsed;
        if (heard.Count > 0 || state.Phase is FilingPhase.Filed or FilingPhase.FiledReceiptLost)
        {
            await RaiseAsync(tx, report.Id, FilingAlarms.FiledTwice);
            return state;
        }
        if (state.IsFinal)
        {
            await RaiseAsync(tx, report.Id, FilingAlarms.FiledAllTheSame);
            return state;
        }
        return await StopAsync(tx, row, report, step.State.ReportId);
    }

    /// <summary>A filing ended of which such a receipt came before.</summary>
    /// <param name="tx">Of the last step.</param>
    /// <param name="reportId">Whose.</param>
    /// <param name="isFiled">Otherwise it was refused or taken back.</param>
    /// <param name="remoteId">What the recipient calls it.</param>
    public static async Task AtEndAsync(Tx tx, Guid reportId, bool isFiled, string? remoteId)
    {
        if ((await GivenUpReceipt.OfAsync(tx, reportId)).Any(one => !isFiled || one.RemoteId != remoteId))
        {
            await RaiseAsync(tx, reportId, isFiled ? FilingAlarms.FiledTwice : FilingAlarms.FiledAllTheSame);
        }
    }

    /// <summary>
    /// The attempt that runs is over, as one that was given up: what is still heard of it comes here too. An unfinished
    /// report of it expires at the recipient.
    /// </summary>
    private static async Task<FilingState> StopAsync(Tx tx, FilingRow row, ReportRow report, long? filedAs)
    {
        var state = row.Parsed;
        var stopped = state with
        {
            Phase = FilingPhase.NeedsHuman,
            Attempt = state.Attempt + 1,
            ReportId = filedAs,
            Files = [.. state.Files.Select(file => file with { FileId = null })],
            Current = 0,
            IsSent = false,
            NotBefore = null,
            BlockedBy = null,
            AfterRetraction = null,
            FinishMayHaveArrived = true,
            Orphans = state.Orphans + (state.ReportId is null ? 0 : 1),
        };
        await FilingRow.ReplaceAsync(tx, report.Id, row.Version, stopped, null, WaitReasons.Unknown, []);
        await FilingEnd.WaitAsync(tx, report, stopped, WaitReasons.Unknown);
        await RaiseAsync(tx, report.Id, FilingAlarms.GivenUpArrived);
        return stopped;
    }

    private static Task RaiseAsync(Tx tx, Guid reportId, Alarm alarm) =>
        tx.RaiseAlarmAsync(alarm with { About = reportId.ToString() });
}
