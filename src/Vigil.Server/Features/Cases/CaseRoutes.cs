using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Features.Cases.Grading;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>The API of cases and flags.</summary>
internal static class CaseRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        MapForPlatforms(routes);
        MapForReviewers(routes);
        ReadWords.Map(routes);
        MapActs(routes);
        MapDecisions(routes);
    }

    private static void MapForPlatforms(IEndpointRouteBuilder routes)
    {
        routes
            .MapPost("/v1/flags", (Delegate)SubmitFlag.HandleAsync)
            .Require(Permission.FlagSubmit)
            .WithName("submitFlag")
            .WithSummary("Hand in a user's flag; opens or joins a case, enforces nothing.")
            .WithTags("Flags")
            .Accepts<FlagRequest>("application/json")
            .Produces<FlagAnswer>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest);
        routes
            .MapGet(
                "/v1/cases/{reference}",
                (string reference, HttpContext context) =>
                    JsonAsync(
                        context,
                        Permission.CaseStatus,
                        async tx =>
                            await BlindViews.StatusAsync(
                                tx,
                                CaseStatus.Told(await CaseActs.RequireAsync(tx, reference)),
                                context.Request.Query["person"]
                            )
                    )
            )
            .Require(Permission.CaseStatus)
            .WithName("getCase")
            .WithSummary(
                "State and outcome of a case; no outcome for who is still to judge in it alone. Of programs: person."
            )
            .WithTags(CaseApi.Tag)
            .Produces<CaseStatus>()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static void MapForReviewers(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/v1/cases",
                (Delegate)(
                    (HttpContext context) =>
                    {
                        var filter = QueueFilter.Of(context.Request.Query);
                        return JsonAsync(context, Permission.CaseRead, tx => CaseQueue.ReadAsync(tx, filter));
                    }
                )
            )
            .Require(Permission.CaseRead)
            .WithName("listCases")
            .WithSummary(
                "Cases: state, origin, surface, problemType, queue, mine, minAgeHours, test, limit, after; of "
                    + "programs: person."
            )
            .WithTags(CaseApi.Tag)
            .Produces<QueuePage>();
        CaseApi.Read(
            routes,
            "/v1/cases/{reference}/file",
            Permission.CaseRead,
            (
                "readCase",
                "A case whole: facts, items, flags, work, timeline; no contents, no words of people. Hides what was "
                    + "decided from who is still to give an opinion; of programs: person."
            ),
            (tx, context) => ReadCase.RunAsync(tx, context.Reference(), context.Request.Query["person"])
        );
        CaseApi.Act<SearchRequest, QueuePage>(
            routes,
            "/v1/cases/search",
            Permission.CaseRead,
            (
                "searchCases",
                "Cases by reference, or by an account's pseudonym, which never stands in an address."
            ),
            (tx, _, wanted) => CaseQueue.SearchAsync(tx, wanted)
        );
    }

    private static void MapActs(IEndpointRouteBuilder routes)
    {
        CaseApi.Act<HandRequest, CaseStatus>(
            routes,
            "/v1/cases",
            Permission.CaseDecide,
            ("openCase", "Open a case by hand, from a notice, or from words alone."),
            (tx, _, request) => OpenCaseByHand.RunAsync(tx, request),
            status: StatusCodes.Status201Created
        );
        CaseApi.Act<NoteRequest, CaseStatus>(
            routes,
            "/v1/cases/{reference}/notes",
            Permission.CaseDecide,
            ("noteCase", "Add a note."),
            (tx, context, request) => AddNote.RunAsync(tx, context.Reference(), request.Text)
        );
    }

    private static void MapDecisions(IEndpointRouteBuilder routes)
    {
        CaseApi.Act<DecisionRequest, DecisionAnswer>(
            routes,
            "/v1/cases/{reference}/decision",
            Permission.CaseDecide,
            (
                "decideCase",
                "Decide items, or all open ones that were read: not_csam reverses and disputes; confirmed lets a "
                    + "report be drafted."
            ),
            (tx, context, request) =>
                DecideCase.RunAsync(
                    tx,
                    DecidingPerson.Of(tx, request.Person),
                    context.Reference(),
                    VerdictOf(request.Verdict),
                    request.Reason,
                    request.Items,
                    new ItemsRead(null, request.ItemsRead),
                    request.Lease
                )
        );
        CaseApi.Act<UndoRequest, CaseStatus>(
            routes,
            "/v1/cases/{reference}/undo",
            Permission.CaseDecide,
            ("undoDecision", "Take the last decision back, before anybody outside is told."),
            (tx, context, request) =>
                UndoDecision.RunAsync(tx, DecidingPerson.Of(tx, request.Person), context.Reference())
        );
        CaseApi.Act<ManyRequest, ManyAnswer>(
            routes,
            "/v1/cases/decisions",
            Permission.CaseDecide,
            ("confirmCases", "Confirm up to 50 cases at once; exact matches only, all or none."),
            (tx, _, request) => DecideMany.RunAsync(tx, request)
        );
        CaseApi.Act<CloseRequest, CaseStatus>(
            routes,
            "/v1/cases/{reference}/close",
            Permission.CaseDecide,
            ("closeCase", "Put a case aside."),
            (tx, context, request) =>
                CloseCase.RunAsync(
                    tx,
                    DecidingPerson.Of(tx, request.Person),
                    context.Reference(),
                    Words.Parse<CloseReason>(request.Because, "because"),
                    request.Reason,
                    new ItemsRead(null, request.ItemsRead),
                    request.Lease
                )
        );
        CaseApi.Act<ReopenRequest, CaseStatus>(
            routes,
            "/v1/cases/{reference}/reopen",
            Permission.CaseDecide,
            ("reopenCase", "Open a decided or closed case again."),
            (tx, context, request) =>
                ReopenCase.RunAsync(
                    tx,
                    DecidingPerson.Of(tx, request.Person),
                    context.Reference(),
                    request.Reason
                )
        );
    }

    /// <exception cref="ProblemException">Another word.</exception>
    public static ItemState VerdictOf(string? word) =>
        Words.Find<ItemState>(word) is { } verdict and not ItemState.Open
            ? verdict
            : throw ProblemException.BadRequest("unknown_verdict", "'verdict' is not_csam or confirmed.");

    private static async Task<IResult> JsonAsync<T>(
        HttpContext context,
        Permission permission,
        Func<Tx, Task<T>> read
    )
    {
        var db = context.RequestServices.GetRequiredService<Db>();
        return Results.Json(await db.ReadAsync(context.Actor(), permission, read, context.RequestAborted));
    }
}

internal sealed record SearchRequest
{
    /// <summary>The platform's pseudonym; left out where a reference is given.</summary>
    public string? Account { get; init; }
    public string? CaseRef { get; init; }
    public string? State { get; init; }
    public string? ProblemType { get; init; }
    public int? MinAgeHours { get; init; }

    /// <summary>From a program: who searches, by your own system's pseudonym.</summary>
    public string? Person { get; init; }
}

internal sealed record ReopenRequest : INamesPerson
{
    public string? Reason { get; init; }

    /// <summary>From a program: who decided, by your own system's pseudonym.</summary>
    public string? Person { get; init; }
}
