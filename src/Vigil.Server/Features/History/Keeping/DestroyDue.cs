using Vigil.Trust;

namespace Vigil.Server.Features.History.Keeping;

/// <summary>
/// Destroys the days that are over: their keys, then their files, then their rows. Also finds what does not belong:
/// segments without their file, files without their row, keys that nothing is sealed under.
/// </summary>
internal sealed class DestroyDue(HistoryStore store, Db db)
{
    public async Task RunAsync(TenantId tenant, CancellationToken cancellation)
    {
        var folder = store.FolderOf(tenant);
        await folder.FilesTurn.WaitAsync(cancellation);
        await folder.LogTurn.WaitAsync(cancellation);
        try
        {
            var settings = store.SettingsOf(tenant);
            if (!settings.IsOn)
            {
                return;
            }
            folder.CloseOldLog(store.Now);
            var firstDay = settings.FirstDay(store.Now);
            folder.Erase([.. folder.Names().Where(name => name.Day < firstDay)]);
            await db.WriteAsync(
                HistoryStore.ActorOf(tenant),
                Permission.HistoryManage,
                tx =>
                    tx.ExecuteAsync(
                        "delete from history_segment where tenant = @tenant and day < @firstDay",
                        new { firstDay = (long)firstDay }
                    ),
                cancellation
            );
            await CompareAsync(folder, cancellation);
            folder.DestroyUnusedKeys();
        }
        finally
        {
            folder.LogTurn.Release();
            folder.FilesTurn.Release();
        }
    }

    private async Task CompareAsync(TenantFolder folder, CancellationToken cancellation)
    {
        var actor = HistoryStore.ActorOf(folder.Tenant);
        var segments = await db.ReadAsync(
            actor,
            Permission.HistoryRead,
            SegmentTable.ListAsync,
            cancellation
        );
        var names = folder.Names();
        var known = segments.ToDictionary(segment => segment.Id);
        foreach (var name in names.Where(name => !name.IsLog))
        {
            if (known.GetValueOrDefault(name.Id) is { } segment)
            {
                // Damaged, and brought back from a backup; or the database is older than the file, as after a restore.
                if (
                    segment.Version == name.Version
                        ? segment.IsDamaged
                        : name.Version > segment.Version && !names.Contains(segment.Name)
                )
                {
                    await TakeAsync(folder, name, cancellation);
                }
                else if (segment.Version != name.Version)
                {
                    // Written anew, and cut off before this one went.
                    folder.Erase(name);
                }
            }
            else if (!names.Any(log => log.IsLog && log.Id == name.Id))
            {
                await AdoptAsync(folder, name, cancellation);
            }
        }
        var files = names.ToHashSet();
        foreach (var gone in segments.Where(segment => !segment.IsDamaged && !files.Contains(segment.Name)))
        {
            await db.WriteAsync(
                actor,
                Permission.HistoryManage,
                async tx =>
                {
                    await SegmentTable.DamagedAsync(tx, gone.Id, "file_missing");
                    return true;
                },
                cancellation
            );
        }
    }

    /// <summary>What opens is hunted, as the file is.</summary>
    private async Task TakeAsync(TenantFolder folder, HistoryName name, CancellationToken cancellation)
    {
        if (Read(folder, name) is not { Count: > 0 } rows)
        {
            return;
        }
        await db.WriteAsync(
            HistoryStore.ActorOf(folder.Tenant),
            Permission.HistoryManage,
            tx => SegmentTable.TakeAsync(tx, name, rows),
            cancellation
        );
    }

    /// <summary>Null: it does not open.</summary>
    private static List<ReadOnlyMemory<byte>>? Read(TenantFolder folder, HistoryName name)
    {
        try
        {
            return folder.ReadSegment(name);
        }
        catch (Exception e) when (Unreadable.Is(e))
        {
            return null;
        }
    }

    /// <summary>The database is older than the files, as after a restore: what is there is hunted again.</summary>
    private Task<bool> AdoptAsync(TenantFolder folder, HistoryName name, CancellationToken cancellation)
    {
        var rows = Read(folder, name);
        return db.WriteAsync(
            HistoryStore.ActorOf(folder.Tenant),
            Permission.HistoryManage,
            async tx =>
            {
                if (rows is null)
                {
                    await SegmentTable.AddDamagedAsync(tx, name);
                    await SegmentTable.AlarmAsync(tx);
                }
                else if (rows.Count > 0)
                {
                    await SegmentTable.AddAsync(tx, name, rows, rows.Sum(row => (long)row.Length));
                }
                return true;
            },
            cancellation
        );
    }
}
