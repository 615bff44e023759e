using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Features.Lists.Describing;
using Vigil.Server.Features.Lists.Keeping;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Entries;

/// <summary>Withdraws an entry, quarantines it, or releases it from quarantine; each with a reason.</summary>
internal sealed class MoveEntry(ListWriting lists)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, "withdraw", "WithdrawEntry", "Withdraw an entry; no import brings it back by itself");
        Map(routes, "quarantine", "QuarantineEntry", "Quarantine a disputed entry: it is not looked up");
        Map(routes, "release", "ReleaseEntry", "Release an entry from quarantine");
    }

    /// <summary>Where each deed leads, and from which states.</summary>
    private static (EntryState To, EntryState[] From) Rule(string deed) =>
        deed switch
        {
            "withdraw" => (EntryState.Removed, [EntryState.Active, EntryState.Quarantined]),
            "quarantine" => (EntryState.Quarantined, [EntryState.Active]),
            _ => (EntryState.Active, [EntryState.Quarantined]),
        };

    public Task<EntryView> RunAsync(
        Actor actor,
        string list,
        Guid entryId,
        string deed,
        string? why,
        CancellationToken cancellation
    )
    {
        var reason = NamedText.Reason(why);
        var (to, from) = Rule(deed);
        return lists.ActAsync(
            actor,
            Permission.ListWrite,
            async (tx, generation) =>
            {
                var row = await StoredList.GetAsync(tx, list);
                var entry =
                    await EntryView.FindAsync(tx, row.Id, entryId)
                    ?? throw ProblemException.NotFound("This list has no such entry.");
                if (entry.StoredState != to)
                {
                    if (!from.Contains(entry.StoredState))
                    {
                        throw ProblemException.Conflict(
                            "wrong_state",
                            $"An entry that is {entry.State} cannot be told to {deed}."
                        );
                    }
                    await SetAsync(
                        tx,
                        generation,
                        new EntryKey(row.Id, entryId),
                        entry.StoredState,
                        to,
                        reason
                    );
                }
                await RecordAsync(tx, new EntryKey(row.Id, entryId), to, reason);
                return (await EntryView.FindAsync(tx, row.Id, entryId))!;
            },
            cancellation
        );
    }

    public static async Task SetAsync(
        Tx tx,
        long generation,
        EntryKey key,
        EntryState from,
        EntryState to,
        string reason
    )
    {
        await tx.ExecuteAsync(
            """
            update list_entry set state = @to, reason = @reason, state_at = @at, state_by = @by,
                generation = @generation
            where tenant = @tenant and list_id = @listId and id = @entryId
            """,
            new
            {
                listId = key.ListId,
                entryId = key.EntryId,
                to = $"{to}",
                reason,
                at = tx.Now,
                by = tx.Actor.Name,
                generation,
            }
        );
        await EntryCounts.MoveAsync(tx, key.ListId, from, to);
    }

    public static async Task RecordAsync(Tx tx, EntryKey key, EntryState to, string reason)
    {
        var what = to switch
        {
            EntryState.Removed => "entry.withdrawn",
            EntryState.Quarantined => "entry.quarantined",
            _ => "entry.released",
        };
        await tx.RecordAsync(
            new LedgerAct(what, $"{key.EntryId}")
            {
                Reason = reason,
                Facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["list"] = $"{key.ListId}" },
            }
        );
        await tx.PublishAsync(
            new OutboxEvent(
                what,
                $"{key.EntryId}",
                new
                {
                    listId = key.ListId,
                    entryId = key.EntryId,
                    state = EntryWords.Of(to),
                }
            )
        );
    }

    private static void Map(IEndpointRouteBuilder routes, string deed, string name, string summary) =>
        routes
            .MapPost(
                $"/v1/lists/{{list}}/entries/{{entryId:guid}}/{deed}",
                async (HttpContext context, string list, Guid entryId, MoveEntry move) =>
                    Results.Json(
                        await move.RunAsync(
                            context.Actor(),
                            list,
                            entryId,
                            deed,
                            (await JsonBody.ReadAsync<ReasonGiven>(context)).Reason,
                            context.RequestAborted
                        )
                    )
            )
            .Require(Permission.ListWrite)
            .WithName(name)
            .WithSummary(summary)
            .WithTags("Lists")
            .Accepts<ReasonGiven>("application/json")
            .Produces<EntryView>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
}
