using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Webhooks;

/// <summary>`/v1/outbox`: what waits, what arrived, what was given up.</summary>
internal static class OutboxRoutes
{
    private const Permission Manage = Permission.OutboxManage;

    public static void MapOutbox(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/outbox").WithTags("Outbox");
        group
            .MapGet("", ListAsync)
            .Require(Manage)
            .WithName("listOutbox")
            .WithSummary(
                "Deliveries of a state (waiting, delivered, dead), oldest first, with counts and age"
            )
            .Produces<OutboxAnswer>()
            .ProducesProblem(StatusCodes.Status400BadRequest);
        group
            .MapPost("/resend", ResendManyAsync)
            .Require(Manage)
            .WithName("resendDead")
            .WithSummary("Send all dead deliveries again, or those of one webhook")
            .Accepts<ManyBody>("application/json")
            .Produces<CountAnswer>();
        group
            .MapPost("/discard", DiscardManyAsync)
            .Require(Manage)
            .WithName("discardDead")
            .WithSummary("Discard all dead deliveries, or those of one webhook; needs a reason")
            .Accepts<ManyBody>("application/json")
            .Produces<CountAnswer>();
        group
            .MapPost("/{id:guid}/resend", ResendAsync)
            .Require(Manage)
            .WithName("resendDelivery")
            .WithSummary("Send a dead delivery again; one that waits is tried at once")
            .Produces<CountAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        group
            .MapPost("/{id:guid}/discard", DiscardAsync)
            .Require(Manage)
            .WithName("discardDelivery")
            .WithSummary("Discard a delivery; needs a reason")
            .Accepts<ManyBody>("application/json")
            .Produces<CountAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ListAsync(
        HttpContext context,
        Db db,
        string? state = null,
        Guid? webhook = null,
        Guid? after = null
    )
    {
        var wanted = Words.Read<DeliveryState>(state ?? "waiting", "state");
        return Results.Json(
            await db.ReadAsync(
                context.Actor(),
                Manage,
                async tx =>
                {
                    var fill = await Deliveries.FillAsync(tx);
                    var page = await Deliveries.ListAsync(tx, wanted, webhook, after);
                    return new OutboxAnswer(
                        fill!.Waiting,
                        fill.Dead,
                        fill.OldestWaitingAt,
                        [.. page.Select(delivery => DeliveryAnswer.Of(delivery, tx.Now))],
                        page.Count == OutboxLimits.PageRows ? page[^1].Id : null
                    );
                },
                context.RequestAborted
            )
        );
    }

    private static async Task<IResult> ResendManyAsync(HttpContext context, Db db)
    {
        var bytes = await JsonBody.ReadBytesAsync(context);
        var many = JsonBody.Parse<ManyBody>(bytes);
        return await RunAsync(context, db, bytes, tx => Deliveries.ResendAsync(tx, target: many.Webhook));
    }

    private static async Task<IResult> DiscardManyAsync(HttpContext context, Db db)
    {
        var bytes = await JsonBody.ReadBytesAsync(context);
        var many = JsonBody.Parse<ManyBody>(bytes);
        var reason = Reason(many.Reason);
        return await RunAsync(
            context,
            db,
            bytes,
            tx => Deliveries.DiscardAsync(tx, reason, target: many.Webhook)
        );
    }

    private static Task<IResult> ResendAsync(HttpContext context, Guid id, Db db) =>
        RunAsync(context, db, id.ToByteArray(), async tx => Found(await Deliveries.ResendAsync(tx, id)));

    private static async Task<IResult> DiscardAsync(HttpContext context, Guid id, Db db)
    {
        var bytes = await JsonBody.ReadBytesAsync(context);
        var reason = Reason(JsonBody.Parse<ManyBody>(bytes).Reason);
        return await RunAsync(
            context,
            db,
            bytes,
            async tx => Found(await Deliveries.DiscardAsync(tx, reason, id))
        );
    }

    private static Task<IResult> RunAsync(
        HttpContext context,
        Db db,
        byte[] fingerprint,
        Func<Tx, Task<int>> act
    ) =>
        Idempotent.RunAsync(
            context,
            fingerprint,
            StatusCodes.Status200OK,
            work => db.ActAsync(context.Actor(), Manage, work, context.RequestAborted),
            async tx => new CountAnswer(await act(tx))
        );

    private static int Found(int count) =>
        count == 1
            ? count
            : throw ProblemException.NotFound(
                "No delivery of this id waits or is dead, or it is under way right now: GET /v1/outbox says."
            );

    /// <exception cref="ProblemException">None, or too long.</exception>
    internal static string Reason(string? text) =>
        text?.Trim() is { Length: > 0 and <= 200 } reason
            ? reason
            : throw ProblemException.BadRequest(
                "bad_reason",
                "Discarding needs a 'reason' of 1 to 200 characters; it stands in the ledger."
            );
}
