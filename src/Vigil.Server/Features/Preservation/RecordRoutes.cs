using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Preservation;

/// <param name="Why">The law that asks for it.</param>
/// <param name="CheckedOn">When that was looked up.</param>
/// <param name="DueAt">When nothing keeps it any more; null: a hold of its case does that has no end yet.</param>
internal sealed record RecordView(
    Guid ReportId,
    string CaseRef,
    string Jurisdiction,
    string Why,
    DateOnly? CheckedOn,
    DateTimeOffset FiledAt,
    DateTimeOffset KeepUntil,
    DateTimeOffset? DueAt,
    bool Overdue
);

internal sealed record RecordsPage(IReadOnlyList<RecordView> Records);

/// <summary>GET /v1/retention/records: which records of filed reports are kept, why, until when.</summary>
internal static class RecordRoutes
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet(
                "/v1/retention/records",
                async (HttpContext context, Db db) => Results.Json(await ReadAsync(context, db))
            )
            .Require(Permission.HoldRead)
            .WithName("listRecords")
            .WithSummary(
                "Records of filed reports (reference, receipt, what was sent) that a law has kept; the 200 soonest due."
            )
            .WithTags("Contents")
            .Produces<RecordsPage>();

    public static Task<RecordsPage> ReadAsync(HttpContext context, Db db) =>
        db.ReadAsync(
            context.Actor(),
            Permission.HoldRead,
            async tx => new RecordsPage([
                .. (await RecordClocks.ListAsync(tx, RecordClocks.MaxRows)).Select(row => new RecordView(
                    Guid.Parse(row.ReportId),
                    row.CaseRef,
                    row.Jurisdiction,
                    row.Source,
                    row.CheckedOn,
                    row.FiledAt,
                    row.KeepUntil,
                    row.DueAt,
                    row.IsOverdueAt(tx.Now)
                )),
            ]),
            context.RequestAborted
        );
}
