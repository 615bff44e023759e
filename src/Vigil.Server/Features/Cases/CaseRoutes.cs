using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>The API of cases and flags.</summary>
internal static class CaseRoutes
{
    private const string Tag = "Cases";

    public static void Map(IEndpointRouteBuilder routes)
    {
        MapForPlatforms(routes);
        MapForReviewers(routes);
        MapActs(routes);
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
                        async tx => CaseStatus.Of(await CaseActs.RequireAsync(tx, reference))
                    )
            )
            .Require(Permission.CaseStatus)
            .WithName("getCase")
            .WithSummary("State and outcome of a case.")
            .WithTags(Tag)
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
            .WithSummary("The queue: state, origin, surface, test, limit, after.")
            .WithTags(Tag)
            .Produces<QueuePage>();
        routes
            .MapGet(
                "/v1/cases/{reference}/file",
                (string reference, HttpContext context) =>
                    JsonAsync(context, Permission.CaseRead, tx => ReadCase.RunAsync(tx, reference))
            )
            .Require(Permission.CaseRead)
            .WithName("readCase")
            .WithSummary("A case whole: items, flags, timeline. Contents are not kept.")
            .WithTags(Tag)
            .Produces<CaseView>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        routes
            .MapPost(
                "/v1/cases/search",
                (Delegate)(
                    async (HttpContext context) =>
                    {
                        var wanted = await JsonBody.ReadAsync<SearchRequest>(context);
                        var db = context.RequestServices.GetRequiredService<Db>();
                        return Results.Json(
                            await db.ActAsync(
                                context.Actor(),
                                Permission.CaseRead,
                                tx => CaseQueue.FindByAccountAsync(tx, wanted.Account),
                                context.RequestAborted
                            )
                        );
                    }
                )
            )
            .Require(Permission.CaseRead)
            .WithName("searchCases")
            .WithSummary("The cases of an account's pseudonym, which never stands in an address.")
            .WithTags(Tag)
            .Accepts<SearchRequest>("application/json")
            .Produces<QueuePage>();
    }

    private static void MapActs(IEndpointRouteBuilder routes)
    {
        Act<HandRequest, CaseStatus>(
            routes,
            "/v1/cases",
            "openCase",
            "Open a case by hand.",
            (tx, _, request) => OpenCaseByHand.RunAsync(tx, request)
        );
        Act<NoteRequest, CaseStatus>(
            routes,
            "/v1/cases/{reference}/notes",
            "noteCase",
            "Add a note.",
            (tx, reference, request) => AddNote.RunAsync(tx, reference, request.Text)
        );
        Act<DecisionRequest, DecisionAnswer>(
            routes,
            "/v1/cases/{reference}/decision",
            "decideCase",
            "Decide items, or all open ones: not_csam reverses and disputes; confirmed files no report.",
            (tx, reference, request) =>
                DecideCase.RunAsync(tx, reference, VerdictOf(request.Verdict), request.Reason, request.Items)
        );
        Act<CloseRequest, CaseStatus>(
            routes,
            "/v1/cases/{reference}/close",
            "closeCase",
            "Put a case aside.",
            (tx, reference, request) =>
                CloseCase.RunAsync(
                    tx,
                    reference,
                    Words.Parse<CloseReason>(request.Because, "because"),
                    request.Reason
                )
        );
        Act<ReopenRequest, CaseStatus>(
            routes,
            "/v1/cases/{reference}/reopen",
            "reopenCase",
            "Open a decided or closed case again.",
            (tx, reference, request) => ReopenCase.RunAsync(tx, reference, request.Reason)
        );
    }

    /// <exception cref="ProblemException">Another word.</exception>
    public static ItemState VerdictOf(string? word) =>
        Words.Find<ItemState>(word) is { } verdict and not ItemState.Open
            ? verdict
            : throw ProblemException.BadRequest("unknown_verdict", "'verdict' is not_csam or confirmed.");

    private static void Act<TRequest, TAnswer>(
        IEndpointRouteBuilder routes,
        string path,
        string name,
        string summary,
        Func<Tx, string, TRequest, Task<TAnswer>> act
    )
        where TRequest : notnull =>
        routes
            .MapPost(
                path,
                (Delegate)(
                    async (HttpContext context) =>
                    {
                        var body = await JsonBody.ReadBytesAsync(context);
                        var request = JsonBody.Parse<TRequest>(body);
                        var reference = context.GetRouteValue("reference") as string ?? "";
                        var status =
                            reference.Length == 0 ? StatusCodes.Status201Created : StatusCodes.Status200OK;
                        return await CaseActs.RunAsync(
                            context,
                            body,
                            status,
                            tx => act(tx, reference, request)
                        );
                    }
                )
            )
            .Require(Permission.CaseDecide)
            .WithName(name)
            .WithSummary(summary)
            .WithTags(Tag)
            .Accepts<TRequest>("application/json")
            .Produces<TAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);

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
    public string? Account { get; init; }
}

internal sealed record ReopenRequest
{
    public string? Reason { get; init; }
}
