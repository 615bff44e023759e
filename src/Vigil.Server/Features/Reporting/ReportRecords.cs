using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Features.Reporting.Filing;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting;

/// <summary>
/// What is kept of a filed report as its record: the authority's reference, the receipt, the approved bytes, what each
/// call sent and was answered. Its time is the kernel's matter (`RecordClocks`).
/// </summary>
internal static class ReportRecords
{
    /// <summary>In the act that says that it is filed. No law asks for the records of tests.</summary>
    public static Task FiledAsync(Tx tx, ReportRow report, DateTimeOffset at) =>
        report.Environment == ReportEnvironment.Production
            ? RecordClocks.BeginAsync(
                tx,
                new CaseRef(report.CaseRef),
                report.Id.ToString(),
                report.Jurisdiction,
                at
            )
            : Task.CompletedTask;

    /// <summary>Its time is over: that a report was filed, when and where, stays.</summary>
    public static async Task DestroyAsync(Tx tx, RecordDue due)
    {
        if (!Guid.TryParse(due.ReportId, out var id) || await ReportRow.LockAsync(tx, id) is not { } report)
        {
            return;
        }
        await tx.ExecuteAsync(
            "delete from report_document where tenant = @tenant and report_id = @id",
            new { id }
        );
        await tx.ExecuteAsync(
            "update report set remote_id = null where tenant = @tenant and id = @id",
            new { id }
        );
        await tx.ExecuteAsync(
            """
            update filing_exchange set request_id = null, remote_id = null
            where tenant = @tenant and report_id = @id
            """,
            new { id }
        );
        await ExchangeLog.ForgetBytesAsync(tx, id);
        await FilingRow.ForgetNumbersAsync(tx, id);
        await EmptyReport.RunAsync(tx, report);
    }
}
