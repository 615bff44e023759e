using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Features.History.Hunting;
using Vigil.Server.Features.History.Keeping;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.History.Setting;

/// <summary>What is to be kept, and for how long.</summary>
internal sealed record HistoryWanted
{
    /// <summary>1 to 730 full days beside the day of the scan; then the day is destroyed.</summary>
    public int? Days { get; init; }

    /// <summary>Most disk that it takes; 100 where it is not said.</summary>
    public int? MaxGigabytes { get; init; }

    /// <summary>Lists that change are hunted by themselves; so it is where it is not said.</summary>
    public bool? HuntsByItself { get; init; }

    /// <summary>For the ledger.</summary>
    public string? Reason { get; init; }
}

/// <summary>`PUT /v1/history`: from now on fingerprints of scans are kept, or kept for another time.</summary>
internal sealed class TurnOn(HistoryStore store, TendHistory tend, Db db)
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPut(
                "/v1/history",
                async (HttpContext context, TurnOn turn, ShowHistory show) =>
                {
                    var wanted = await JsonBody.ReadAsync<HistoryWanted>(context);
                    await turn.RunAsync(context.Actor(), wanted);
                    return Results.Json(await show.RunAsync(context.Actor(), context.RequestAborted));
                }
            )
            .Require(Permission.HistoryManage)
            .WithName("KeepHistory")
            .WithSummary(
                "Keep fingerprints of scanned contents for some days, so that later lists can be hunted"
            )
            .WithTags("History")
            .Accepts<HistoryWanted>("application/json")
            .Produces<HistoryView>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status409Conflict);

    public async Task RunAsync(Actor actor, HistoryWanted wanted)
    {
        var (days, bytes, reason) = (
            HistoryRules.Days(wanted.Days),
            HistoryRules.MaxBytes(wanted.MaxGigabytes),
            HistoryRules.Reason(wanted.Reason)
        );
        var byItself = wanted.HuntsByItself ?? true;
        var settings = await db.ActAsync(
            actor,
            Permission.HistoryManage,
            tx => WriteAsync(tx, days, bytes, byItself, reason)
        );
        store.Set(actor.Tenant, settings);
        tend.Destroy();
    }

    private static async Task<HistorySettings> WriteAsync(
        Tx tx,
        int days,
        long bytes,
        bool byItself,
        string reason
    )
    {
        var before = await HistorySettings.ReadAsync(tx);
        if (before.IsErasing)
        {
            throw ProblemException.Conflict(
                "history_erasing",
                "The history that was turned off is still being erased: try again in a moment."
            );
        }
        var generation = before.IsOn ? before.HuntedGeneration : await PlanHunts.BeginAsync(tx);
        await tx.ExecuteAsync(
            """
            insert into history (tenant, is_on, days, max_bytes, hunts_by_itself, hunted_generation, since_at,
                changed_at, changed_by)
            values (@tenant, @yes, @days, @bytes, @byItself, @generation, @at, @at, @by)
            on conflict (tenant) do update set is_on = excluded.is_on, days = excluded.days,
                max_bytes = excluded.max_bytes, hunts_by_itself = excluded.hunts_by_itself,
                hunted_generation = excluded.hunted_generation, since_at = @since,
                changed_at = excluded.changed_at, changed_by = excluded.changed_by
            """,
            new
            {
                yes = true,
                days = (long)days,
                bytes,
                byItself,
                generation,
                at = tx.Now,
                since = before.IsOn ? before.SinceAt : tx.Now,
                by = tx.Actor.Name,
            }
        );
        await tx.RecordAsync(
            new LedgerAct(before.IsOn ? "history.changed" : "history.turned_on", "history")
            {
                Reason = reason,
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["days"] = days.ToString(CultureInfo.InvariantCulture),
                    ["maxBytes"] = bytes.ToString(CultureInfo.InvariantCulture),
                    ["huntsByItself"] = byItself ? "yes" : "no",
                },
            }
        );
        return await HistorySettings.ReadAsync(tx);
    }
}
