using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Features.Lists.Describing;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Importing;

internal sealed record ImportsView(IReadOnlyList<ImportView> Imports);

/// <summary>How far imports are, what they took and refused; and cancels them.</summary>
internal sealed class ShowImports(Db db, ImportRunner runner)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/v1/lists/{list}/imports",
                async (HttpContext context, string list, ShowImports show) =>
                    Results.Json(
                        new ImportsView(await show.LatestAsync(context.Actor(), list, context.RequestAborted))
                    )
            )
            .Require(Permission.ListRead)
            .WithName("ShowImports")
            .WithSummary("The latest imports into a list, the newest first")
            .WithTags("Lists")
            .Produces<ImportsView>();
        routes
            .MapGet(
                "/v1/lists/{list}/imports/{importId:guid}",
                async (HttpContext context, string list, Guid importId, ShowImports show) =>
                    Results.Json(await show.OneAsync(context.Actor(), list, importId, context.RequestAborted))
            )
            .Require(Permission.ListRead)
            .WithName("ShowImport")
            .WithSummary("How far an import is: rows, rate, remaining time, rejects by code")
            .WithTags("Lists")
            .Produces<ImportView>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        routes
            .MapPost(
                "/v1/lists/{list}/imports/{importId:guid}/cancel",
                async (HttpContext context, string list, Guid importId, ShowImports show) =>
                    Results.Json(
                        await show.CancelAsync(context.Actor(), list, importId, context.RequestAborted)
                    )
            )
            .Require(Permission.ListWrite)
            .WithName("CancelImport")
            .WithSummary("Stop a running import; what was added stays")
            .WithTags("Lists")
            .Produces<ImportView>()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    public Task<IReadOnlyList<ImportView>> LatestAsync(
        Actor actor,
        string list,
        CancellationToken cancellation
    ) =>
        db.ReadAsync(
            actor,
            Permission.ListRead,
            async tx =>
            {
                var row = await StoredList.GetAsync(tx, list, mayBeRemoved: true);
                var imports = await tx.QueryAsync<ImportView>(
                    $"{ImportView.Select} and list_id = @listId order by id desc limit @most",
                    new { listId = row.Id, most = 20 }
                );
                foreach (var import in imports)
                {
                    await CompleteAsync(tx, import, runner, db.Engine);
                }
                return imports;
            },
            cancellation
        );

    public Task<ImportView> OneAsync(Actor actor, string list, Guid id, CancellationToken cancellation) =>
        db.ReadAsync(
            actor,
            Permission.ListRead,
            async tx =>
                await FindAsync(
                    tx,
                    (await StoredList.GetAsync(tx, list, mayBeRemoved: true)).Id,
                    id,
                    runner,
                    db
                ),
            cancellation
        );

    /// <summary>For who may write and began it.</summary>
    public static Task<ImportView> OneAsync(
        Db db,
        ImportRunner runner,
        Actor actor,
        Guid listId,
        Guid id,
        CancellationToken cancellation
    ) => db.ReadAsync(actor, Permission.ListWrite, tx => FindAsync(tx, listId, id, runner, db), cancellation);

    public async Task<ImportView> CancelAsync(
        Actor actor,
        string list,
        Guid id,
        CancellationToken cancellation
    )
    {
        var listId = await db.ActAsync(
            actor,
            Permission.ListWrite,
            async tx =>
            {
                var row = await StoredList.GetAsync(tx, list, mayBeRemoved: true);
                var import = await FindAsync(tx, row.Id, id, runner, db);
                if (import.State != "running")
                {
                    throw ProblemException.Conflict("import_not_running", $"This import is {import.State}.");
                }
                await tx.ExecuteAsync(
                    """
                    update list_import set is_cancel_wanted = @yes
                    where tenant = @tenant and list_id = @listId and id = @id
                    """,
                    new
                    {
                        listId = row.Id,
                        id,
                        yes = true,
                    }
                );
                await tx.RecordAsync(new LedgerAct("list.import_cancelled", $"{id}"));
                return row.Id;
            },
            cancellation
        );
        if (runner.Find(id) is { } import)
        {
            import.Cancel();
            await import
                .Work.WaitAsync(ListsLimits.AnswerWait, cancellation)
                .ContinueWith(
                    static _ => { },
                    cancellation,
                    TaskContinuationOptions.None,
                    TaskScheduler.Default
                );
        }
        return await OneAsync(db, runner, actor, listId, id, cancellation);
    }

    private static async Task<ImportView> FindAsync(Tx tx, Guid listId, Guid id, ImportRunner runner, Db db)
    {
        var import =
            await tx.FindAsync<ImportView>(
                $"{ImportView.Select} and list_id = @listId and id = @id",
                new { listId, id }
            ) ?? throw ProblemException.NotFound("This list has no such import.");
        return await CompleteAsync(tx, import, runner, db.Engine);
    }

    private static async Task<ImportView> CompleteAsync(
        Tx tx,
        ImportView import,
        ImportRunner runner,
        DbEngine engine
    )
    {
        var rejects = await tx.QueryAsync<RejectRow>(
            """
            select code, count, first_row, advice from list_import_reject
            where tenant = @tenant and import_id = @id order by code limit @most
            """,
            new { id = import.Id, most = 100 }
        );
        import.Rejects =
        [
            .. rejects.Select(row => new RejectView(row.Code, row.Count, row.FirstRow, row.Advice)),
        ];
        return import.Judge(runner.Instance, engine, tx.Now);
    }

    private sealed class RejectRow
    {
        public string Code { get; init; } = "";
        public long Count { get; init; }
        public long FirstRow { get; init; }
        public string Advice { get; init; } = "";
    }
}
