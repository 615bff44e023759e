using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Policies;

/// <summary>A draft as it is sent.</summary>
internal sealed record DraftRequest
{
    /// <summary>1 to 120 characters.</summary>
    public required string Title { get; init; }
    public required IReadOnlyList<RuleText> Rules { get; init; }
}

/// <summary>Which state of the draft was looked at; absent: as it is now.</summary>
internal sealed record ActivateRequest
{
    public long? Revision { get; init; }
}

internal sealed record PolicyAnswer(
    Guid Id,
    string State,
    long? Version,
    string Title,
    IReadOnlyList<RuleText> Rules,
    long Revision,
    DateTimeOffset ChangedAt,
    string ChangedBy,
    DateTimeOffset? ActivatedAt,
    string? ActivatedBy
);

internal sealed record PoliciesAnswer(long ActiveVersion, IReadOnlyList<PolicyAnswer> Policies);

internal sealed record PreviewAnswer(
    long Revision,
    int Decisions,
    int Changed,
    IReadOnlyList<PreviewCountAnswer> Counts,
    IReadOnlyList<PreviewChangeAnswer> Changes
);

internal sealed record PreviewCountAnswer(string From, string To, int Count);

internal sealed record PreviewChangeAnswer(
    Guid ScanId,
    DateTimeOffset At,
    string Surface,
    string From,
    string To,
    string Rule
);

