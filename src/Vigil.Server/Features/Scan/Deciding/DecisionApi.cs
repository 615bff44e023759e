using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Matching;
using Vigil.Matching.Lists;
using Vigil.Server.Features.Scan.Policies;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Deciding;

internal sealed record DecisionAnswer(
    Guid ScanId,
    DateTimeOffset At,
    string Surface,
    string Jurisdiction,
    string Decision,
    string WithShadows,
    string? CaseRef,
    string State,
    long PolicyVersion,
    long ListGeneration,
    bool Test
);

/// <param name="Next">For the next page: as "before"; null: there is none.</param>
internal sealed record DecisionsAnswer(IReadOnlyList<DecisionAnswer> Decisions, string? Next);

internal sealed record WhyAnswer(
    DecisionAnswer Decision,
    int FindingsInAll,
    IReadOnlyList<FindingAnswer> Findings,
    Guid? SampledSuppression,
    string? NotLookedUp,
    HuntedWhy? Hunt
);

internal sealed record FindingAnswer(
    Guid ListId,
    string List,
    Guid EntryId,
    string Purpose,
    string Strength,
    IReadOnlyList<string> By,
    int? DistanceBits,
    int? Picture,
    int? Rule,
    string RuleName,
    string Mode,
    IReadOnlyList<string> Doubts,
    string Answer,
    string Would,
    string Text,
    IReadOnlyList<VideoSegment>? Segments
);

internal sealed record ShadowAnswer(
    string Day,
    Guid ListId,
    string List,
    string Rule,
    string Would,
    long Count
);

internal sealed record ShadowsAnswer(IReadOnlyList<ShadowAnswer> Counts);

/// <summary>Decisions and their why, for stewards; what shadows would have done.</summary>
internal static class DecisionApi
{
    private const string Tag = "Decisions";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/v1/decisions", (Delegate)ListAsync)
            .Require(Permission.DecisionRead)
            .WithName("ListDecisions")
            .WithSummary("The latest decisions; by decision, surface, state, case or entry.")
            .WithTags(Tag)
            .Produces<DecisionsAnswer>()
            .ProducesProblem(StatusCodes.Status400BadRequest);
        routes
            .MapGet("/v1/decisions/{scanId:guid}", (Delegate)GetAsync)
            .Require(Permission.DecisionRead)
            .WithName("GetDecision")
            .WithSummary("One decision and why it fell so: lists, distances, rules.")
            .WithTags(Tag)
            .Produces<WhyAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        routes
            .MapGet("/v1/shadow", (Delegate)ShadowAsync)
            .Require(Permission.PolicyRead)
            .WithName("ListShadows")
            .WithSummary("What shadow lists and rules would have done, by day.")
            .WithTags(Tag)
            .Produces<ShadowsAnswer>();
    }

    private static async Task<IResult> ListAsync(HttpContext context, Db db)
    {
        var filter = DecisionFilter.Of(context.Request.Query);
        var rows = await db.ReadAsync(
            context.Actor(),
            Permission.DecisionRead,
            tx => DecisionQueries.ListAsync(tx, filter),
            context.RequestAborted
        );
        var next = rows.Count == filter.Limit ? DecisionFilter.NextOf(rows[^1]) : null;
        return Results.Json(new DecisionsAnswer([.. rows.Select(Of)], next));
    }

    private static async Task<IResult> GetAsync(HttpContext context, Guid scanId, Db db)
    {
        var found = await db.ReadAsync(
            context.Actor(),
            Permission.DecisionRead,
            tx => DecisionQueries.GetAsync(tx, scanId),
            context.RequestAborted
        );
        var findings = found.Why.Findings.Select(finding =>
            Of(finding, found.ListName(finding.Fact.ListId), found.NamedCases)
        );
        return Results.Json(
            new WhyAnswer(
                Of(found.Decision),
                found.Why.FindingsInAll,
                [.. findings],
                found.Why.SampledSuppression,
                found.Why.NotLookedUp,
                found.Why.Hunt
            )
        );
    }

    private static async Task<IResult> ShadowAsync(HttpContext context, Db db)
    {
        var days = ShadowQueries.DaysOf(context.Request.Query);
        var rows = await db.ReadAsync(
            context.Actor(),
            Permission.PolicyRead,
            tx => ShadowQueries.ListAsync(tx, days),
            context.RequestAborted
        );
        return Results.Json(
            new ShadowsAnswer([
                .. rows.Select(row => new ShadowAnswer(
                    row.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                    row.ListId,
                    row.List,
                    row.Rule,
                    PolicyText.Word(row.Would),
                    row.Count
                )),
            ])
        );
    }

    private static DecisionAnswer Of(DecisionRow row) =>
        new(
            row.Id,
            row.At,
            Surfaces.NameOf(row.Surface),
            row.Jurisdiction,
            PolicyText.Word(row.Outcome),
            PolicyText.Word(row.WithShadows),
            row.CaseRef,
            ToldDecisions.StateOf(row),
            row.PolicyVersion,
            row.ListGeneration,
            row.IsTest
        );

    private static FindingAnswer Of(Finding finding, string list, IReadOnlySet<string> named) =>
        new(
            finding.Fact.ListId,
            list,
            finding.Fact.EntryId,
            ListPurposes.NameOf(finding.Fact.Purpose),
            PolicyText.Word(finding.Fact.Strength),
            Words(finding.Fact.By),
            finding.Fact.DistanceBits,
            finding.Fact.Picture,
            finding.Rule + 1,
            finding.RuleName,
            PolicyText.Word(finding.Mode),
            Words(finding.Fact.Doubts),
            PolicyText.Word(finding.Answer),
            PolicyText.Word(finding.Would),
            $"{PlainWords.Match(finding.Fact, list, named)}. {PlainWords.Rule(finding)}",
            finding.Fact.Segments
        );

    private static string[] Words<T>(T flags)
        where T : struct, Enum =>
        [
            .. Enum.GetValues<T>()
                .Where(flag =>
                    Convert.ToInt32(flag, CultureInfo.InvariantCulture) != 0 && flags.HasFlag(flag)
                )
                .Select(PolicyText.Word),
        ];
}
