using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Features.Lists.Describing;
using Vigil.Server.Features.Lists.Keeping;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Entries;

/// <param name="Entries">In order of their ids, which is the order of their adding.</param>
/// <param name="Next">Say it as "after" for the next page; null: that was all.</param>
internal sealed record EntriesView(IReadOnlyList<EntryView> Entries, Guid? Next);

/// <summary>Pages through a list's entries, without their values.</summary>
internal sealed class ShowEntries(Db db)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/v1/lists/{list}/entries",
                async (
                    HttpContext context,
                    string list,
                    ShowEntries show,
                    string? state,
                    Guid? after,
                    int? limit
                ) =>
                    Results.Json(
                        await show.PageAsync(
                            context.Actor(),
                            list,
                            state,
                            after,
                            limit ?? 100,
                            context.RequestAborted
                        )
                    )
            )
            .Require(Permission.ListRead)
            .WithName("ShowEntries")
            .WithSummary("Entries of a list, without their values")
            .WithTags("Lists")
            .Produces<EntriesView>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        routes
            .MapGet(
                "/v1/lists/{list}/entries/{entryId:guid}",
                async (HttpContext context, string list, Guid entryId, ShowEntries show) =>
                    Results.Json(await show.OneAsync(context.Actor(), list, entryId, context.RequestAborted))
            )
            .Require(Permission.ListRead)
            .WithName("ShowEntry")
            .WithSummary("One entry, without its value")
            .WithTags("Lists")
            .Produces<EntryView>()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    public Task<EntryView> OneAsync(Actor actor, string list, Guid entryId, CancellationToken cancellation) =>
        db.ReadAsync(
            actor,
            Permission.ListRead,
            async tx =>
                await EntryView.FindAsync(
                    tx,
                    (await StoredList.GetAsync(tx, list, mayBeRemoved: true)).Id,
                    entryId
                ) ?? throw ProblemException.NotFound("This list has no such entry."),
            cancellation
        );

    public Task<EntriesView> PageAsync(
        Actor actor,
        string list,
        string? state,
        Guid? after,
        int limit,
        CancellationToken cancellation
    )
    {
        EntryState? only = state switch
        {
            null or "" => null,
            "active" => EntryState.Active,
            "quarantined" => EntryState.Quarantined,
            "removed" => EntryState.Removed,
            _ => throw ProblemException.BadRequest(
                "bad_state",
                "'state' is one of active, quarantined, removed."
            ),
        };
        var most = Math.Clamp(limit, 1, ListsLimits.MaxPage);
        return db.ReadAsync(
            actor,
            Permission.ListRead,
            async tx =>
            {
                var row = await StoredList.GetAsync(tx, list, mayBeRemoved: true);
                var entries = await tx.QueryAsync<EntryView>(
                    $"""
                    {EntryView.Select} and e.list_id = @listId and e.id > @after
                        and (@state = '' or e.state = @state)
                    order by e.id limit @most
                    """,
                    new
                    {
                        listId = row.Id,
                        after = after ?? Guid.Empty,
                        state = only is null ? "" : $"{only}",
                        most,
                    }
                );
                return new EntriesView([.. entries], entries.Count == most ? entries[^1].Id : null);
            },
            cancellation
        );
    }
}
