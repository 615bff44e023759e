using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Features.History.Keeping;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.History.Hunting;

internal enum HuntAct
{
    Pause,
    Resume,
    Cancel,
}

/// <summary>`POST /v1/hunts/{id}/pause`, `/resume`, `/cancel`.</summary>
internal sealed class MoveHunt(HistoryStore store, HuntBell bell, Db db)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, HuntAct.Pause, "Hold a hunt where it is");
        Map(
            routes,
            HuntAct.Resume,
            "Let a paused hunt go on; one that found too much may find as much again"
        );
        Map(routes, HuntAct.Cancel, "End a hunt; what it found stays");
    }

    private static void Map(IEndpointRouteBuilder routes, HuntAct act, string summary) =>
        routes
            .MapPost(
                $"/v1/hunts/{{id:guid}}/{Words.Of(act)}",
                async (HttpContext context, Guid id, MoveHunt move) =>
                    Results.Json(await move.RunAsync(context.Actor(), id, act))
            )
            .Require(Permission.HuntRun)
            .WithName($"{act}Hunt")
            .WithSummary(summary)
            .WithTags("Hunts")
            .Produces<HuntView>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);

    public async Task<HuntView> RunAsync(Actor actor, Guid id, HuntAct act)
    {
        var view = await db.ActAsync(actor, Permission.HuntRun, tx => MoveAsync(tx, id, act));
        bell.Ring();
        return view;
    }

    private async Task<HuntView> MoveAsync(Tx tx, Guid id, HuntAct act)
    {
        var hunt =
            await tx.FindAsync<StoredHunt>($"{StoredHunt.Select} and id = @id{tx.ForUpdate}", new { id })
            ?? throw ProblemException.NotFound("There is no such hunt.");
        var isOpen = hunt.State is HuntState.Waiting or HuntState.Running or HuntState.Paused;
        switch (act)
        {
            case HuntAct.Pause when hunt.State is HuntState.Waiting or HuntState.Running:
                await HuntTable.MoveAsync(tx, id, hunt.State, HuntState.Paused, "by_person");
                break;
            case HuntAct.Resume when hunt.State == HuntState.Paused:
                await ResumeAsync(tx, hunt);
                break;
            case HuntAct.Cancel when isOpen:
                await HuntTable.FinishAsync(tx, id, HuntState.Cancelled, "by_person");
                break;
            default:
                throw ProblemException.Conflict(
                    "wrong_state",
                    $"This hunt is {Words.Of(hunt.State)}: it cannot {Words.Of(act)}."
                );
        }
        await tx.RecordAsync(new LedgerAct($"hunt.{Words.Of(act)}", $"{id}"));
        return HuntView.Of((await StoredHunt.FindAsync(tx, id))!);
    }

    private async Task ResumeAsync(Tx tx, StoredHunt hunt)
    {
        var to = hunt.StartedAt is null ? HuntState.Waiting : HuntState.Running;
        await HuntTable.MoveAsync(tx, hunt.Id, HuntState.Paused, to, null);
        if (hunt.Problem == "too_many_hits")
        {
            await tx.ExecuteAsync(
                "update hunt set hits_limit = @limit where tenant = @tenant and id = @id",
                new { id = hunt.Id, limit = hunt.Hits + store.Limits.HitsBeforePause }
            );
            await tx.ClearAlarmAsync(HuntTable.TooMany, $"{hunt.Id}");
        }
    }
}
