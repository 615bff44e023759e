using System.Security.Cryptography;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>Packages that were built and given out.</summary>
internal static class BuiltPackages
{
    /// <summary>
    /// One was built of the very bytes that are approved now. Those of earlier versions name no bytes: one that was
    /// built since the approval counts.
    /// </summary>
    public static async Task<bool> HasOfApprovedAsync(Tx tx, ReportRow report) =>
        await ReportDocuments.FindAsync(tx, report.Id, ReportDocuments.Approved) is { } document
        && await tx.FindAsync<long>(
            """
            select count(*) from report_package
            where tenant = @tenant and report_id = @id
              and (document_sha256 = @sha256 or (document_sha256 is null and built_at >= @approvedAt))
            """,
            new
            {
                id = report.Id,
                sha256 = SHA256.HashData(document),
                approvedAt = report.ApprovedAt ?? DateTimeOffset.MaxValue,
            }
        ) > 0;
}
