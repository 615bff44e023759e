using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Admin.Journal;

/// <summary>The ledger as people and programs read it: newest first, page by page.</summary>
internal static class ReadLedger
{
    private const int PageRows = 50;
    private const int MaxActionCharacters = 60;

    public static void MapLedger(this IEndpointRouteBuilder routes)
    {
        routes.MapPage("/console/ledger", Permission.LedgerRead, ShowAsync);
        routes.MapSignedLedger();
        routes
            .MapGet("/v1/ledger", (Delegate)HandleAsync)
            .Require(Permission.LedgerRead)
            .WithName("ReadLedger")
            .WithSummary("Privileged acts, newest first")
            .WithDescription(
                "Query: before (a number of an entry), action (how it begins), limit (1 to 200)."
            )
            .WithTags("Ledger")
            .Produces<LedgerPart>()
            .ProducesProblem(StatusCodes.Status400BadRequest);
    }

    private static async Task<IResult> HandleAsync(HttpContext context)
    {
        var limit = Number(context, "limit") ?? PageRows;
        if (limit is < 1 or > LedgerReader.MaxRows)
        {
            throw ProblemException.BadRequest("bad_limit", $"limit is 1 to {LedgerReader.MaxRows}.");
        }
        return Results.Json(await ReadAsync(context, (int)limit));
    }

    private static async Task<IResult> ShowAsync(HttpContext context)
    {
        var answer = await ReadAsync(context, PageRows);
        var kernel = context.RequestServices.GetRequiredService<TrustKernel>();
        return Pages.Show<LedgerPage>(
            context,
            "Ledger",
            new
            {
                Answer = answer,
                Status = await kernel.Db.ReadAsync(
                    context.Actor(),
                    Permission.LedgerRead,
                    kernel.SignedLedger.StatusAsync,
                    context.RequestAborted
                ),
                Action = ActionOf(context),
                IsFirst = Number(context, "before") is null,
            }
        );
    }

    private static async Task<LedgerPart> ReadAsync(HttpContext context, int rows)
    {
        var (before, action) = (Number(context, "before"), ActionOf(context));
        var entries = await context
            .Db()
            .ReadAsync(
                context.Actor(),
                Permission.LedgerRead,
                tx => LedgerReader.ReadAsync(tx, before, action, rows),
                context.RequestAborted
            );
        return new LedgerPart(entries, entries.Count == rows ? entries[^1].Seq : null);
    }

    private static string ActionOf(HttpContext context)
    {
        var action = context.Request.Query["action"].ToString().Trim();
        return action.Length <= MaxActionCharacters
            ? action
            : throw ProblemException.BadRequest(
                "bad_action",
                $"action has at most {MaxActionCharacters} characters."
            );
    }

    private static long? Number(HttpContext context, string name)
    {
        var text = context.Request.Query[name].ToString();
        if (text.Length == 0)
        {
            return null;
        }
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw ProblemException.BadRequest("bad_number", $"{name} is a whole number.");
    }
}

/// <param name="Entries">Newest first.</param>
/// <param name="Before">For the next page: send it as ?before=; null: this is the last.</param>
public sealed record LedgerPart(IReadOnlyList<LedgerEntry> Entries, long? Before);
