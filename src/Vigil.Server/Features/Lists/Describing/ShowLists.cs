using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Describing;

internal sealed record ListsView(IReadOnlyList<ListView> Lists, long Generation);

/// <summary>Lists as they are described, with counts; never a value.</summary>
internal sealed class ShowLists(Db db)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/v1/lists",
                async (HttpContext context, ShowLists show) =>
                    Results.Json(await show.AllAsync(context.Actor(), context.RequestAborted))
            )
            .Require(Permission.ListRead)
            .WithName("ShowLists")
            .WithSummary("All lists that are not removed, and the generation they stand at")
            .WithTags("Lists")
            .Produces<ListsView>();
        routes
            .MapGet(
                "/v1/lists/{list}",
                async (HttpContext context, string list, ShowLists show) =>
                    Results.Json(await show.OneAsync(context.Actor(), list, context.RequestAborted))
            )
            .Require(Permission.ListRead)
            .WithName("ShowList")
            .WithSummary("One list, by its id or name; by id a removed one too")
            .WithTags("Lists")
            .Produces<ListView>()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    public Task<ListsView> AllAsync(Actor actor, CancellationToken cancellation) =>
        db.ReadAsync(
            actor,
            Permission.ListRead,
            async tx =>
            {
                var rows = await tx.QueryAsync<StoredList>(
                    $"""
                    select {StoredList.Columns} from list where tenant = @tenant and removed_at is null
                    order by name limit @most
                    """,
                    new { most = ListsLimits.MaxLists }
                );
                var generation = await tx.FindAsync<long>(
                    "select generation from list_clock where tenant = @tenant"
                );
                return new ListsView([.. rows.Select(row => ListView.Of(row, tx.Now))], generation);
            },
            cancellation
        );

    public Task<ListView> OneAsync(Actor actor, string reference, CancellationToken cancellation) =>
        db.ReadAsync(
            actor,
            Permission.ListRead,
            async tx => ListView.Of(await StoredList.GetAsync(tx, reference, mayBeRemoved: true), tx.Now),
            cancellation
        );
}
