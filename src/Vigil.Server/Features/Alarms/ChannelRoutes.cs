using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Alarms;

/// <summary>`/v1/alarm-channels`: how alarms reach people.</summary>
internal static class ChannelRoutes
{
    private const Permission Manage = Permission.AlertManage;
    private const string Unknown = "There is no channel of this id: GET /v1/alarm-channels names all.";

    public static void MapChannels(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/alarm-channels").WithTags("Alarms");
        group
            .MapGet("", ListAsync)
            .Require(Permission.AlertRead)
            .WithName("listAlarmChannels")
            .WithSummary("All channels, with how their last attempt ended; keys and addresses are not shown")
            .Produces<ChannelList>();
        group
            .MapPost("", CreateAsync)
            .Require(Manage)
            .WithName("createAlarmChannel")
            .WithSummary("Tell alarms this way too")
            .Accepts<ChannelBody>("application/json")
            .Produces<ChannelMade>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest);
        group
            .MapPut("/{id:guid}", ChangeAsync)
            .Require(Manage)
            .WithName("changeAlarmChannel")
            .WithSummary("Change a channel; without settings they stay as they were")
            .Accepts<ChannelBody>("application/json")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status404NotFound);
        group
            .MapDelete("/{id:guid}", RemoveAsync)
            .Require(Manage)
            .WithName("removeAlarmChannel")
            .WithSummary("Remove a channel, with what waits for it")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status404NotFound);
        group
            .MapPost("/{id:guid}/test", TestAsync)
            .Require(Manage)
            .WithName("testAlarmChannel")
            .WithSummary("Send a test alarm to this channel")
            .Produces<TestAnswer>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest);
    }

    private static async Task<IResult> ListAsync(HttpContext context, Db db)
    {
        var channels = await db.ReadAsync(
            context.Actor(),
            Permission.AlertRead,
            AlarmChannels.ListAsync,
            context.RequestAborted
        );
        return Results.Json(new ChannelList([.. channels.Select(ChannelAnswer.Of)]));
    }

    private static async Task<IResult> CreateAsync(
        HttpContext context,
        Db db,
        Outbound outbound,
        AlarmOptions options
    )
    {
        var bytes = await JsonBody.ReadBytesAsync(context);
        var input = JsonBody.Parse<ChannelBody>(bytes).ToInput();
        return await Idempotent.RunAsync(
            context,
            bytes,
            StatusCodes.Status201Created,
            work => db.ActAsync(context.Actor(), Manage, work, context.RequestAborted),
            async tx => new ChannelMade(await AlarmChannels.CreateAsync(tx, outbound, options, input))
        );
    }

    private static async Task<IResult> ChangeAsync(
        HttpContext context,
        Guid id,
        Db db,
        Outbound outbound,
        AlarmOptions options
    )
    {
        var input = (await JsonBody.ReadAsync<ChannelBody>(context)).ToInput();
        return await ActAsync(context, db, tx => AlarmChannels.ChangeAsync(tx, outbound, options, id, input));
    }

    private static Task<IResult> RemoveAsync(HttpContext context, Guid id, Db db) =>
        ActAsync(context, db, tx => AlarmChannels.RemoveAsync(tx, id));

    private static async Task<IResult> ActAsync(HttpContext context, Db db, Func<Tx, Task<bool>> act)
    {
        await db.ActAsync(
            context.Actor(),
            Manage,
            async tx => await act(tx) ? true : throw ProblemException.NotFound(Unknown),
            context.RequestAborted
        );
        return Results.NoContent();
    }

    private static Task<IResult> TestAsync(HttpContext context, Guid id, Db db) =>
        Idempotent.RunAsync(
            context,
            id.ToByteArray(),
            StatusCodes.Status202Accepted,
            work => db.ActAsync(context.Actor(), Manage, work, context.RequestAborted),
            async tx => new TestAnswer(await Alerts.TestAsync(tx, id))
        );
}
