using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Matching.Lists;
using Vigil.Server.Features.Lists.Keeping;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Describing;

/// <summary>What a new list is. It starts in shadow: seen in counts, felt by nobody.</summary>
internal sealed record NewList
{
    public required string Name { get; init; }
    public required string Purpose { get; init; }
    public string? Title { get; init; }
    public string? Source { get; init; }
    public string? Licence { get; init; }
    public string? OnwardSharing { get; init; }
    public string? Confidence { get; init; }
    public string? Jurisdiction { get; init; }
    public string? Attestation { get; init; }
    public int? Radius { get; init; }
    public int? QualityFloor { get; init; }
    public bool IsTest { get; init; }
    public int? StaleAfterDays { get; init; }
}

internal sealed class CreateList(ListWriting lists, TrustKernel kernel)
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/v1/lists", (HttpContext context, CreateList create) => create.ApiAsync(context))
            .Require(Permission.ListWrite)
            .WithName("CreateList")
            .WithSummary("Create a list, in shadow mode")
            .WithTags("Lists")
            .Accepts<NewList>("application/json")
            .Produces<ListView>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status409Conflict);

    private async Task<IResult> ApiAsync(HttpContext context)
    {
        var body = await JsonBody.ReadBytesAsync(context);
        var wanted = JsonBody.Parse<NewList>(body);
        return await Idempotent.RunAsync(
            context,
            body,
            StatusCodes.Status201Created,
            work =>
                lists.ActAsync(
                    context.Actor(),
                    Permission.ListWrite,
                    (tx, generation) =>
                    {
                        context.Items[typeof(CreateList)] = generation;
                        return work(tx);
                    },
                    context.RequestAborted
                ),
            tx => CreateAsync(tx, (long)context.Items[typeof(CreateList)]!, wanted)
        );
    }

    public Task<ListView> RunAsync(Actor actor, NewList wanted, CancellationToken cancellation) =>
        lists.ActAsync(
            actor,
            Permission.ListWrite,
            (tx, generation) => CreateAsync(tx, generation, wanted),
            cancellation
        );

    private async Task<ListView> CreateAsync(Tx tx, long generation, NewList wanted)
    {
        var text = ListTexts.Of(wanted);
        var purpose = ListWords.Purpose(wanted.Purpose, kernel.Profile);
        var name = ListTexts.Name(wanted.Name);
        await RefuseAsync(tx, name);
        var id = tx.NewId();
        await tx.ExecuteAsync(
            """
            insert into list (tenant, id, name, title, source, purpose, licence, onward_sharing, confidence,
                jurisdiction, attestation, mode, radius, quality_floor, is_test, stale_after_days, generation,
                entries_changed_at, created_at, created_by, changed_at, changed_by)
            values (@tenant, @id, @name, @title, @source, @purpose, @licence, @sharing, @confidence,
                @jurisdiction, @attestation, 'Shadow', @radius, @floor, @isTest, @staleAfterDays, @generation,
                @at, @at, @by, @at, @by)
            """,
            new
            {
                id,
                name,
                title = text.Title ?? name,
                source = text.Source ?? "",
                purpose,
                licence = text.Licence ?? "",
                sharing = ListWords.Sharing(wanted.OnwardSharing),
                confidence = ListWords.Confidence(wanted.Confidence),
                jurisdiction = text.Jurisdiction ?? "",
                attestation = string.IsNullOrEmpty(text.Attestation) ? null : text.Attestation,
                radius = ListTexts.Radius(wanted.Radius) ?? Matching.Radius.Default.Bits,
                floor = ListTexts.Floor(wanted.QualityFloor) ?? Hashing.Quality.DefaultFloor.Value,
                isTest = wanted.IsTest,
                staleAfterDays = ListTexts.StaleAfter(wanted.StaleAfterDays),
                generation,
                at = tx.Now,
                by = tx.Actor.Name,
            }
        );
        await tx.RecordAsync(
            new LedgerAct("list.created", $"{id}")
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["name"] = name,
                    ["purpose"] = purpose,
                    ["mode"] = "shadow",
                },
            }
        );
        return ListView.Of(await StoredList.GetAsync(tx, $"{id}"), tx.Now);
    }

    private static async Task RefuseAsync(Tx tx, string name)
    {
        var there = await tx.QueryAsync<string>(
            "select name from list where tenant = @tenant and removed_at is null limit @most",
            new { most = ListsLimits.MaxLists + 1 }
        );
        if (there.Contains(name, StringComparer.Ordinal))
        {
            throw ProblemException.Conflict(
                "list_exists",
                "There is a list of this name: choose another, or change that one."
            );
        }
        if (there.Count >= ListsLimits.MaxLists)
        {
            throw ProblemException.Conflict(
                "too_many_lists",
                $"There are {ListsLimits.MaxLists} lists already: remove one, or put the entries into another."
            );
        }
    }
}
