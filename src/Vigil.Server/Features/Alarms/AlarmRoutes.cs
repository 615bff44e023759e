using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Alarms;

/// <summary>`/v1/alarms`: what is wrong, who sees to it.</summary>
internal static class AlarmRoutes
{
    private const string Unknown = "No such alarm is open: GET /v1/alarms names those that are.";

    public static void MapAlarms(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/alarms").WithTags("Alarms");
        group
            .MapGet("", ListAsync)
            .Require(Permission.AlertRead)
            .WithName("listAlarms")
            .WithSummary(
                "Alarms that are not closed, or of a state (open, acknowledged, closed), newest first"
            )
            .Produces<AlarmList>();
        group
            .MapPost("/{id:guid}/acknowledge", AcknowledgeAsync)
            .Require(Permission.AlertManage)
            .WithName("acknowledgeAlarm")
            .WithSummary("Somebody sees to it: it is not told again")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status404NotFound);
        group
            .MapPost("/{id:guid}/close", CloseAsync)
            .Require(Permission.AlertManage)
            .WithName("closeAlarm")
            .WithSummary("Done with; raised again it is a new one")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status404NotFound);
        group
            .MapPost("/test", TestAsync)
            .Require(Permission.AlertManage)
            .WithName("testAlarms")
            .WithSummary("Send a test alarm to every channel that is on")
            .Produces<TestAnswer>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest);
    }

    private static async Task<IResult> ListAsync(
        HttpContext context,
        Db db,
        string? state = null,
        Guid? before = null
    )
    {
        AlertState? wanted = state is null ? null : Words.Read<AlertState>(state, "state");
        var alarms = await db.ReadAsync(
            context.Actor(),
            Permission.AlertRead,
            tx => Alerts.ListAsync(tx, wanted, before),
            context.RequestAborted
        );
        return Results.Json(
            new AlarmList(
                [.. alarms.Select(AlarmAnswer.Of)],
                alarms.Count == AlarmLimits.PageRows ? alarms[^1].Id : null
            )
        );
    }

    /// <summary>Also while the ledger is behind: the alarm may say so.</summary>
    private static async Task<IResult> AcknowledgeAsync(HttpContext context, Guid id, Db db)
    {
        await db.ActWhileBehindAsync(
            context.Actor(),
            Permission.AlertManage,
            async tx =>
                await Alerts.AcknowledgeAsync(tx, id) ? true : throw ProblemException.NotFound(Unknown),
            context.RequestAborted
        );
        return Results.NoContent();
    }

    private static async Task<IResult> CloseAsync(HttpContext context, Guid id, Db db)
    {
        await db.ActAsync(
            context.Actor(),
            Permission.AlertManage,
            async tx => await Alerts.CloseAsync(tx, id) ? true : throw ProblemException.NotFound(Unknown),
            context.RequestAborted
        );
        return Results.NoContent();
    }

    private static Task<IResult> TestAsync(HttpContext context, Db db) =>
        Idempotent.RunAsync(
            context,
            default,
            StatusCodes.Status202Accepted,
            work => db.ActAsync(context.Actor(), Permission.AlertManage, work, context.RequestAborted),
            async tx => new TestAnswer(await Alerts.TestAsync(tx))
        );
}
