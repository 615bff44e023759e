using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Deciding;

/// <summary>What the page of decisions shows.</summary>
internal sealed record ScansShown(
    IReadOnlyList<DecisionRow> Rows,
    IReadOnlyDictionary<string, string> Filter,
    string? Next
);

/// <summary>What the page of shadows shows.</summary>
internal sealed record ShadowShown(IReadOnlyList<ShadowRow> Rows, int Days, DateTime Today);

/// <summary>Decisions, their why, and shadows, in the console.</summary>
internal static class DecidingPages
{
    private static readonly string[] Filters = ["decision", "surface", "state", "case", "limit"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage("/console/scans", Permission.DecisionRead, ScansAsync);
        routes.MapPage("/console/scans/{scanId:guid}", Permission.DecisionRead, WhyAsync);
        routes.MapPage("/console/shadow", Permission.PolicyRead, ShadowAsync);
    }

    private static async Task<IResult> ScansAsync(HttpContext context)
    {
        var filter = DecisionFilter.Of(context.Request.Query);
        var rows = await ReadAsync(
            context,
            Permission.DecisionRead,
            tx => DecisionQueries.ListAsync(tx, filter)
        );
        var chosen = Filters
            .Select(name => (Name: name, Value: context.Request.Query[name].ToString()))
            .Where(pair => pair.Value.Length > 0)
            .ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal);
        var next =
            rows.Count == filter.Limit
                ? "/console/scans"
                    + new QueryBuilder(
                        chosen.Append(new("before", DecisionFilter.NextOf(rows[^1])))
                    ).ToQueryString()
                : null;
        return Pages.Show<ScansPage>(context, "Scans", new { Shown = new ScansShown(rows, chosen, next) });
    }

    private static async Task<IResult> WhyAsync(HttpContext context)
    {
        var id = Guid.Parse(context.GetRouteValue("scanId")!.ToString()!);
        var found = await ReadAsync(
            context,
            Permission.DecisionRead,
            async tx => await (await DecisionQueries.GetAsync(tx, id)).WithRecordsAsync(tx)
        );
        return Pages.Show<WhyPage>(context, "Why a decision fell so", new { Shown = found });
    }

    private static async Task<IResult> ShadowAsync(HttpContext context)
    {
        var days = ShadowQueries.DaysOf(context.Request.Query);
        var (rows, today) = await ReadAsync(
            context,
            Permission.PolicyRead,
            async tx => (await ShadowQueries.ListAsync(tx, days), tx.Now.UtcDateTime.Date)
        );
        return Pages.Show<ShadowPage>(context, "Shadow", new { Shown = new ShadowShown(rows, days, today) });
    }

    private static Task<T> ReadAsync<T>(HttpContext context, Permission permission, Func<Tx, Task<T>> work) =>
        context
            .RequestServices.GetRequiredService<Db>()
            .ReadAsync(context.Actor(), permission, work, context.RequestAborted);
}