/// <summary>Policies over HTTP: read, draft, preview, activate.</summary>
internal static class PolicyApi
{
    private const string Tag = "Policy";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/v1/policies", (Delegate)ListAsync)
            .Require(Permission.PolicyRead)
            .WithName("ListPolicies")
            .WithSummary("The policy in force, drafts, and every earlier version.")
            .WithTags(Tag)
            .Produces<PoliciesAnswer>();
        routes
            .MapGet("/v1/policies/{id:guid}", (Delegate)GetAsync)
            .Require(Permission.PolicyRead)
            .WithName("GetPolicy")
            .WithSummary("One policy with its rules.")
            .WithTags(Tag)
            .Produces<PolicyAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        routes
            .MapPost("/v1/policies", (Delegate)CreateAsync)
            .Require(Permission.PolicyWrite)
            .WithName("DraftPolicy")
            .WithSummary("Makes a draft; nothing changes until it is activated.")
            .WithTags(Tag)
            .Accepts<DraftRequest>("application/json")
            .Produces<PolicyAnswer>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest);
        routes
            .MapPost("/v1/policies/{id:guid}", (Delegate)ChangeAsync)
            .Require(Permission.PolicyWrite)
            .WithName("ChangeDraft")
            .WithSummary("Changes a draft.")
            .WithTags(Tag)
            .Accepts<DraftRequest>("application/json")
            .Produces<PolicyAnswer>()
            .ProducesProblem(StatusCodes.Status409Conflict);
        routes
            .MapGet("/v1/policies/{id:guid}/preview", (Delegate)PreviewAsync)
            .Require(Permission.PolicyRead)
            .WithName("PreviewPolicy")
            .WithSummary("What it would have answered to the latest decisions.")
            .WithTags(Tag)
            .Produces<PreviewAnswer>();
        routes
            .MapPost("/v1/policies/{id:guid}/activate", (Delegate)ActivateAsync)
            .Require(Permission.PolicyWrite)
            .WithName("ActivatePolicy")
            .WithSummary("Puts a draft into force as the next version, within a second.")
            .WithTags(Tag)
            .Accepts<ActivateRequest>("application/json")
            .Produces<PolicyAnswer>()
            .ProducesProblem(StatusCodes.Status409Conflict);
        routes
            .MapPost("/v1/policies/{id:guid}/discard", (Delegate)DiscardAsync)
            .Require(Permission.PolicyWrite)
            .WithName("DiscardDraft")
            .WithSummary("Discards a draft.")
            .WithTags(Tag)
            .Produces<PolicyAnswer>();
    }

    private static async Task<IResult> ListAsync(HttpContext context, Db db)
    {
        var policies = await db.ReadAsync(
            context.Actor(),
            Permission.PolicyRead,
            PolicyTable.ListAsync,
            context.RequestAborted
        );
        var active = policies.First(policy => policy.State == PolicyState.Active);
        return Results.Json(new PoliciesAnswer(active.Version!.Value, [.. policies.Select(Of)]));
    }

    private static async Task<IResult> GetAsync(HttpContext context, Guid id, Db db) =>
        Results.Json(
            Of(
                await db.ReadAsync(
                    context.Actor(),
                    Permission.PolicyRead,
                    tx => PolicyTable.FindAsync(tx, id),
                    context.RequestAborted
                )
            )
        );

    private static Task<IResult> CreateAsync(HttpContext context) => DraftAsync(context, null);

    private static Task<IResult> ChangeAsync(HttpContext context, Guid id) => DraftAsync(context, id);

    private static async Task<IResult> DraftAsync(HttpContext context, Guid? id)
    {
        var db = context.RequestServices.GetRequiredService<Db>();
        var bytes = await JsonBody.ReadBytesAsync(context, PolicyText.MaxBytes);
        var asked = JsonBody.Parse<DraftRequest>(bytes);
        var document = PolicyText.Checked(new PolicyBody { Rules = asked.Rules });
        var title = PolicyText.CheckedTitle(asked.Title);
        return await Idempotent.RunAsync(
            context,
            bytes,
            id is null ? StatusCodes.Status201Created : StatusCodes.Status200OK,
            work => db.ActAsync(context.Actor(), Permission.PolicyWrite, work, context.RequestAborted),
            async tx => Of(await PolicyTable.SaveDraftAsync(tx, id, title, document))
        );
    }

    private static async Task<IResult> PreviewAsync(HttpContext context, Guid id, Db db)
    {
        var (policy, cases) = await db.ReadAsync(
            context.Actor(),
            Permission.PolicyRead,
            async tx => (await PolicyTable.FindAsync(tx, id), await PolicyPreview.RecentAsync(tx)),
            context.RequestAborted
        );
        var preview = PolicyPreview.Of(policy.Document, cases);
        return Results.Json(
            new PreviewAnswer(
                policy.Revision,
                preview.Decisions,
                preview.Changed,
                [
                    .. preview.Counts.Select(count => new PreviewCountAnswer(
                        PolicyText.Word(count.From),
                        PolicyText.Word(count.To),
                        count.Count
                    )),
                ],
                [
                    .. preview.Changes.Select(change => new PreviewChangeAnswer(
                        change.ScanId,
                        change.At,
                        change.Surface,
                        PolicyText.Word(change.From),
                        PolicyText.Word(change.To),
                        change.Rule
                    )),
                ]
            )
        );
    }

    private static async Task<IResult> ActivateAsync(HttpContext context, Guid id, ListChanges changes)
    {
        var db = context.RequestServices.GetRequiredService<Db>();
        var bytes = await JsonBody.ReadBytesAsync(context);
        var asked = JsonBody.Parse<ActivateRequest>(bytes);
        return await Idempotent.RunAsync(
            context,
            bytes,
            StatusCodes.Status200OK,
            work => db.ActAsync(context.Actor(), Permission.PolicyWrite, work, context.RequestAborted),
            async tx =>
            {
                tx.OnCommitted(() => changes.Announce(tx.Tenant));
                return Of(await PolicyTable.ActivateAsync(tx, id, asked.Revision));
            }
        );
    }

    private static async Task<IResult> DiscardAsync(HttpContext context, Guid id, Db db) =>
        Results.Json(
            Of(
                await db.ActAsync(
                    context.Actor(),
                    Permission.PolicyWrite,
                    tx => PolicyTable.DiscardAsync(tx, id),
                    context.RequestAborted
                )
            )
        );

    private static PolicyAnswer Of(StoredPolicy policy) =>
        new(
            policy.Id,
            PolicyText.Word(policy.State),
            policy.Version,
            policy.Title,
            PolicyText.Of(policy.Document).Rules,
            policy.Revision,
            policy.ChangedAt,
            policy.ChangedBy,
            policy.ActivatedAt,
            policy.ActivatedBy
        );
}
