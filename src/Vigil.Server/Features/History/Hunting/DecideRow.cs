using System.Text;
using Vigil.Server.Features.History.Erasing;
using Vigil.Server.Features.History.Keeping;
using Vigil.Trust;

namespace Vigil.Server.Features.History.Hunting;

internal enum RowOutcome
{
    Nothing,
    Shadow,
    Known,
    Suppressed,
    Refused,
    Decided,

    /// <summary>The hunt is paused or cancelled, or the lists are not there: nothing was done.</summary>
    Stop,
}

/// <summary>
/// One content that may match: asks scanning to decide it, and writes what was found beside the decision, in its
/// transaction. A content and an entry are found once.
/// </summary>
internal sealed class DecideRow(JurisdictionGate gate, Db db)
{
    public async Task<RowOutcome> RunAsync(
        TenantId tenant,
        StoredHunt hunt,
        HuntSlice slice,
        ScannedContent content,
        CancellationToken stopping
    )
    {
        var rules = await gate.RulesAsync(tenant, stopping);
        return gate.Refuses(rules, content.Surface, content.Jurisdiction) is not null
            ? RowOutcome.Refused
            : await db.WriteAsync(
                HistoryStore.ActorOf(tenant),
                Permission.HuntRun,
                tx => DecideAsync(tx, hunt, slice, content),
                stopping
            );
    }

    /// <summary>Nobody paused or cancelled it.</summary>
    public Task<bool> IsRunningAsync(TenantId tenant, Guid hunt, CancellationToken stopping) =>
        db.ReadAsync(
            HistoryStore.ActorOf(tenant),
            Permission.HuntRun,
            async tx =>
                await tx.FindAsync<string>(
                    "select state from hunt where tenant = @tenant and id = @hunt",
                    new { hunt }
                ) == nameof(HuntState.Running),
            stopping
        );

    private static async Task<RowOutcome> DecideAsync(
        Tx tx,
        StoredHunt hunt,
        HuntSlice slice,
        ScannedContent content
    )
    {
        // Held until the commit, so that a pause counts from the moment it is acknowledged.
        var now = await tx.FindAsync<Standing>(
            $"select state, hits, hits_limit from hunt where tenant = @tenant and id = @id{tx.ForUpdate}",
            new { id = hunt.Id }
        );
        if (now is not { State: HuntState.Running })
        {
            return RowOutcome.Stop;
        }
        // Asked for after the segment was begun: it counts from the moment it was acknowledged.
        var erased = (await ErasureTable.WaitingAsync(tx)).Values.ToHashSet();
        var note = new HistoryNote(
            content.Surface,
            content.Jurisdiction,
            content.Account,
            content.ContentRef
        );
        if (Erased.IsOf(erased, note))
        {
            return RowOutcome.Nothing;
        }
        var blind = BlindOf(tx, content);
        var found = await FoundAsync(tx, blind);
        var decision = await tx.AskAsync<HuntedContent, HuntedDecision>(
            new HuntedContent
            {
                HuntId = hunt.Id,
                Content = content,
                ListGeneration = hunt.ToGeneration,
                Hunts = entry =>
                    slice.Generations.TryGetValue(entry, out var generation)
                    && (hunt.IsWhole || generation > content.ListGeneration)
                    && !found.Contains(entry),
                MayDecide = now.Hits < now.HitsLimit,
            }
        );
        switch (decision.Outcome)
        {
            case HuntedOutcome.Decided:
                await KeepAsync(tx, hunt.Id, blind, content, decision);
                return RowOutcome.Decided;
            case HuntedOutcome.TooMany:
                await PauseAsync(tx, hunt.Id, now.Hits);
                return RowOutcome.Stop;
            case HuntedOutcome.Shadow:
                return RowOutcome.Shadow;
            case HuntedOutcome.Suppressed:
                return RowOutcome.Suppressed;
            case HuntedOutcome.Known:
                return RowOutcome.Known;
            case HuntedOutcome.NotYet:
                return RowOutcome.Stop;
            default:
                return found.Count > 0 ? RowOutcome.Known : RowOutcome.Nothing;
        }
    }

    /// <summary>The platform's reference says what is one content; without it each scan is one.</summary>
    private static byte[] BlindOf(Tx tx, ScannedContent content) =>
        tx
            .Secrets.Digest("hunt content")
            .Of(
                Encoding.UTF8.GetBytes(
                    content.ContentRef is { } reference ? $"ref\n{reference}" : $"scan\n{content.ScanId}"
                )
            );

    private static async Task<HashSet<EntryKey>> FoundAsync(Tx tx, byte[] blind) =>
        [
            .. (
                await tx.QueryAsync<HitRow>(
                    "select list_id, entry_id from hunt_hit where tenant = @tenant and content_blind = @blind",
                    new { blind }
                )
            ).Select(row => new EntryKey(row.ListId, row.EntryId)),
        ];

    private static async Task KeepAsync(
        Tx tx,
        Guid hunt,
        byte[] blind,
        ScannedContent content,
        HuntedDecision decision
    )
    {
        await tx.ExecuteManyAsync(
            """
            insert into hunt_hit (tenant, content_blind, list_id, entry_id, hunt_id, decision_id, case_ref,
                distance_bits, scan_id, scanned_at, at)
            values (@tenant, @blind, @list, @entry, @hunt, @decision, @case, @distance, @scan, @scannedAt, @at)
            """,
            decision.Entries,
            (row, hit) =>
            {
                row.Set("blind", blind);
                row.Set("list", hit.Entry.ListId);
                row.Set("entry", hit.Entry.EntryId);
                row.Set("hunt", hunt);
                row.Set("decision", decision.DecisionId);
                row.Set("case", decision.CaseRef);
                row.Set("distance", (long?)hit.DistanceBits);
                row.Set("scan", content.ScanId);
                row.Set("scannedAt", content.At);
                row.Set("at", tx.Now);
            }
        );
        await tx.ExecuteAsync(
            "update hunt set hits = hits + 1 where tenant = @tenant and id = @hunt",
            new { hunt }
        );
    }

    private static async Task PauseAsync(Tx tx, Guid hunt, long hits)
    {
        await HuntTable.MoveAsync(tx, hunt, HuntState.Running, HuntState.Paused, "too_many_hits");
        await tx.RaiseAlarmAsync(
            new Alarm(
                HuntTable.TooMany,
                AlarmSeverity.Urgent,
                $"A retro-hunt made {hits} decisions and is paused: an entry or a list may be wrong. Look at its "
                    + "hits; then let it go on, or cancel it and set the entry aside."
            )
            {
                About = $"{hunt}",
            }
        );
    }

    private sealed class Standing
    {
        public HuntState State { get; init; }
        public long Hits { get; init; }
        public long HitsLimit { get; init; }
    }

    private sealed class HitRow
    {
        public Guid ListId { get; init; }
        public Guid EntryId { get; init; }
    }
}
