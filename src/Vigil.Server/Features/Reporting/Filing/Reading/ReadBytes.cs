using System.Globalization;
using System.Security.Cryptography;
using Vigil.Server.Features.Reporting.Approving;
using Vigil.Server.Features.Reporting.Approving.Reading;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Reading;

/// <summary>
/// Receipts, and what each call sent and was answered, byte for byte: whoever reads them stands in the ledger first.
/// </summary>
internal static class ReadBytes
{
    /// <exception cref="ProblemException">No such report for this actor, or it has no receipt.</exception>
    public static async Task<byte[]> ReceiptAsync(Tx tx, Guid id)
    {
        var report = await ReadReports.RequireAsync(tx, id);
        var bytes =
            await ReportDocuments.FindAsync(tx, id, ReportDocuments.Receipt)
            ?? throw ProblemException.NotFound("There is no receipt of this report.");
        await tx.RecordAsync(
            ReportActs.Ledger(
                "report.receipt_read",
                report,
                ("receipt_sha256", Convert.ToHexStringLower(SHA256.HashData(bytes)))
            )
        );
        return bytes;
    }

    /// <exception cref="ProblemException">No such call for this actor, or nothing of it is kept.</exception>
    public static Task<byte[]> SentAsync(Tx tx, Guid id, Guid call) =>
        CallAsync(
            tx,
            (id, call, "sent"),
            async (report, row) =>
                ReadCalls.IsDocument(report, row.Call)
                    ? await ReportDocuments.FindAsync(tx, id, ReportDocuments.Approved)
                    : Open(tx, call, row.Sent, "sent")
        );

    /// <inheritdoc cref="SentAsync"/>
    public static Task<byte[]> AnsweredAsync(Tx tx, Guid id, Guid call) =>
        CallAsync(
            tx,
            (id, call, "answered"),
            (_, row) => Task.FromResult(Open(tx, call, row.Answered, "answered"))
        );

    private static async Task<byte[]> CallAsync(
        Tx tx,
        (Guid Report, Guid Call, string Part) wanted,
        Func<ReportRow, CallRow, Task<byte[]?>> openAsync
    )
    {
        var report = await ReadReports.RequireAsync(tx, wanted.Report);
        var row =
            await tx.FindAsync<CallRow>(
                """
                select attempt, number, call, sent, answered from filing_exchange
                where tenant = @tenant and report_id = @report and id = @call
                """,
                new { report = wanted.Report, call = wanted.Call }
            ) ?? throw ProblemException.NotFound("There is no call of this id.");
        var bytes =
            await openAsync(report, row)
            ?? throw ProblemException.NotFound(
                "No bytes of it are kept: none came, or it sent the report's number alone, or a file, which is kept "
                    + "with the case."
            );
        await tx.RecordAsync(
            ReportActs.Ledger(
                "report.call_read",
                report,
                ("call", row.Call),
                ("part", wanted.Part),
                ("attempt", row.Attempt.ToString(CultureInfo.InvariantCulture)),
                ("number", row.Number.ToString(CultureInfo.InvariantCulture))
            )
        );
        return bytes;
    }

    private static byte[]? Open(Tx tx, Guid call, byte[]? kept, string part) =>
        kept is null ? null : ReportSecrets.Open(tx, kept, call, part);

    private sealed class CallRow
    {
        public int Attempt { get; init; }
        public long Number { get; init; }
        public string Call { get; init; } = "";
        public byte[]? Sent { get; init; }
        public byte[]? Answered { get; init; }
    }
}
