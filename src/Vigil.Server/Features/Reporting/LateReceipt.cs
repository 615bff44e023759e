using System.Security.Cryptography;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting;

/// <summary>
/// A receipt that was lost and came after all: kept byte for byte, its SHA-256 in row and ledger. The state still says
/// that it was lost at first, and is counted as that.
/// </summary>
internal static class LateReceipt
{
    public const string Alarm = "report_receipt_lost";

    /// <summary>It is filed, and has none yet.</summary>
    public static bool IsMissing(ReportRow report) =>
        report is { State: ReportState.FiledReceiptLost, ReceiptSha256: null };

    /// <param name="tx">Of an act; it is recorded here.</param>
    /// <param name="report">Locked, and without one.</param>
    /// <param name="bytes">As they came.</param>
    /// <param name="remoteId">The recipient's number, where none was known; null: it is known.</param>
    public static async Task AttachAsync(
        Tx tx,
        ReportRow report,
        ReadOnlyMemory<byte> bytes,
        string? remoteId
    )
    {
        var sha256 = SHA256.HashData(bytes.Span);
        await ReportDocuments.PutAsync(tx, report.Id, ReportDocuments.Receipt, bytes.Span);
        await tx.ExecuteAsync(
            """
            update report set receipt_sha256 = @sha256, remote_id = coalesce(remote_id, @remoteId)
            where tenant = @tenant and id = @id
            """,
            new
            {
                id = report.Id,
                sha256,
                remoteId,
            }
        );
        await ReportOwners.PutAsync(tx, report.Id, report.ApprovedBy ?? tx.Actor.Name);
        await tx.ClearAlarmAsync(Alarm, report.Id.ToString());
        await tx.RecordAsync(
            new LedgerAct("report.receipt_attached", report.Id.ToString())
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["receipt_sha256"] = Convert.ToHexStringLower(sha256),
                    ["remote_id"] = report.RemoteId ?? remoteId ?? "none",
                },
            }
        );
    }
}
