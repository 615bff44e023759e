using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Preservation;

/// <summary>A request that waits for a second person.</summary>
/// <param name="Read">Given back with the confirmation.</param>
internal sealed record AskedView(
    string RequestedBy,
    DateTimeOffset RequestedAt,
    DateTimeOffset ExpiresAt,
    string Reason,
    string Read
)
{
    public static AskedView? Of(SecondPersonRequest? asked) =>
        asked is null
            ? null
            : new(asked.RequestedBy, asked.RequestedAt, asked.ExpiresAt, asked.Reason, asked.Read);
}

/// <param name="RemovedAt">Of the certificate: the object was removed.</param>
/// <param name="KeyDestroyedAt">Of the certificate: from then on backups open nothing of it either.</param>
/// <param name="DueAt">Null: something keeps it that has no end yet.</param>
internal sealed record ContentView(
    Guid ContentId,
    string CaseRef,
    Guid? ItemId,
    string Kind,
    long Bytes,
    string Jurisdiction,
    bool Sample,
    string State,
    DateTimeOffset SealedAt,
    DateTimeOffset? DueAt,
    bool Overdue,
    bool ReportPending,
    IReadOnlyList<HoldView> Holds,
    DateTimeOffset? MissingAt,
    string? DestroyedBecause,
    DateTimeOffset? RemovedAt,
    DateTimeOffset? KeyDestroyedAt,
    AskedView? EarlyDestruction
)
{
    public static ContentView Of(HeldContent held, DateTimeOffset now) =>
        new(
            held.Id,
            held.CaseRef,
            held.ItemId,
            held.Kind,
            held.Bytes,
            held.Jurisdiction,
            held.IsSample,
            Words.Of(held.State),
            held.SealedAt,
            held.DueAt,
            held.IsOverdueAt(now),
            held.HasPendingReport,
            [.. held.Holds.Select(hold => HoldView.Of(hold, now))],
            held.MissingAt,
            held.DestroyedBecause,
            held.RemovedAt,
            held.ClosedAt,
            AskedView.Of(held.Asked)
        );
}

internal sealed record ContentsPage(IReadOnlyList<ContentView> Contents, Guid? Next);

/// <param name="DrillNeeded">By people; a demo passes its own.</param>
/// <param name="DrilledAt">Null: nothing is sealed before a recovery drill has passed.</param>
/// <param name="SharedAt">When the root keys were split as they are now; null: never.</param>
/// <param name="SheetsHere">Sheets with shares that still lie on the server.</param>
/// <param name="SheetsSince">Since when; null: there are none.</param>
internal sealed record RetentionView(
    long Held,
    long Bytes,
    DateTimeOffset? SweptAt,
    DateTimeOffset? PausedSince,
    string? PausedBecause,
    AskedView? ClockConfirmation,
    bool DrillNeeded,
    DateTimeOffset? DrilledAt,
    DateTimeOffset? SharedAt,
    int SheetsHere,
    DateTimeOffset? SheetsSince
);

