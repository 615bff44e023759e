using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Webhooks;

/// <summary>`/v1/webhooks`: who is told of events.</summary>
internal static class WebhookRoutes
{
    private const Permission Manage = Permission.WebhookManage;
    private const string Unknown = "There is no webhook of this id: GET /v1/webhooks names all.";

    public static void MapWebhooks(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/webhooks").WithTags("Webhooks");
        group
            .MapGet("", ListAsync)
            .Require(Manage)
            .WithName("listWebhooks")
            .WithSummary("All webhooks, with what waits for each")
            .Produces<WebhookList>();
        group
            .MapPost("", CreateAsync)
            .Require(Manage)
            .WithName("createWebhook")
            .WithSummary("Tell this address of events; the answer has the secret, this once")
            .Accepts<WebhookBody>("application/json")
            .Produces<WebhookSecret>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status409Conflict);
        group
            .MapPatch("/{id:guid}", ChangeAsync)
            .Require(Manage)
            .WithName("changeWebhook")
            .WithSummary("Change its address, label, types or state")
            .Accepts<WebhookBody>("application/json")
            .Produces<WebhookAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        group
            .MapDelete("/{id:guid}", RemoveAsync)
            .Require(Manage)
            .WithName("removeWebhook")
            .WithSummary("Remove it, with what waits for it")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status404NotFound);
        group
            .MapPost("/{id:guid}/rotate-secret", RotateAsync)
            .Require(Manage)
            .WithName("rotateWebhookSecret")
            .WithSummary("A new secret; the one before signs too for 24 hours")
            .Produces<WebhookSecret>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        group
            .MapPost("/{id:guid}/ping", PingAsync)
            .Require(Manage)
            .WithName("pingWebhook")
            .WithSummary("Send a test event to it")
            .Produces<PingAnswer>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ListAsync(HttpContext context, Db db)
    {
        var webhooks = await db.ReadAsync(
            context.Actor(),
            Manage,
            Trust.Webhooks.ListAsync,
            context.RequestAborted
        );
        return Results.Json(new WebhookList([.. webhooks.Select(WebhookAnswer.Of)]));
    }

    private static async Task<IResult> CreateAsync(HttpContext context, Db db, Outbound outbound)
    {
        var bytes = await JsonBody.ReadBytesAsync(context);
        var settings = JsonBody.Parse<WebhookBody>(bytes).ToSettings();
        return await Idempotent.RunAsync(
            context,
            bytes,
            StatusCodes.Status201Created,
            work => db.ActAsync(context.Actor(), Manage, work, context.RequestAborted),
            async tx =>
            {
                var (id, secret) = await Trust.Webhooks.CreateAsync(tx, outbound, settings);
                return new WebhookSecret(id, secret);
            }
        );
    }

    private static async Task<IResult> ChangeAsync(HttpContext context, Guid id, Db db, Outbound outbound)
    {
        var settings = (await JsonBody.ReadAsync<WebhookBody>(context)).ToSettings();
        var changed = await db.ActAsync(
            context.Actor(),
            Manage,
            async tx =>
                await Trust.Webhooks.ChangeAsync(tx, outbound, id, settings)
                    ? await Trust.Webhooks.FindAsync(tx, id)
                    : throw ProblemException.NotFound(Unknown),
            context.RequestAborted
        );
        return Results.Json(WebhookAnswer.Of(changed!));
    }

    private static async Task<IResult> RemoveAsync(HttpContext context, Guid id, Db db)
    {
        await db.ActAsync(
            context.Actor(),
            Manage,
            async tx =>
                await Trust.Webhooks.RemoveAsync(tx, id) ? true : throw ProblemException.NotFound(Unknown),
            context.RequestAborted
        );
        return Results.NoContent();
    }

    private static async Task<IResult> RotateAsync(HttpContext context, Guid id, Db db) =>
        await Idempotent.RunAsync(
            context,
            id.ToByteArray(),
            StatusCodes.Status200OK,
            work => db.ActAsync(context.Actor(), Manage, work, context.RequestAborted),
            async tx =>
            {
                var secret =
                    await Trust.Webhooks.RotateAsync(tx, id) ?? throw ProblemException.NotFound(Unknown);
                return new WebhookSecret(id, secret)
                {
                    PreviousSignsUntil = tx.Now + OutboxLimits.RotationOverlap,
                };
            }
        );

    private static async Task<IResult> PingAsync(HttpContext context, Guid id, Db db) =>
        await Idempotent.RunAsync(
            context,
            id.ToByteArray(),
            StatusCodes.Status202Accepted,
            work => db.ActAsync(context.Actor(), Manage, work, context.RequestAborted),
            async tx => new PingAnswer(
                await Trust.Webhooks.PingAsync(tx, id) ?? throw ProblemException.NotFound(Unknown)
            )
        );
}
