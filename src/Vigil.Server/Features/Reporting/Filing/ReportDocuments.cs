using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing;

/// <summary>What was approved and what was received, sealed beside the report under the name of its kind.</summary>
internal static class ReportDocuments
{
    public const string Approved = "Approved";
    public const string Files = "Files";
    public const string Receipt = "Receipt";

    /// <summary>Null: there is none of this kind.</summary>
    public static async Task<byte[]?> ReadAsync(Tx tx, Guid reportId, string kind) =>
        await tx.FindAsync<byte[]>(
            "select bytes from report_document where tenant = @tenant and report_id = @reportId and kind = @kind",
            new { reportId, kind }
        )
            is { } bytes
            ? ReportSecrets.Open(tx, bytes, reportId, kind)
            : null;

    public static Task<int> WriteAsync(Tx tx, Guid reportId, string kind, ReadOnlySpan<byte> bytes) =>
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
}
