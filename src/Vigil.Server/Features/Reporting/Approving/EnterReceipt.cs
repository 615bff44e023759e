using System.Security.Cryptography;
using System.Text;
using Vigil.Server.Features.Reporting.Approving.Clocks;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving;

/// <summary>POST /v1/reports/{id}/receipt.</summary>
internal sealed record ReceiptRequest
{
    /// <summary>The receipt as a text; this or bytes.</summary>
    public string? Text { get; init; }

    /// <summary>The receipt byte for byte, in base 64; at most 1 MiB.</summary>
    public byte[]? Bytes { get; init; }

    /// <summary>When the recipient had it: after the approval, not in the future. Not for a lost receipt.</summary>
    public DateTimeOffset? FiledAt { get; init; }

    /// <summary>What the recipient calls it, 1 to 100 characters.</summary>
    public string? RemoteId { get; init; }

    public override string ToString() => nameof(ReceiptRequest);
}

/// <summary>
/// A package was answered: its receipt is kept byte for byte, and the law's times run from it. Or a receipt that was
/// lost came after all.
/// </summary>
internal static class EnterReceipt
{
    private const int MaxRemoteId = 100;

    public static async Task<ApprovalAnswer> RunAsync(Tx tx, Guid id, ReceiptRequest request)
    {
        var report = await ReportActs.RequireAsync(tx, id);
        if (LateReceipt.IsMissing(report))
        {
            return await AttachAsync(tx, report, request);
        }
        ReportActs.RequireState(
            report,
            ReportState.HandedOver,
            "A receipt is for what was handed over, or for what is filed and its receipt was lost."
        );
        var bytes = BytesOf(request);
        var filedAt = TimeOf(request.FiledAt, report, tx.Now);
        var receipt = new PackageReceipt(RemoteIdOf(request.RemoteId), filedAt, bytes);
        await PackageLines.NoteAsync(tx, report, PackageStep.Filed, receipt);
        await KeepAsync(tx, report, receipt);
        return new ApprovalAnswer(id, Words.Of(ReportState.Filed), null);
    }

    /// <summary>It is filed. Of an act; recorded here.</summary>
    /// <param name="tx">Of a person who entered it, or of two who say after a restore that it was entered.</param>
    /// <param name="report">Handed over, and locked.</param>
    /// <param name="receipt">Kept byte for byte.</param>
    public static async Task KeepAsync(Tx tx, ReportRow report, PackageReceipt receipt)
    {
        var (id, filedAt) = (report.Id, receipt.FiledAt);
        var sha256 = SHA256.HashData(receipt.Bytes);
        await ReportDocuments.PutAsync(tx, id, ReportDocuments.Receipt, receipt.Bytes);
        await tx.ExecuteAsync(
            """
            update report set filed_at = @filedAt, remote_id = @remoteId, receipt_sha256 = @sha256
            where tenant = @tenant and id = @id
            """,
            new
            {
                id,
                filedAt,
                remoteId = receipt.Number,
                sha256,
            }
        );
        await report.MoveAsync(tx, ReportState.Filed, report.ApprovedBy ?? tx.Actor.Name);
        await ReportClocks.FinishAsync(tx, id.ToString(), filedAt);
        await ReportRecords.FiledAsync(tx, report, filedAt);
        await DueClock.SettleAsync(tx, report.CaseRef);
        await tx.RecordAsync(
            ReportActs.Ledger("report.filed", report, ("receipt_sha256", Convert.ToHexStringLower(sha256)))
        );
    }

    /// <summary>It is filed already, and stays counted as one whose receipt was lost.</summary>
    private static async Task<ApprovalAnswer> AttachAsync(Tx tx, ReportRow report, ReceiptRequest request)
    {
        var bytes = BytesOf(request);
        var remoteId =
            report.RemoteId is null || request.RemoteId is not null ? RemoteIdOf(request.RemoteId) : null;
        if (report.RemoteId is { } known && remoteId is not null && remoteId != known)
        {
            throw ProblemException.BadRequest(
                "bad_remote_id",
                $"The recipient has this report as {known}: a receipt of another one is not this one's."
            );
        }
        await LateReceipt.AttachAsync(tx, report, bytes, remoteId);
        return new ApprovalAnswer(report.Id, Words.Of(report.State), null);
    }

    private static byte[] BytesOf(ReceiptRequest request)
    {
        var bytes = request.Bytes ?? Encoding.UTF8.GetBytes(request.Text ?? "");
        return bytes.Length is > 0 and <= ReportDocuments.MaxReceiptBytes
            ? bytes
            : throw ProblemException.BadRequest(
                "bad_receipt",
                "Give the receipt in 'text' or 'bytes': 1 byte to 1 MiB."
            );
    }

    private static DateTimeOffset TimeOf(DateTimeOffset? given, ReportRow report, DateTimeOffset now) =>
        given is { } at && at <= now && at >= report.ApprovedAt
            ? at
            : throw ProblemException.BadRequest(
                "bad_filed_at",
                $"'filedAt' is when the recipient had it: after the approval at {report.ApprovedAt:yyyy-MM-dd HH:mm} "
                    + $"UTC, and not in the future. It is {now:yyyy-MM-dd HH:mm} UTC by this machine's clock: if "
                    + "that is wrong, the operator sets it right first."
            );

    private static string RemoteIdOf(string? given) =>
        given?.Trim() is { Length: > 0 and <= MaxRemoteId } id && !id.Any(char.IsControl)
            ? id
            : throw ProblemException.BadRequest(
                "bad_remote_id",
                $"'remoteId' is what the recipient calls it: 1 to {MaxRemoteId} characters."
            );
}
