using System.Collections.Concurrent;
using Vigil.Server.Features.History.Keeping;
using Vigil.Trust;

namespace Vigil.Server.Features.History.Hunting;

/// <summary>
/// A hunt begins when scans look at the lists that it is about and those of before are recorded: what is scanned later
/// knows the entries by itself, what was scanned before is in the segments. Nothing falls between.
/// </summary>
internal sealed class BeginHunt(
    HistoryStore store,
    BuildSegments build,
    LoadSlice load,
    Db db,
    TimeProvider time
)
{
    /// <summary>When scans were first seen to look at a hunt's lists.</summary>
    private readonly ConcurrentDictionary<(Guid Hunt, long To), long> _inForceAt = new();

    /// <summary>False: not yet.</summary>
    public async Task<bool> RunAsync(TenantId tenant, StoredHunt hunt, CancellationToken stopping)
    {
        var actor = HistoryStore.ActorOf(tenant);
        var inForce = await db.ReadAsync(
            actor,
            Permission.HuntRun,
            tx => tx.AskAsync<ListsInForceWanted, ListsInForce>(new ListsInForceWanted()),
            stopping
        );
        if (inForce.Generation is not { } generation || generation < hunt.ToGeneration)
        {
            return false;
        }
        if (
            time.GetElapsedTime(_inForceAt.GetOrAdd((hunt.Id, hunt.ToGeneration), _ => time.GetTimestamp()))
            < store.Limits.Settling
        )
        {
            return false;
        }
        await build.AllAsync(tenant, stopping);
        var hasBegun = await db.WriteAsync(actor, Permission.HuntRun, tx => WriteAsync(tx, hunt), stopping);
        _inForceAt.TryRemove((hunt.Id, hunt.ToGeneration), out _);
        return hasBegun;
    }

    /// <summary>
    /// The segments of a hunt, for rows "s" with <see cref="ValuesOf"/>: those with rows that were scanned before the
    /// entries came; of a whole hunt those with rows of before its beginning.
    /// </summary>
    public static string SegmentsOf(StoredHunt hunt) =>
        hunt.IsWhole ? "s.from_at <= @started" : "s.min_generation < @to";

    public static object ValuesOf(StoredHunt hunt) =>
        new
        {
            hunt = hunt.Id,
            slice = (long)hunt.Slice,
            started = hunt.StartedAt ?? DateTimeOffset.MaxValue,
            to = hunt.ToGeneration,
        };

    /// <summary>False: it was cancelled meanwhile, or takes more entries now.</summary>
    private async Task<bool> WriteAsync(Tx tx, StoredHunt hunt)
    {
        var entries = await load.CountAsync(tx, hunt);
        var total = await tx.FindAsync<Total>(
            $"""
            select count(*) as segments, cast(coalesce(sum(hashes), 0) as bigint) as hashes from history_segment s
            where s.tenant = @tenant and {SegmentsOf(hunt)}
            """,
            ValuesOf(hunt)
        );
        return await tx.ExecuteAsync(
                """
                update hunt set state = 'Running', started_at = @at, seen_at = @at, entries = @entries,
                    segments = @segments, hashes = @hashes
                where tenant = @tenant and id = @id and state = 'Waiting' and to_generation = @to
                """,
                new
                {
                    id = hunt.Id,
                    at = tx.Now,
                    entries,
                    segments = total!.Segments,
                    hashes = total.Hashes,
                    to = hunt.ToGeneration,
                }
            ) > 0;
    }

    private sealed class Total
    {
        public long Segments { get; init; }
        public long Hashes { get; init; }
    }
}
