using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Features.History.Keeping;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.History.Hunting;

/// <summary>What a person wants hunted.</summary>
internal sealed record HuntWanted
{
    /// <summary>Id or name of a list; left out: all lists.</summary>
    public string? List { get; init; }

    /// <summary>For the ledger.</summary>
    public string? Reason { get; init; }
}

/// <summary>`POST /v1/hunts`: all entries of a list, or of all, against all that is kept.</summary>
internal sealed class StartHunt(HistoryStore store, HuntBell bell, Db db)
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/v1/hunts", (HttpContext context, StartHunt start) => start.ApiAsync(context))
            .Require(Permission.HuntRun)
            .WithName("StartHunt")
            .WithSummary("Hunt a list, or all lists, in the whole history")
            .WithDescription(
                "New entries are hunted by themselves where the history is set so. What was found before is not found "
                    + "again; what matches becomes a decision by the policy in force, as a scan's hit."
            )
            .WithTags("Hunts")
            .Accepts<HuntWanted>("application/json")
            .Produces<HuntView>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);

    private async Task<IResult> ApiAsync(HttpContext context)
    {
        var bytes = await JsonBody.ReadBytesAsync(context);
        var wanted = JsonBody.Parse<HuntWanted>(bytes);
        var answer = await Idempotent.RunAsync(
            context,
            bytes,
            StatusCodes.Status201Created,
            work => db.ActAsync(context.Actor(), Permission.HuntRun, work),
            tx => AddAsync(tx, wanted)
        );
        bell.Ring();
        return answer;
    }

    public async Task<HuntView> RunAsync(Actor actor, HuntWanted wanted)
    {
        var view = await db.ActAsync(actor, Permission.HuntRun, tx => AddAsync(tx, wanted));
        bell.Ring();
        return view;
    }

    private async Task<HuntView> AddAsync(Tx tx, HuntWanted wanted)
    {
        var reason = HistoryRules.Reason(wanted.Reason);
        if (!(await HistorySettings.ReadAsync(tx)).IsOn)
        {
            throw HistoryRules.IsOff();
        }
        await HuntTable.RefuseTooManyAsync(tx);
        var list = string.IsNullOrWhiteSpace(wanted.List)
            ? (Guid?)null
            : await FindAsync(tx, wanted.List.Trim());
        var id = await HuntTable.AddAsync(
            tx,
            new StoredHunt
            {
                IsWhole = true,
                ListId = list,
                ToGeneration = await PlanHunts.ClockAsync(tx),
                Reason = reason,
                HitsLimit = store.Limits.HitsBeforePause,
            }
        );
        await tx.RecordAsync(
            new LedgerAct("hunt.started", $"{id}")
            {
                Reason = reason,
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["list"] = list is null ? "all" : $"{list}",
                },
            }
        );
        return HuntView.Of((await StoredHunt.FindAsync(tx, id))!);
    }

    private static async Task<Guid> FindAsync(Tx tx, string reference)
    {
        var id = Guid.TryParseExact(reference, "D", out var parsed) ? parsed : Guid.Empty;
        return await tx.FindAsync<Guid?>(
                """
                select id from scan_list where tenant = @tenant and (id = @id or name = @reference)
                    and not is_removed
                """,
                new { id, reference }
            ) ?? throw ProblemException.NotFound("There is no such list.");
    }
}
