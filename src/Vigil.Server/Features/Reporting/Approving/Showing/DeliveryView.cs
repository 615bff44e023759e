using Vigil.Server.Features.Reporting.Filing;
using Vigil.Server.Features.Reporting.Filing.Running;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving.Showing;

/// <summary>What came of a report that was given to the delivery.</summary>
/// <param name="IsFiling">It has a page of calls and decisions.</param>
/// <param name="Waits">Why a person must act; null: nobody must, or the calls say why.</param>
/// <param name="Said">Of what was refused or went wrong last, in the service's own words.</param>
public sealed record DeliveryView(bool IsFiling, string? Waits, string? Said)
{
    /// <summary>Null: there is nothing to tell.</summary>
    internal static async Task<DeliveryView?> ReadAsync(Tx tx, ReportRow report)
    {
        var waitsFor = await tx.FindAsync<string>(
            "select waits_for from filing_overview where tenant = @tenant and report_id = @id",
            new { id = report.Id }
        );
        return waitsFor is null && report.ReceiptSha256 is null
            ? null
            : new DeliveryView(
                waitsFor is not null,
                WaitReasons.TextOf(waitsFor ?? ""),
                report.State is ReportState.Rejected or ReportState.NeedsHuman or ReportState.Filing
                    ? await ExchangeLog.LastRefusalAsync(tx, report.Id)
                    : null
            );
    }
}