/// <summary>The API of what is held: facts only, never bytes; and of its destruction before its time.</summary>
internal static class ContentRoutes
{
    private const string Root = "/v1/contents";
    private const string Tag = "Contents";
    private const int Rows = 50;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(Root, async (HttpContext context, Db db) => Results.Json(await ReadAsync(context, db)))
            .Require(Permission.HoldRead)
            .WithName("listContents")
            .WithSummary(
                "What is held, why, until when: state (held, due, destroyed), case, before. Facts only."
            )
            .WithTags(Tag)
            .Produces<ContentsPage>();
        routes
            .MapGet(
                Root + "/{id:guid}",
                async (HttpContext context, Guid id, Db db) =>
                    Results.Json(
                        await db.ReadAsync(
                            context.Actor(),
                            Permission.HoldRead,
                            async tx =>
                                await HeldContents.FindAsync(tx, id) is { } held
                                    ? ContentView.Of(held, tx.Now)
                                    : throw ProblemException.NotFound("There is no such content."),
                            context.RequestAborted
                        )
                    )
            )
            .Require(Permission.HoldRead)
            .WithName("showContent")
            .WithSummary("One content in facts, with its holds or its certificate of destruction.")
            .WithTags(Tag)
            .Produces<ContentView>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        routes
            .MapGet(
                "/v1/retention",
                async (HttpContext context, TrustKernel kernel) =>
                    Results.Json(await StandingAsync(context, kernel))
            )
            .Require(Permission.HoldRead)
            .WithName("showRetention")
            .WithSummary(
                "How much is held, whether destruction is paused, whether the recovery drill passed."
            )
            .WithTags(Tag)
            .Produces<RetentionView>();
        MapEarly(routes);
        MapClock(routes);
    }

    private static void MapEarly(IEndpointRouteBuilder routes)
    {
        const string path = Root + "/{id}/destruction";
        Act(
            routes,
            path,
            "requestDestruction",
            "First person: ask for a content's destruction before its time.",
            (tx, id, request) => HeldReasons.AskDestructionAsync(tx, id, request.Reason ?? "")
        );
        Act(
            routes,
            path + "/approve",
            "approveDestruction",
            "Second person: it is destroyed. Refused in solo mode, and under a hold that somebody placed.",
            (tx, id, request) => EarlyDestruction.ApproveAsync(tx, id, request.Read)
        );
        Act(
            routes,
            path + "/withdraw",
            "withdrawDestruction",
            "Call it off.",
            (tx, id, request) => HeldReasons.WithdrawDestructionAsync(tx, id, request.Reason ?? "")
        );
    }

    private static void MapClock(IEndpointRouteBuilder routes)
    {
        Act(
            routes,
            "/v1/retention/clock",
            "requestClockConfirmation",
            "First person: the clock jumped and is right now.",
            (tx, _, request) => ClockConfirmation.RequestAsync(tx, request.Reason ?? "")
        );
        Act(
            routes,
            "/v1/retention/clock/approve",
            "approveClockConfirmation",
            "Second person: destruction goes on by this clock.",
            (tx, _, request) => ClockConfirmation.ApproveAsync(tx, request.Read)
        );
    }

    private static void Act(
        IEndpointRouteBuilder routes,
        string path,
        string name,
        string summary,
        Func<Tx, Guid, ReasonRequest, Task> act
    ) =>
        routes
            .MapPost(
                path,
                (Delegate)(
                    async (HttpContext context) =>
                    {
                        var body = await JsonBody.ReadBytesAsync(context);
                        var request = JsonBody.Parse<ReasonRequest>(body);
                        var id = Guid.Empty;
                        if (context.GetRouteValue("id") is string text && !Guid.TryParse(text, out id))
                        {
                            throw ProblemException.NotFound("There is no content of this id.");
                        }
                        return await Idempotent.ActAsync(
                            context,
                            Permission.HoldManage,
                            "hold",
                            body,
                            StatusCodes.Status200OK,
                            async tx =>
                            {
                                await act(tx, id, request);
                                return new DoneAnswer(true);
                            }
                        );
                    }
                )
            )
            .Require(Permission.HoldManage)
            .WithName(name)
            .WithSummary(summary)
            .WithTags(Tag)
            .Accepts<ReasonRequest>("application/json")
            .Produces<DoneAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);

    public static Task<ContentsPage> ReadAsync(HttpContext context, Db db)
    {
        var query = context.Request.Query;
        var filter = query["state"] is [{ Length: > 0 } word]
            ? Words.Read<HeldFilter>(word, "state")
            : HeldFilter.Held;
        var wanted = query["case"] is [{ Length: > 0 } reference] ? reference.ToUpperInvariant() : null;
        Guid? before = Guid.TryParse(query["before"], out var id) ? id : null;
        return db.ReadAsync(
            context.Actor(),
            Permission.HoldRead,
            async tx =>
            {
                var held = await HeldContents.ListAsync(tx, filter, wanted, before, Rows);
                return new ContentsPage(
                    [.. held.Select(content => ContentView.Of(content, tx.Now))],
                    held.Count == Rows && filter != HeldFilter.Due ? held[^1].Id : null
                );
            },
            context.RequestAborted
        );
    }

    public static async Task<RetentionView> StandingAsync(HttpContext context, TrustKernel kernel)
    {
        var standing = await kernel.Db.ReadAsync(
            context.Actor(),
            Permission.HoldRead,
            HeldContents.StandingAsync,
            context.RequestAborted
        );
        var roots = kernel.RootKeys.Standing();
        return new RetentionView(
            standing.Held,
            standing.Bytes,
            standing.SweptAt,
            standing.PausedSince,
            standing.PausedSince is null ? null : Words.Of(standing.PausedBecause),
            AskedView.Of(standing.Asked),
            kernel.Profile != Profile.Demo,
            roots.DrilledAt,
            roots.SharedAt,
            roots.SheetsHere.Count,
            roots.SheetsSince
        );
    }
}

internal sealed record DoneAnswer(bool Done);
