using Vigil.Trust;

namespace Vigil.Server.Features.History.Keeping;

/// <summary>
/// Makes a segment of each closed log: the file first, then its row, then the log goes. Cut off anywhere, the next run
/// does it again to the same end.
/// </summary>
internal sealed class BuildSegments(HistoryStore store, KeepHistory keep, Db db)
{
    /// <summary>Logs that are old enough, and what an earlier process left.</summary>
    public Task RunAsync(TenantId tenant, CancellationToken cancellation) =>
        RunAsync(tenant, folder => folder.CloseOldLog(store.Now), cancellation);

    /// <summary>All that was scanned so far is in segments when it returns.</summary>
    public async Task AllAsync(TenantId tenant, CancellationToken cancellation)
    {
        await keep.FlushAsync();
        await RunAsync(tenant, folder => folder.CloseLog(), cancellation);
    }

    private async Task RunAsync(TenantId tenant, Action<TenantFolder> close, CancellationToken cancellation)
    {
        var folder = store.FolderOf(tenant);
        await folder.FilesTurn.WaitAsync(cancellation);
        try
        {
            // A log that is closed meanwhile, because it is full, is found at the next look.
            IReadOnlyList<HistoryName> logs;
            await folder.LogTurn.WaitAsync(cancellation);
            try
            {
                close(folder);
                logs = folder.ClosedLogs();
                folder.AreBuilt();
            }
            finally
            {
                folder.LogTurn.Release();
            }
            try
            {
                foreach (var name in logs)
                {
                    await BuildAsync(folder, name, cancellation);
                }
            }
            catch
            {
                folder.AreNotBuilt();
                throw;
            }
        }
        finally
        {
            folder.FilesTurn.Release();
        }
    }

    private async Task BuildAsync(TenantFolder folder, HistoryName name, CancellationToken cancellation)
    {
        var known = await FindAsync(folder.Tenant, name.Id, cancellation);
        if (known is { IsDamaged: true })
        {
            return;
        }
        if (known is not null)
        {
            // The segment was made and its row written, the log not yet removed.
            folder.Erase(name);
            return;
        }
        IReadOnlyList<ReadOnlyMemory<byte>> rows;
        try
        {
            rows = folder.ReadLog(name);
        }
        catch (Exception e) when (Unreadable.Is(e))
        {
            await WriteAsync(
                folder.Tenant,
                async tx =>
                {
                    await SegmentTable.AddDamagedAsync(tx, name);
                    await SegmentTable.AlarmAsync(tx);
                },
                cancellation
            );
            return;
        }
        if (rows.Count > 0)
        {
            var segment = name.AsSegment(1);
            var bytes = folder.WriteSegment(segment, rows);
            await WriteAsync(
                folder.Tenant,
                tx => SegmentTable.AddAsync(tx, segment, rows, bytes),
                cancellation
            );
        }
        folder.Erase(name);
    }

    private Task<StoredSegment?> FindAsync(TenantId tenant, Guid id, CancellationToken cancellation) =>
        db.ReadAsync(
            HistoryStore.ActorOf(tenant),
            Permission.HistoryRead,
            tx =>
                tx.FindAsync<StoredSegment>(
                    $"select {StoredSegment.Columns} from history_segment where tenant = @tenant and id = @id",
                    new { id }
                ),
            cancellation
        );

    private Task<bool> WriteAsync(TenantId tenant, Func<Tx, Task> work, CancellationToken cancellation) =>
        db.WriteAsync(
            HistoryStore.ActorOf(tenant),
            Permission.HistoryManage,
            async tx =>
            {
                await work(tx);
                return true;
            },
            cancellation
        );
}
