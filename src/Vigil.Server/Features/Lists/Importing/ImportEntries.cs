using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Features.Lists.Describing;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Importing;

/// <summary>
/// A list file as the body of a request, read as it comes: no form binding and no temporary file, since hash
/// values are secrets.
/// </summary>
internal sealed class ImportEntries(Db db, ImportRunner runner, TimeProvider time)
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/v1/lists/{list}/imports",
                (HttpContext context, string list, ImportEntries import) => import.ApiAsync(context, list)
            )
            .Require(Permission.ListWrite)
            .WithName("ImportEntries")
            .WithSummary("Import a list file (hash lines, CSV, VICS JSON, tx); an import again adds nothing")
            .WithDescription("The body is the file itself, no form; how it is read stands in the query.")
            .TakesFile(ImportOptions.Described)
            .WithTags("Lists")
            .Produces<ImportView>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status429TooManyRequests);

    private async Task<IResult> ApiAsync(HttpContext context, string list)
    {
        if (context.Request.HasFormContentType)
        {
            throw new ProblemException(
                StatusCodes.Status415UnsupportedMediaType,
                "wrong_content_type",
                "Send the file itself as the body (text/plain, text/csv, application/json), not a form."
            );
        }
        var options = ImportOptions.Of(context.Request);
        AllowLargeBody(context);
        var done = await RunAsync(
            context.Actor(),
            list,
            options,
            context.Request.Body,
            context.Request.ContentLength,
            context.RequestAborted
        );
        if (done.StoredState == "Failed")
        {
            throw ProblemException.BadRequest(done.Problem!, $"{done.Advice} (Import {done.Id}.)");
        }
        return Results.Accepted($"/v1/lists/{done.ListId}/imports/{done.Id}", done);
    }

    /// <exception cref="ProblemException">Longer than an import may be.</exception>
    public static void AllowLargeBody(HttpContext context)
    {
        if (context.Request.ContentLength > ListsLimits.MaxImportBytes)
        {
            throw new ProblemException(
                StatusCodes.Status413PayloadTooLarge,
                "import_too_large",
                $"An import has at most {ListsLimits.MaxImportBytes} bytes. Send the file in parts."
            );
        }
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = ListsLimits.MaxImportBytes + (1024 * 1024);
        }
    }

    /// <summary>Returns when the last byte is in and, for a small file, the work is done.</summary>
    public async Task<ImportView> RunAsync(
        Actor actor,
        string list,
        ImportOptions options,
        Stream body,
        long? length,
        CancellationToken cancellation
    )
    {
        runner.Slots.Enter(actor.Tenant);
        RunningImport import;
        try
        {
            // Not cancelled when the sender hangs up: an import that stands in the ledger also has its end there.
            (import, var entries) = await BeginAsync(actor, list, options, length, CancellationToken.None);
            runner.Start(import, entries);
        }
        catch
        {
            runner.Slots.Leave(actor.Tenant);
            throw;
        }
        try
        {
            await import.Body.FillAsync(body, ListsLimits.MaxImportBytes, cancellation);
        }
        catch (ImportTooLargeException)
        {
            // The import says so itself.
        }
        await Task.WhenAny(import.Work, Task.Delay(ListsLimits.AnswerWait, time, cancellation));
        return await ShowImports.OneAsync(db, runner, actor, import.ListId, import.Id, cancellation);
    }

    private Task<(RunningImport, long)> BeginAsync(
        Actor actor,
        string list,
        ImportOptions options,
        long? length,
        CancellationToken cancellation
    ) =>
        db.ActAsync(
            actor,
            Permission.ListWrite,
            async tx =>
            {
                var row = await StoredList.GetAsync(tx, list);
                var id = tx.NewId();
                await tx.ExecuteAsync(
                    """
                    insert into list_import (tenant, id, list_id, file_name, instance, state, restores,
                        bytes_total, started_at, started_by, seen_at)
                    values (@tenant, @id, @listId, @fileName, @instance, 'Running', @restores, @length, @at, @by,
                        @at)
                    """,
                    new
                    {
                        id,
                        listId = row.Id,
                        fileName = options.FileName,
                        instance = runner.Instance,
                        restores = options.RestoresWithdrawn,
                        length,
                        at = tx.Now,
                        by = tx.Actor.Name,
                    }
                );
                await tx.RecordAsync(
                    new LedgerAct("list.import_started", $"{id}")
                    {
                        Reason = options.Reason,
                        Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                        {
                            ["list"] = $"{row.Id}",
                            ["restoresWithdrawn"] = options.RestoresWithdrawn ? "yes" : "no",
                            ["bytes"] = length?.ToString(CultureInfo.InvariantCulture) ?? "not said",
                        },
                    }
                );
                var entries = row.ActiveEntries + row.QuarantinedEntries + row.RemovedEntries;
                return (new RunningImport(actor, id, row.Id, options), entries);
            },
            cancellation
        );
}
