using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>The API of drafts, and of what platforms tell of a subject.</summary>
internal static class DraftRoutes
{
    private const string Tag = "Reports";

    public static void Map(IEndpointRouteBuilder routes)
    {
        MapSubject(routes);
        MapDrafting(routes);
        MapReads(routes);
    }

    private static void MapSubject(IEndpointRouteBuilder routes)
    {
        routes
            .MapPut("/v1/cases/{reference}/subject", (Delegate)TellAsync)
            .Require(Permission.ContentBring)
            .WithName("tellSubject")
            .WithSummary(
                "Tell what the platform knows of a case's account, incident and files; replaces what was told."
            )
            .WithTags(Tag)
            .Accepts<SubjectRequest>("application/json")
            .Produces<SubjectAnswer>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
        routes
            .MapGet(
                "/v1/cases/{reference}/subject",
                async (string reference, HttpContext context) =>
                    Results.Bytes(
                        await WordsLooks.WithinAsync(
                            context,
                            Permission.ReportFile,
                            "subject",
                            "report: what was told",
                            tx => TellSubject.ReadAsync(tx, reference)
                        ),
                        "application/json"
                    )
            )
            .Require(Permission.ReportFile)
            .WithName("readSubject")
            .WithSummary(
                "What the platform told of a case's subject, byte for byte. On record where it holds words of people."
            )
            .WithTags(Tag)
            .Produces<SubjectRequest>()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static void MapDrafting(IEndpointRouteBuilder routes)
    {
        routes
            .MapPost("/v1/cases/{reference}/reports", (Delegate)CreateAsync)
            .Require(Permission.ReportFile)
            .WithName("draftReport")
            .WithSummary("Draft a report of what was confirmed, with all that is known. Nothing leaves.")
            .WithTags(Tag)
            .Accepts<DraftRequest>("application/json")
            .Produces<DraftedAnswer>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        routes
            .MapPut("/v1/reports/{id:guid}/draft", (Delegate)SaveAsync)
            .Require(Permission.ReportFile)
            .WithName("saveDraft")
            .WithSummary("Change a draft; names the version that was read.")
            .WithTags(Tag)
            .Accepts<EditRequest>("application/json")
            .Produces<DraftedAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static void MapReads(IEndpointRouteBuilder routes)
    {
        ReadWithin(
            routes,
            "draft",
            (
                "readDraft",
                "What the report will say, whole, but for files of words. On record where it quotes people."
            ),
            async (tx, row) =>
            {
                var draft = await Drafts.ReadAsync(tx, row);
                return new WordsOf<DraftAnswer>(
                    row.CaseRef,
                    ReportedWords.OfDocument(draft),
                    DraftAnswer.Of(row, draft)
                );
            }
        );
        Read(
            routes,
            "standing",
            ("readStanding", "How complete and how urgent a draft is, what is missing, who could supply it."),
            async (tx, row) =>
                StandingAnswer.Of(row, await Drafts.StandingAsync(tx, row, await Drafts.ReadAsync(tx, row)))
        );
        ReadWithin(
            routes,
            "diff",
            ("readDiff", "What the newest version of a draft changed. On record where it quotes people."),
            DiffAsync
        );
    }

    private static void Read<T>(
        IEndpointRouteBuilder routes,
        string what,
        (string Name, string Summary) about,
        Func<Tx, ReportRow, Task<T>> read
    ) =>
        routes.MapReadOne(
            $"/v1/reports/{{id:guid}}/{what}",
            Permission.ReportFile,
            new Operation(about.Name, about.Summary, Tag),
            async (tx, id) => await read(tx, await Drafts.RequireAsync(tx, await ReportRow.FindAsync(tx, id)))
        );

    private static async Task<WordsOf<DiffAnswer>> DiffAsync(Tx tx, ReportRow row)
    {
        var before = await Drafts.ReadBeforeAsync(tx, row);
        var now = await Drafts.ReadAsync(tx, row);
        return new WordsOf<DiffAnswer>(
            row.CaseRef,
            before is null ? 0 : ReportedWords.OfDocument(before) + ReportedWords.OfDocument(now),
            new DiffAnswer(
                row.Id,
                before is null ? null : row.DraftVersion - 1,
                row.DraftVersion,
                before is null ? [] : DraftDiff.Between(before, now)
            )
        );
    }

    /// <summary>Of what may quote people: then it is a look at their words, on record.</summary>
    private static void ReadWithin<T>(
        IEndpointRouteBuilder routes,
        string what,
        (string Name, string Summary) about,
        Func<Tx, ReportRow, Task<WordsOf<T>>> read
    ) =>
        routes
            .MapGet(
                $"/v1/reports/{{id:guid}}/{what}",
                (Delegate)(
                    async (HttpContext context, Guid id) =>
                        Results.Json(
                            await WordsLooks.WithinAsync(
                                context,
                                Permission.ReportFile,
                                "report",
                                $"report: its {what}",
                                async tx =>
                                    await read(
                                        tx,
                                        await Drafts.RequireAsync(tx, await ReportRow.FindAsync(tx, id))
                                    )
                            )
                        )
                )
            )
            .Require(Permission.ReportFile)
            .WithName(about.Name)
            .WithSummary(about.Summary)
            .WithTags(Tag)
            .Produces<T>()
            .ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<IResult> TellAsync(HttpContext context, string reference)
    {
        var body = await JsonBody.ReadBytesAsync(context, DraftLimits.SubjectBytes);
        SubjectJson.Check(body, context.RequestServices.GetRequiredService<TrustKernel>().Time.GetUtcNow());
        return Results.Json(
            await context
                .RequestServices.GetRequiredService<Db>()
                .ActAsync(
                    context.Actor(),
                    Permission.ContentBring,
                    tx => TellSubject.RunAsync(tx, reference, body),
                    context.RequestAborted
                )
        );
    }

    private static async Task<IResult> CreateAsync(HttpContext context, string reference)
    {
        var body = await JsonBody.ReadBytesAsync(context);
        var request = JsonBody.Parse<DraftRequest>(body);
        return await Idempotent.ActAsync(
            context,
            Permission.ReportFile,
            "report",
            body,
            StatusCodes.Status201Created,
            async tx =>
            {
                var row = await AskForDraft.RunAsync(tx, reference, request);
                return DraftedAnswer.Of(
                    row,
                    await Drafts.StandingAsync(tx, row, await Drafts.ReadAsync(tx, row))
                );
            }
        );
    }

    private static async Task<IResult> SaveAsync(HttpContext context, Guid id)
    {
        var request = JsonBody.Parse<EditRequest>(
            await JsonBody.ReadBytesAsync(context, DraftLimits.DraftBytes)
        );
        var answer = await context
            .RequestServices.GetRequiredService<Db>()
            .ActAsync(
                context.Actor(),
                Permission.ReportFile,
                async tx =>
                {
                    var row = await Drafts.RequireAsync(tx, await ReportRow.LockAsync(tx, id));
                    var draft = EditDraft.Apply(await Drafts.ReadAsync(tx, row), request);
                    await Drafts.SaveAsync(tx, row, draft, request.Version);
                    var saved = (await ReportRow.FindAsync(tx, id))!;
                    return DraftedAnswer.Of(saved, await Drafts.StandingAsync(tx, saved, draft));
                },
                context.RequestAborted
            );
        return Results.Json(answer);
    }
}
