using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Alarms;

/// <summary>`/v1/rota`: who is told of alarms when.</summary>
internal static class RotaRoutes
{
    private const Permission Manage = Permission.AlertManage;

    /// <param name="Person">Pseudonym.</param>
    /// <param name="Step">1 is told first.</param>
    /// <param name="From">As "mon 08:00", in UTC.</param>
    /// <param name="Until">The same; not after the begin: over the end of the week.</param>
    internal sealed record TurnAnswer(Guid Id, string Person, int Step, string From, string Until);

    internal sealed record OverrideAnswer(
        Guid Id,
        string Person,
        int Step,
        DateTimeOffset From,
        DateTimeOffset Until
    );

    /// <param name="OnDuty">By step, the first told first; null: nobody who can act.</param>
    /// <param name="FirstGap">When within a week nobody is on duty; null: always somebody is.</param>
    internal sealed record Answer(
        IReadOnlyList<string?> OnDuty,
        DateTimeOffset? FirstGap,
        IReadOnlyList<TurnAnswer> Turns,
        IReadOnlyList<OverrideAnswer> Overrides
    );

    internal sealed record TurnBody(string? Person, int Step, string? From, string? Until);

    internal sealed record OverrideBody(
        string? Person,
        int Step,
        DateTimeOffset? From,
        DateTimeOffset? Until
    );

    internal sealed record Made(Guid Id);

    public static void MapRota(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/rota").WithTags("Alarms");
        group
            .MapGet("", ShowAsync)
            .Require(Permission.AlertRead)
            .WithName("readRota")
            .WithSummary("Who is told of alarms when: now, every week, and by way of exception")
            .Produces<Answer>();
        group
            .MapPost("/turns", AddTurnAsync)
            .Require(Manage)
            .WithName("addRotaTurn")
            .WithSummary("Hours of every week, in UTC")
            .Accepts<TurnBody>("application/json")
            .Produces<Made>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest);
        group
            .MapPost("/overrides", AddOverrideAsync)
            .Require(Manage)
            .WithName("addRotaOverride")
            .WithSummary("Somebody takes a step's hours once")
            .Accepts<OverrideBody>("application/json")
            .Produces<Made>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest);
        group
            .MapDelete("/{id:guid}", RemoveAsync)
            .Require(Manage)
            .WithName("removeFromRota")
            .WithSummary("Remove a turn or an override")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ShowAsync(HttpContext context, Db db, TrustKernel kernel)
    {
        var plan = await db.ReadAsync(
            context.Actor(),
            Permission.AlertRead,
            Rota.ReadAsync,
            context.RequestAborted
        );
        var now = kernel.Time.GetUtcNow();
        return Results.Json(
            new Answer(
                [.. Enumerable.Range(1, plan.Steps).Select(step => plan.At(now, step))],
                plan.Exists ? plan.FirstGap(now) : null,
                [
                    .. plan.Turns.Select(turn => new TurnAnswer(
                        turn.Id,
                        turn.Person,
                        turn.Step,
                        RotaWords.Text(turn.FromMinute),
                        RotaWords.Text(turn.UntilMinute)
                    )),
                ],
                [
                    .. plan.Overrides.Select(one => new OverrideAnswer(
                        one.Id,
                        one.Person,
                        one.Step,
                        one.FromAt,
                        one.Until
                    )),
                ]
            )
        );
    }

    private static async Task<IResult> AddTurnAsync(HttpContext context, Db db)
    {
        var bytes = await JsonBody.ReadBytesAsync(context);
        var body = JsonBody.Parse<TurnBody>(bytes);
        var turn = RotaWords.Whole(
            new RotaTurn
            {
                Person = body.Person ?? "",
                Step = body.Step,
                FromMinute = MinuteOf(body.From),
                UntilMinute = MinuteOf(body.Until),
            }
        );
        return await AddAsync(context, db, bytes, tx => Rota.AddTurnAsync(tx, turn));
    }

    private static async Task<IResult> AddOverrideAsync(HttpContext context, Db db)
    {
        var bytes = await JsonBody.ReadBytesAsync(context);
        var body = JsonBody.Parse<OverrideBody>(bytes);
        var one = new RotaOverride
        {
            Person = body.Person ?? "",
            Step = body.Step,
            FromAt = body.From ?? throw NoTime(),
            Until = body.Until ?? throw NoTime(),
        };
        return await AddAsync(context, db, bytes, tx => Rota.AddOverrideAsync(tx, one));
    }

    private static Task<IResult> AddAsync(
        HttpContext context,
        Db db,
        byte[] bytes,
        Func<Tx, Task<Guid>> add
    ) =>
        Idempotent.RunAsync(
            context,
            bytes,
            StatusCodes.Status201Created,
            work => db.ActAsync(context.Actor(), Manage, work, context.RequestAborted),
            async tx => new Made(await add(tx))
        );

    private static async Task<IResult> RemoveAsync(HttpContext context, Guid id, Db db)
    {
        await db.ActAsync(
            context.Actor(),
            Manage,
            async tx =>
                await Rota.RemoveAsync(tx, id)
                    ? true
                    : throw ProblemException.NotFound(
                        "There is no turn or override of this id: GET /v1/rota."
                    ),
            context.RequestAborted
        );
        return Results.NoContent();
    }

    private static int MinuteOf(string? text) =>
        text?.Split(' ') is [var day, var time] ? RotaWords.Minute(day, time) : RotaWords.Minute(null, null);

    private static ProblemException NoTime() =>
        ProblemException.BadRequest("bad_hours", "An override has 'from' and 'until'.");
}
