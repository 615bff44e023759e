using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Preservation;

/// <summary>POST /v1/holds.</summary>
internal sealed record HoldRequest
{
    /// <summary>legal, law_enforcement, dispute.</summary>
    public string? Kind { get; init; }

    /// <summary>Of this and contentId one is given.</summary>
    public string? CaseRef { get; init; }
    public Guid? ContentId { get; init; }

    /// <summary>Whose word it rests on; names no person concerned.</summary>
    public string? Authority { get; init; }

    /// <summary>Stands in the ledger.</summary>
    public string? Reason { get; init; }

    /// <summary>Null: it holds until it is lifted.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

internal sealed record ReasonRequest
{
    /// <summary>Stands in the ledger.</summary>
    public string? Reason { get; init; }

    /// <summary>Of a second person: the word `read` that stands with what was asked for.</summary>
    public string? Read { get; init; }
}

internal sealed record HoldView(
    Guid HoldId,
    string Kind,
    string State,
    string? CaseRef,
    Guid? ContentId,
    string Authority,
    string Reason,
    DateTimeOffset PlacedAt,
    string PlacedBy,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? LiftedAt,
    string? LiftedBy,
    string? LiftReason
)
{
    public static HoldView Of(Hold hold, DateTimeOffset now) =>
        new(
            hold.Id,
            Words.Of(hold.Kind),
            hold.LiftedAt is not null ? "lifted"
                : hold.IsActiveAt(now) ? "active"
                : "expired",
            hold.CaseRef,
            hold.ContentId,
            hold.Authority,
            hold.Reason,
            hold.PlacedAt,
            hold.PlacedBy,
            hold.ExpiresAt,
            hold.LiftedAt,
            hold.LiftedBy,
            hold.LiftReason
        );
}

internal sealed record HoldsPage(IReadOnlyList<HoldView> Holds, Guid? Next);

internal sealed record HoldAnswer(Guid HoldId);

/// <summary>The API of holds: list, place, lift.</summary>
internal static class HoldRoutes
{
    private const string Root = "/v1/holds";
    private const string Tag = "Holds";
    private const int Rows = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                Root,
                async (HttpContext context, Db db) =>
                {
                    var query = context.Request.Query;
                    Guid? before = Guid.TryParse(query["before"], out var id) ? id : null;
                    return Results.Json(await ReadAsync(context, db, before, query["state"] != "all"));
                }
            )
            .Require(Permission.HoldRead)
            .WithName("listHolds")
            .WithSummary("Holds, newest first: active ones, or all (state=all); before.")
            .WithTags(Tag)
            .Produces<HoldsPage>();
        MapPlacing(routes);
        MapLifting(routes);
    }

    private static void MapPlacing(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                Root,
                (Delegate)(
                    async (HttpContext context) =>
                    {
                        var body = await JsonBody.ReadBytesAsync(context);
                        var request = JsonBody.Parse<HoldRequest>(body);
                        return await Idempotent.ActAsync(
                            context,
                            Permission.HoldManage,
                            "hold",
                            body,
                            StatusCodes.Status201Created,
                            async tx => new HoldAnswer(await PlaceAsync(tx, request))
                        );
                    }
                )
            )
            .Require(Permission.HoldManage)
            .WithName("placeHold")
            .WithSummary("Place a hold on a case, with all that it will hold, or on one content.")
            .WithTags(Tag)
            .Accepts<HoldRequest>("application/json")
            .Produces<HoldAnswer>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);

    private static void MapLifting(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                Root + "/{id:guid}/lift",
                (Delegate)(
                    async (HttpContext context, Guid id) =>
                    {
                        var body = await JsonBody.ReadBytesAsync(context);
                        var request = JsonBody.Parse<ReasonRequest>(body);
                        return await Idempotent.ActAsync(
                            context,
                            Permission.HoldManage,
                            "hold",
                            body,
                            StatusCodes.Status200OK,
                            async tx =>
                            {
                                await HeldReasons.LiftHoldAsync(tx, id, request.Reason ?? "");
                                return new HoldAnswer(id);
                            }
                        );
                    }
                )
            )
            .Require(Permission.HoldManage)
            .WithName("liftHold")
            .WithSummary("Lift a hold, with a reason. What the law keeps is not lifted by hand.")
            .WithTags(Tag)
            .Accepts<ReasonRequest>("application/json")
            .Produces<HoldAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);

    public static Task<HoldsPage> ReadAsync(HttpContext context, Db db, Guid? before, bool onlyActive) =>
        db.ReadAsync(
            context.Actor(),
            Permission.HoldRead,
            async tx =>
            {
                var holds = await Trust.Holds.ListAsync(tx, before, onlyActive, Rows);
                return new HoldsPage(
                    [.. holds.Select(hold => HoldView.Of(hold, tx.Now))],
                    holds.Count == Rows ? holds[^1].Id : null
                );
            },
            context.RequestAborted
        );

    public static async Task<Guid> PlaceAsync(Tx tx, HoldRequest request)
    {
        var kind = Words.Read<HoldKind>(request.Kind, "kind");
        if (kind == HoldKind.Preservation)
        {
            throw ProblemException.BadRequest(
                "bad_kind",
                "A preservation hold comes with the sealing, by law. To keep longer place a legal, law_enforcement or "
                    + "dispute hold."
            );
        }
        CaseRef? reference = string.IsNullOrWhiteSpace(request.CaseRef)
            ? null
            : new CaseRef(request.CaseRef.Trim().ToUpperInvariant());
        if (reference is { } wanted && !await IsThereAsync(tx, wanted))
        {
            throw ProblemException.NotFound("There is no case of this reference.");
        }
        await HeldReasons.CheckAsync(
            tx,
            reference?.Value,
            request.ContentId,
            request.Authority,
            request.Reason
        );
        return await Trust.Holds.AddAsync(
            tx,
            new NewHold
            {
                Kind = kind,
                Case = reference,
                ContentId = request.ContentId,
                Authority = request.Authority ?? "",
                Reason = request.Reason ?? "",
                ExpiresAt = request.ExpiresAt,
            }
        );
    }

    private static async Task<bool> IsThereAsync(Tx tx, CaseRef reference) =>
        CaseRef.IsWellFormed(reference.Value)
        && (await tx.AskAsync<ContentCase, CaseForContent>(new ContentCase(reference, null))).IsThere;
}
