using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Features.History.Erasing;
using Vigil.Server.Features.History.Hunting;
using Vigil.Server.Features.History.Keeping;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.History.Setting;

/// <param name="Reason">For the ledger.</param>
internal sealed record ReasonGiven(string? Reason);

/// <summary>
/// `POST /v1/history/off`: nothing is kept from now on, and what was kept is destroyed. Hunts end; their decisions and
/// cases stay.
/// </summary>
internal sealed class TurnOff(HistoryStore store, RunErasures erasures, HuntBell bell, Db db)
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/v1/history/off",
                async (HttpContext context, TurnOff turn, ShowHistory show) =>
                {
                    await turn.RunAsync(
                        context.Actor(),
                        (await JsonBody.ReadAsync<ReasonGiven>(context)).Reason
                    );
                    return Results.Json(await show.RunAsync(context.Actor(), context.RequestAborted));
                }
            )
            .Require(Permission.HistoryManage)
            .WithName("TurnHistoryOff")
            .WithSummary("Keep nothing from now on, and destroy what was kept; when it answers, it is gone")
            .WithTags("History")
            .Accepts<ReasonGiven>("application/json")
            .Produces<HistoryView>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status409Conflict);

    public async Task RunAsync(Actor actor, string? why)
    {
        var reason = HistoryRules.Reason(why);
        await db.ActAsync(actor, Permission.HistoryManage, tx => WriteAsync(tx, reason));
        store.Set(actor.Tenant, new HistorySettings { IsErasing = true });
        bell.Ring();
        if (store.IsElsewhere)
        {
            // The process that keeps the files erases them, with its next look at what tenants decided.
            return;
        }
        // Cut off here, the next look goes on with it.
        await erasures.FinishTurningOffAsync(actor.Tenant, CancellationToken.None);
    }

    private static async Task<bool> WriteAsync(Tx tx, string reason)
    {
        if (!(await HistorySettings.ReadAsync(tx)).IsOn)
        {
            throw HistoryRules.IsOff();
        }
        await tx.ExecuteAsync(
            """
            update history set is_on = @no, is_erasing = @yes, since_at = null, changed_at = @at, changed_by = @by
            where tenant = @tenant
            """,
            new
            {
                no = false,
                yes = true,
                at = tx.Now,
                by = tx.Actor.Name,
            }
        );
        await HuntTable.CancelAllAsync(tx, "history_off");
        await tx.RecordAsync(new LedgerAct("history.turned_off", "history") { Reason = reason });
        return true;
    }
}
