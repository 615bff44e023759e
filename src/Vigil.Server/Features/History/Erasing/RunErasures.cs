using System.Globalization;
using Vigil.Matching.Hunting;
using Vigil.Server.Features.History.Keeping;
using Vigil.Trust;

namespace Vigil.Server.Features.History.Erasing;

/// <summary>
/// Erases from the segments what was asked for: each that holds some of it is written anew without, under a key of its
/// own, and the old file is overwritten and removed. Cut off, it begins again.
/// </summary>
internal sealed class RunErasures(HistoryStore store, BuildSegments build, Db db)
{
    public async Task RunAsync(TenantId tenant, CancellationToken cancellation)
    {
        var actor = HistoryStore.ActorOf(tenant);
        var waiting = await db.ReadAsync(
            actor,
            Permission.HistoryRead,
            ErasureTable.WaitingAsync,
            cancellation
        );
        if (waiting.Count == 0)
        {
            return;
        }
        await build.AllAsync(tenant, cancellation);
        var folder = store.FolderOf(tenant);
        var counts = waiting.Values.Distinct().ToDictionary(wanted => wanted, _ => 0L);
        var segments = await db.ReadAsync(
            actor,
            Permission.HistoryRead,
            SegmentTable.ListAsync,
            cancellation
        );
        await InTurnAsync(
            folder,
            () =>
            {
                EraseOldVersions(folder, segments);
                return Task.CompletedTask;
            },
            cancellation
        );
        foreach (var segment in segments)
        {
            // A turn each: hunts go on in between.
            await InTurnAsync(folder, () => EraseAsync(folder, segment, counts, cancellation), cancellation);
        }
        await db.ActAsync(
            actor,
            Permission.HistoryErase,
            tx => FinishAsync(tx, waiting, counts),
            cancellation
        );
    }

    /// <summary>Unless the history was turned off meanwhile: then all of it goes.</summary>
    private async Task InTurnAsync(TenantFolder folder, Func<Task> step, CancellationToken cancellation)
    {
        await folder.FilesTurn.WaitAsync(cancellation);
        try
        {
            if (store.SettingsOf(folder.Tenant).IsOn)
            {
                await step();
            }
        }
        finally
        {
            folder.FilesTurn.Release();
        }
    }

    /// <summary>Written anew without what was to go, and cut off before the old file went.</summary>
    private static void EraseOldVersions(TenantFolder folder, IReadOnlyList<StoredSegment> segments)
    {
        var now = segments.ToDictionary(segment => segment.Id, segment => segment.Version);
        foreach (var name in folder.Names())
        {
            if (!name.IsLog && now.TryGetValue(name.Id, out var version) && name.Version < version)
            {
                folder.Erase(name);
            }
        }
    }

    /// <summary>A history that was turned off: keys, files, rows; then it is said to be gone.</summary>
    public async Task FinishTurningOffAsync(TenantId tenant, CancellationToken cancellation)
    {
        var settings = await db.ReadAsync(
            HistoryStore.ActorOf(tenant),
            Permission.HistoryRead,
            HistorySettings.ReadAsync,
            cancellation
        );
        if (!settings.IsErasing)
        {
            return;
        }
        await store.EraseAllAsync(tenant, cancellation);
        await db.ActAsync(
            HistoryStore.ActorOf(tenant),
            Permission.HistoryManage,
            async tx =>
            {
                var waiting = await ErasureTable.WaitingAsync(tx);
                foreach (var id in waiting.Keys)
                {
                    await ErasureTable.DoneAsync(tx, id, 0);
                }
                await tx.ExecuteAsync("delete from history_segment where tenant = @tenant");
                await tx.ExecuteAsync(
                    "update history set is_erasing = @no where tenant = @tenant",
                    new { no = false }
                );
                await tx.RecordAsync(new LedgerAct("history.erased", "all"));
                return true;
            },
            cancellation
        );
    }

    private async Task EraseAsync(
        TenantFolder folder,
        StoredSegment segment,
        Dictionary<Erased, long> counts,
        CancellationToken cancellation
    )
    {
        List<ReadOnlyMemory<byte>> kept;
        if (segment.IsDamaged)
        {
            // It may hold what is to go, and cannot be searched: none of it stays.
            foreach (var name in folder.Names().Where(name => name.Id == segment.Id))
            {
                folder.Erase(name);
            }
            return;
        }
        try
        {
            kept = Keep(folder.ReadSegment(segment.Name), counts);
        }
        catch (Exception e) when (Unreadable.Is(e))
        {
            await DamagedAsync(folder.Tenant, segment, cancellation);
            folder.Erase(segment.Name);
            return;
        }
        if (kept.Count == segment.Rows)
        {
            return;
        }
        var bytes = folder.WriteSegment(segment.Name with { Version = segment.Version + 1 }, kept);
        await db.WriteAsync(
            HistoryStore.ActorOf(folder.Tenant),
            Permission.HistoryErase,
            tx => SegmentTable.RewrittenAsync(tx, segment, kept, bytes),
            cancellation
        );
        folder.Erase(segment.Name);
    }

    private static List<ReadOnlyMemory<byte>> Keep(
        List<ReadOnlyMemory<byte>> rows,
        Dictionary<Erased, long> counts
    )
    {
        var kept = new List<ReadOnlyMemory<byte>>(rows.Count);
        foreach (var row in rows)
        {
            var note = HistoryNote.Decode(HistoryFile.NoteOf(row.Span));
            var isErased =
                Count(counts, ErasureKind.ContentRef, note.ContentRef)
                | Count(counts, ErasureKind.Account, note.Account);
            if (!isErased)
            {
                kept.Add(row);
            }
        }
        return kept;
    }

    private static bool Count(Dictionary<Erased, long> counts, ErasureKind kind, string? value)
    {
        if (value is null || !counts.TryGetValue(new Erased(kind, value), out var count))
        {
            return false;
        }
        counts[new Erased(kind, value)] = count + 1;
        return true;
    }

    private Task<bool> DamagedAsync(TenantId tenant, StoredSegment segment, CancellationToken cancellation) =>
        db.WriteAsync(
            HistoryStore.ActorOf(tenant),
            Permission.HistoryErase,
            async tx =>
            {
                await SegmentTable.DamagedAsync(tx, segment.Id, "damaged");
                return true;
            },
            cancellation
        );

    private static async Task<bool> FinishAsync(
        Tx tx,
        IReadOnlyDictionary<Guid, Erased> waiting,
        Dictionary<Erased, long> counts
    )
    {
        foreach (var (id, wanted) in waiting)
        {
            await ErasureTable.DoneAsync(tx, id, counts[wanted]);
            await tx.RecordAsync(
                new LedgerAct("history.content_erased", $"{id}")
                {
                    Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        ["rows"] = counts[wanted].ToString(CultureInfo.InvariantCulture),
                    },
                }
            );
        }
        return true;
    }
}
