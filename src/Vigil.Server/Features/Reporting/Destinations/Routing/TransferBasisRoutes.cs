using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>POST /v1/transfer-bases.</summary>
internal sealed record TransferBasisRequest
{
    /// <summary>Code of a destination that needs one.</summary>
    public string? Destination { get; init; }

    /// <summary>The law or clause that it rests on.</summary>
    public string? LegalReference { get; init; }

    /// <summary>Null: now.</summary>
    public DateTimeOffset? StartsOn { get; init; }

    /// <summary>From then on nothing leaves by it.</summary>
    public DateTimeOffset? EndsOn { get; init; }
}

/// <summary>Why reports may leave the law's area: read, recorded, ended.</summary>
internal static class TransferBasisRoutes
{
    private const string Root = "/v1/transfer-bases";
    private const string Tag = "Destinations";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                Root,
                async (HttpContext context, Db db) =>
                    Results.Json(
                        await db.ReadAsync(
                            context.Actor(),
                            Permission.SettingsRead,
                            TransferBases.ListAsync,
                            context.RequestAborted
                        )
                    )
            )
            .Require(Permission.SettingsRead)
            .WithName("listTransferBases")
            .WithSummary("Why reports may leave to destinations abroad, newest first.")
            .WithTags(Tag)
            .Produces<IReadOnlyList<TransferBasis>>();
        routes
            .MapPost(Root, (Delegate)RecordAsync)
            .Require(Permission.SettingsWrite)
            .WithName("recordTransferBasis")
            .WithSummary("Record a basis of transfer with its legal reference and end.")
            .WithTags(Tag)
            .Accepts<TransferBasisRequest>("application/json")
            .Produces<TransferBasis>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest);
        routes
            .MapPost(
                Root + "/{id:guid}/end",
                async (HttpContext context, Guid id, Db db) =>
                {
                    await db.ActAsync(
                        context.Actor(),
                        Permission.SettingsWrite,
                        async tx =>
                        {
                            await TransferBases.EndAsync(tx, id);
                            return true;
                        },
                        context.RequestAborted
                    );
                    return Results.NoContent();
                }
            )
            .Require(Permission.SettingsWrite)
            .WithName("endTransferBasis")
            .WithSummary("End a basis before its time.")
            .WithTags(Tag)
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> RecordAsync(HttpContext context)
    {
        var bytes = await JsonBody.ReadBytesAsync(context);
        var body = JsonBody.Parse<TransferBasisRequest>(bytes);
        return await Idempotent.ActAsync(
            context,
            Permission.SettingsWrite,
            "transfer_basis",
            bytes,
            StatusCodes.Status201Created,
            tx =>
                TransferBases.RecordAsync(
                    tx,
                    body.Destination ?? "",
                    body.LegalReference ?? "",
                    body.StartsOn,
                    body.EndsOn
                )
        );
    }
}
