using Vigil.Trust;

namespace Vigil.Server.Features.Reporting;

/// <summary>What was approved and received, byte for byte; sealed, bound to its report and kind.</summary>
internal static class ReportDocuments
{
    public const string Approved = "Approved";
    public const string Files = "Files";
    public const string Receipt = "Receipt";

    /// <summary>Largest receipt that is taken by hand.</summary>
    public const int MaxReceiptBytes = 1024 * 1024;

    public static Task<int> PutAsync(Tx tx, Guid reportId, string kind, ReadOnlySpan<byte> bytes) =>
        tx.ExecuteAsync(
            """
            insert into report_document (tenant, report_id, kind, bytes, at)
            values (@tenant, @reportId, @kind, @bytes, @now)
            on conflict (tenant, report_id, kind) do update set bytes = excluded.bytes, at = excluded.at
            """,
            new
            {
                reportId,
                kind,
                bytes = ReportSecrets.Seal(tx, bytes, reportId, kind),
                now = tx.Now,
            }
        );

    public static async Task<byte[]?> FindAsync(Tx tx, Guid reportId, string kind) =>
        await tx.FindAsync<byte[]>(
            "select bytes from report_document where tenant = @tenant and report_id = @reportId and kind = @kind",
            new { reportId, kind }
        )
            is { } bytes
            ? ReportSecrets.Open(tx, bytes, reportId, kind)
            : null;

    /// <summary>The approval was undone before anything left.</summary>
    public static Task<int> ForgetApprovedAsync(Tx tx, Guid reportId) =>
        tx.ExecuteAsync(
            """
            delete from report_document
            where tenant = @tenant and report_id = @reportId and kind in ('Approved', 'Files')
            """,
            new { reportId }
        );
}
