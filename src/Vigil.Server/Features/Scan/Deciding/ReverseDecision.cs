using Vigil.Server.Features.Scan.Policies;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Deciding;

/// <summary>
/// A person found that the content is harmless: the decision is reversed, its entries never flag this file
/// again, the platform is told.
/// </summary>
internal static class ReverseDecision
{
    public static async Task<ReversedDecision> HandleAsync(
        Tx tx,
        DecisionReversal wanted,
        ListChanges changes
    )
    {
        var id = wanted.DecisionId;
        var row =
            await tx.FindAsync<Row>(
                $"""
                select state, case_ref, sha256_blind, why, is_shadow from decision
                where tenant = @tenant and id = @id{tx.ForUpdate}
                """,
                new { id }
            ) ?? throw ProblemException.NotFound("There is no such decision.");
        var entries = await tx.QueryAsync<EntryRow>(
            "select list_id, entry_id from decision_entry where tenant = @tenant and decision_id = @id limit @most",
            new { id, most = WhyRecord.MaxFindings }
        );
        var keys = entries.Select(entry => new EntryKey(entry.ListId, entry.EntryId)).ToList();
        if (row.State == nameof(DecisionState.Reversed))
        {
            return new ReversedDecision(id, keys);
        }
        await tx.ExecuteAsync(
            "update decision set state = 'Reversed', state_at = @at where tenant = @tenant and id = @id",
            new { id, at = tx.Now }
        );
        if (row.Sha256Blind is not null)
        {
            await ExceptAsync(tx, id, keys, row.Sha256Blind);
        }
        await tx.PublishAsync(
            new OutboxEvent(
                "decision.reversed",
                id.ToString(),
                new
                {
                    scanId = id,
                    caseRef = row.CaseRef ?? wanted.Case.Value,
                    contentRef = WhyRecord.Open(tx.Secrets, id, row.Why).ContentRef,
                }
            )
        );
        await tx.RecordAsync(
            new LedgerAct("decision.reversed", id.ToString())
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["case"] = wanted.Case.Value,
                    ["entries"] = $"{keys.Count}",
                },
            }
        );
        var tenant = tx.Tenant;
        tx.OnCommitted(() => changes.Announce(tenant));
        return new ReversedDecision(id, keys);
    }

    private static async Task ExceptAsync(Tx tx, Guid decision, List<EntryKey> entries, byte[] sha256)
    {
        var generation = await DecidingClock.TickAsync(tx);
        await tx.ExecuteManyAsync(
            """
            insert into entry_exception (tenant, list_id, entry_id, sha256_blind, decision_id, at, generation)
            values (@tenant, @list, @entry, @sha256, @decision, @at, @generation)
            on conflict (tenant, list_id, entry_id, sha256_blind) do nothing
            """,
            entries,
            (row, entry) =>
            {
                row.Set("list", entry.ListId);
                row.Set("entry", entry.EntryId);
                row.Set("sha256", sha256);
                row.Set("decision", decision);
                row.Set("at", tx.Now);
                row.Set("generation", generation);
            }
        );
    }

    private sealed class Row
    {
        public string State { get; init; } = "";
        public string? CaseRef { get; init; }
        public byte[]? Sha256Blind { get; init; }
        public byte[] Why { get; init; } = [];
        public bool IsShadow { get; init; }
    }

    private sealed class EntryRow
    {
        public Guid ListId { get; init; }
        public Guid EntryId { get; init; }
    }
}
