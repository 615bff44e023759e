using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Suppressing;

/// <param name="Next">Say it as "before" for the next page; null: that was all.</param>
internal sealed record SuppressionsView(IReadOnlyList<SuppressionView> Suppressions, Guid? Next);

internal sealed class ShowSuppressions(Db db)
{
    private static readonly Guid Last = new("ffffffff-ffff-ffff-ffff-ffffffffffff");

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet(
                "/v1/suppressions",
                async (HttpContext context, ShowSuppressions show, Guid? before) =>
                    Results.Json(await show.PageAsync(context.Actor(), before, context.RequestAborted))
            )
            .Require(Permission.ListRead)
            .WithName("ShowSuppressions")
            .WithSummary("Suppressions with their counts and ends, the newest first; never their values")
            .WithTags("Suppressions")
            .Produces<SuppressionsView>();

    public Task<SuppressionsView> PageAsync(Actor actor, Guid? before, CancellationToken cancellation) =>
        db.ReadAsync(
            actor,
            Permission.ListRead,
            async tx =>
            {
                var rows = await tx.QueryAsync<SuppressionView>(
                    $"{SuppressionView.Select} and id < @before order by id desc limit @most",
                    new { before = before ?? Last, most = ListsLimits.MaxPage }
                );
                return new SuppressionsView(
                    [.. rows.Select(row => row.Judge(tx.Now))],
                    rows.Count == ListsLimits.MaxPage ? rows[^1].Id : null
                );
            },
            cancellation
        );

    /// <summary>
    /// What scanning kept quiet is counted here. No new generation: nothing that is looked up changed.
    /// </summary>
    public static Task CountAsync(Tx tx, SuppressionsHit hit) =>
        tx.ExecuteManyAsync(
            """
            update suppression set hits = hits + @count, sampled = sampled + @sampled, last_hit_at = @at
            where tenant = @tenant and id = @id
            """,
            hit.Hits,
            (row, one) =>
            {
                row.Set("id", one.SuppressionId);
                row.Set("count", one.Count);
                row.Set("sampled", one.Sampled);
                row.Set("at", tx.Now);
            }
        );
}
