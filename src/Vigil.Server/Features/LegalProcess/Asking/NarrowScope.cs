using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.LegalProcess;

/// <summary>POST /v1/legal-process/{id}/narrowing.</summary>
internal sealed record NarrowRequest
{
    /// <summary>Ids of entries of the scope that are no longer asked about.</summary>
    public IReadOnlyList<Guid>? Remove { get; init; }

    /// <summary>Contents and items from then on; left out: as before.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Until then; left out: as before.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Stands in the ledger.</summary>
    public string? Reason { get; init; }
}

/// <summary>
/// The authority asks for less: entries go, with the holds that only they gave a reason for, and the time becomes
/// shorter. What waits for a second person was chosen of the wider scope, and is void. What was asked for once stays on
/// record.
/// </summary>
internal static class NarrowScope
{
    public static async Task<LegalView> RunAsync(Tx tx, Guid id, NarrowRequest wanted)
    {
        var request = await LegalRequest.RequireAsync(tx, id);
        RequireOpen(request);
        var entries = await ScopeEntry.OfAsync(tx, id);
        var removed = (wanted.Remove ?? []).ToHashSet();
        var left = entries.Where(entry => !removed.Contains(entry.Id)).ToList();
        RequireLess(request, wanted, entries.Count - left.Count == removed.Count && left.Count > 0);
        var reason = await request.ReasonAsync(tx, wanted.Reason);
        foreach (var entry in removed)
        {
            await tx.ExecuteAsync(
                """
                update legal_scope set removed_at = @now, removed_by = @me where tenant = @tenant and id = @entry
                """,
                new
                {
                    entry,
                    now = tx.Now,
                    me = tx.Actor.Name,
                }
            );
        }
        await tx.ExecuteAsync(
            """
            update legal_request set range_from = coalesce(@from, range_from), range_to = coalesce(@to, range_to)
            where tenant = @tenant and id = @id
            """,
            new
            {
                id,
                from = wanted.From,
                to = wanted.To,
            }
        );
        await WaitingAsk.VoidAsync(tx, request, AskVoid.ScopeNarrowed);
        var gone = removed.Count == 0 ? 0 : await HoldScope.NarrowAsync(tx, request, left, reason);
        await tx.RecordAsync(
            request.Act(
                "legal.scope_narrowed",
                reason,
                ("entries", $"{removed.Count}"),
                ("released", $"{gone}")
            )
        );
        return await LegalView.ReadAsync(tx, id);
    }

    private static void RequireOpen(LegalRequest request)
    {
        if (request.State is not (LegalState.Verified or LegalState.ScopeReview or LegalState.Narrowed))
        {
            throw ProblemException.Conflict(
                "wrong_state",
                "It is narrowed between the call-back and the release: stop a release that is being made first."
            );
        }
    }

    private static void RequireLess(LegalRequest request, NarrowRequest wanted, bool isKnown)
    {
        var (from, to) = (wanted.From ?? request.RangeFrom, wanted.To ?? request.RangeTo);
        if (!isKnown)
        {
            throw ProblemException.BadRequest(
                "bad_remove",
                "'remove' names entries of the scope, and leaves one: refuse or withdraw a request about nothing."
            );
        }
        if (from < request.RangeFrom || to > request.RangeTo || from > to)
        {
            throw ProblemException.BadRequest(
                "not_narrower",
                "'from' and 'to' lie within the time that is asked about already."
            );
        }
        if (wanted is { Remove: null or { Count: 0 }, From: null, To: null })
        {
            throw ProblemException.BadRequest(
                "nothing_narrowed",
                "Name entries to remove, or a shorter time."
            );
        }
    }
}
