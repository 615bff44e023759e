using Vigil.Server.Features.History.Keeping;
using Vigil.Trust;

namespace Vigil.Server.Features.History.Hunting;

/// <summary>Writes how far a hunt is: a segment once, with its counts.</summary>
internal sealed class HuntProgress(HistoryStore store, Db db)
{
    /// <summary>False: it does not run any more.</summary>
    public Task<bool> AddAsync(
        TenantId tenant,
        StoredHunt hunt,
        StoredSegment segment,
        HuntPart part,
        CancellationToken stopping
    ) =>
        db.WriteAsync(
            HistoryStore.ActorOf(tenant),
            Permission.HuntRun,
            async tx =>
            {
                var added = await tx.ExecuteAsync(
                    """
                    insert into hunt_part (tenant, hunt_id, slice, segment_id, day, is_damaged)
                    values (@tenant, @hunt, @slice, @segment, @day, @isDamaged)
                    on conflict (tenant, hunt_id, slice, segment_id) do nothing
                    """,
                    new
                    {
                        hunt = hunt.Id,
                        slice = (long)hunt.Slice,
                        segment = segment.Id,
                        day = (long)segment.Day,
                        isDamaged = part.IsDamaged,
                    }
                );
                if (part.IsDamaged && !segment.IsDamaged)
                {
                    await SegmentTable.DamagedAsync(tx, segment.Id, "damaged");
                }
                return added == 0 || await CountAsync(tx, hunt, segment, part);
            },
            stopping
        );

    private static async Task<bool> CountAsync(Tx tx, StoredHunt hunt, StoredSegment segment, HuntPart part)
    {
        var state = await tx.FindAsync<string>(
            """
            update hunt set segments_done = segments_done + 1, hashes_done = hashes_done + @hashes,
                damaged = (select count(distinct p.segment_id) from hunt_part p
                    where p.tenant = @tenant and p.hunt_id = @id and p.is_damaged = @yes),
                work_ms = work_ms + @workMs, shadow = shadow + @shadow,
                known = known + @known, suppressed = suppressed + @suppressed, refused = refused + @refused,
                seen_at = @at
            where tenant = @tenant and id = @id returning state
            """,
            new
            {
                id = hunt.Id,
                hashes = segment.Hashes,
                yes = true,
                workMs = part.WorkMs,
                shadow = part.Shadow,
                known = part.Known,
                suppressed = part.Suppressed,
                refused = part.Refused,
                at = tx.Now,
            }
        );
        return state == nameof(HuntState.Running);
    }

    /// <summary>The next slice begins, or the hunt is over.</summary>
    public Task<bool> EndSliceAsync(
        TenantId tenant,
        StoredHunt hunt,
        HuntSlice slice,
        CancellationToken stopping
    ) =>
        db.WriteAsync(
            HistoryStore.ActorOf(tenant),
            Permission.HuntRun,
            async tx =>
            {
                await tx.ExecuteAsync(
                    """
                    update hunt set slice = slice + 1, slice_generation = @generation, slice_list = @list,
                        slice_entry = @entry, entries_done = entries_done + @entries,
                        entries_unreadable = entries_unreadable + @unreadable, seen_at = @at
                    where tenant = @tenant and id = @id and slice = @slice
                    """,
                    new
                    {
                        id = hunt.Id,
                        slice = (long)hunt.Slice,
                        generation = slice.End.Generation,
                        list = slice.End.ListId,
                        entry = slice.End.EntryId,
                        entries = (long)slice.Generations.Count,
                        unreadable = (long)slice.Unreadable,
                        at = tx.Now,
                    }
                );
                var now = await StoredHunt.FindAsync(tx, hunt.Id);
                if (slice.IsLast && now is { State: HuntState.Running })
                {
                    await FinishAsync(tx, now);
                }
                return true;
            },
            stopping
        );

    private async Task FinishAsync(Tx tx, StoredHunt hunt)
    {
        // What happened to the history while it was hunted counts as well: a damaged part is never "no hits".
        var isWhole = hunt is { Damaged: 0, EntriesUnreadable: 0 };
        await HuntTable.FinishAsync(
            tx,
            hunt.Id,
            isWhole ? HuntState.Done : HuntState.Incomplete,
            isWhole ? null
                : hunt.Damaged > 0 ? "segments_damaged"
                : "entries_unreadable"
        );
        await tx.PublishAsync(
            new OutboxEvent(
                "hunt.finished",
                $"{hunt.Id}",
                new
                {
                    huntId = hunt.Id,
                    hits = hunt.Hits,
                    isWhole,
                    keptSince = store.SettingsOf(tx.Tenant).SinceAt,
                }
            )
        );
    }
}
