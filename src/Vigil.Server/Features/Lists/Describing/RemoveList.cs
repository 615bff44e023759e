using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Features.Lists.Keeping;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Describing;

/// <summary>Why an act is done.</summary>
internal sealed record ReasonGiven
{
    public required string Reason { get; init; }
}

/// <summary>A list is not looked up any more. Its row stays as a tombstone; its name is free again.</summary>
internal sealed class RemoveList(ListWriting lists)
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/v1/lists/{list}/remove",
                async (HttpContext context, string list, RemoveList remove) =>
                    Results.Json(
                        await remove.RunAsync(
                            context.Actor(),
                            list,
                            (await JsonBody.ReadAsync<ReasonGiven>(context)).Reason,
                            context.RequestAborted
                        )
                    )
            )
            .Require(Permission.ListWrite)
            .WithName("RemoveList")
            .WithSummary("Remove a list; a tombstone with reason, time and person stays")
            .WithTags("Lists")
            .Accepts<ReasonGiven>("application/json")
            .Produces<ListView>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);

    public Task<ListView> RunAsync(Actor actor, string reference, string? why, CancellationToken cancellation)
    {
        var reason = NamedText.Reason(why);
        return lists.ActAsync(
            actor,
            Permission.ListWrite,
            async (tx, generation) =>
            {
                var row = await StoredList.GetAsync(tx, reference, mayBeRemoved: true);
                // Again: the first tombstone stands.
                await tx.ExecuteAsync(
                    """
                    update list set removed_at = @at, removed_by = @by, removed_reason = @reason,
                        generation = @generation, changed_at = @at, changed_by = @by
                    where tenant = @tenant and id = @id and removed_at is null
                    """,
                    new
                    {
                        id = row.Id,
                        at = tx.Now,
                        by = tx.Actor.Name,
                        reason,
                        generation,
                    }
                );
                await tx.RecordAsync(
                    new LedgerAct("list.removed", $"{row.Id}")
                    {
                        Reason = reason,
                        Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                        {
                            ["name"] = row.Name,
                        },
                    }
                );
                return ListView.Of(await StoredList.GetAsync(tx, $"{row.Id}", mayBeRemoved: true), tx.Now);
            },
            cancellation
        );
    }
}
