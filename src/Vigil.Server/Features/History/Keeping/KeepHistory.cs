using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Files;
using Vigil.Trust;

namespace Vigil.Server.Features.History.Keeping;

/// <summary>
/// Writes what scanning tells into each tenant's log, synced every second. What cannot be written is counted and
/// shown; no scan waits for it.
/// </summary>
internal sealed partial class KeepHistory(
    HistoryStore store,
    ScannedContents scanned,
    Losses losses,
    ILogger<KeepHistory> log
) : BackgroundService
{
    private const int AtOnce = 4096;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>The race it prevents: a flush that returns while rows are between the queue and the log.</summary>
    private readonly SemaphoreSlim _turn = new(1, 1);

    private static readonly TimeSpan LogEvery = TimeSpan.FromMinutes(1);

    private long _syncedAt;
    private long _loggedAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await WriteAsync();
                if (Stopwatch.GetElapsedTime(_syncedAt) >= store.Limits.SyncEvery)
                {
                    _syncedAt = Stopwatch.GetTimestamp();
                    await SyncAsync();
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await WriteAsync();
            await SyncAsync();
        }
    }

    /// <summary>All that was told before this call is in the logs when it returns.</summary>
    public Task FlushAsync() => WriteAsync();

    private async Task WriteAsync()
    {
        await _turn.WaitAsync();
        try
        {
            foreach (var (tenant, count) in scanned.TakeLost())
            {
                losses.Count(tenant, LossReason.QueueFull, count);
            }
            while (scanned.Take(AtOnce) is { Count: > 0 } batch)
            {
                foreach (var part in batch.GroupBy(one => one.Tenant, one => one.Content))
                {
                    await WriteAsync(part.Key, [.. part]);
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task WriteAsync(TenantId tenant, List<ScannedContent> contents)
    {
        var folder = store.FolderOf(tenant);
        await folder.LogTurn.WaitAsync();
        try
        {
            var settings = store.SettingsOf(tenant);
            if (!settings.IsOn)
            {
                return;
            }
            var rows = RowsOf(tenant, contents);
            if (folder.Bytes + rows.Sum(row => (long)row.Length) > settings.MaxBytes)
            {
                losses.Count(tenant, LossReason.Limit, rows.Count);
                return;
            }
            folder.Append(rows, store.Now);
        }
        catch (KeyRingException e) when (e.Problem == KeyRingProblem.NotDrilled)
        {
            losses.Count(tenant, LossReason.NoDrill, contents.Count);
        }
        catch (Exception e)
        {
            // Of a batch that failed some rows may be there; all count, so that the number is never too small.
            losses.Count(tenant, LossReason.Disk, contents.Count);
            if (_loggedAt == 0 || Stopwatch.GetElapsedTime(_loggedAt) >= LogEvery)
            {
                _loggedAt = Stopwatch.GetTimestamp();
                LogFailed(log, e.GetType().FullName);
            }
        }
        finally
        {
            folder.LogTurn.Release();
        }
    }

    private List<byte[]> RowsOf(TenantId tenant, List<ScannedContent> contents)
    {
        var rows = new List<byte[]>(contents.Count);
        foreach (var content in contents)
        {
            if (!HistoryRules.MayKeep(content.Surface, content.Jurisdiction))
            {
                losses.Count(tenant, LossReason.Private);
                continue;
            }
            rows.Add(RowOf.Encode(content, out var isCut));
            if (isCut)
            {
                losses.Count(tenant, LossReason.Cut);
            }
        }
        return rows;
    }

    private async Task SyncAsync()
    {
        foreach (var tenant in store.Tenants)
        {
            var folder = store.FolderOf(tenant);
            await folder.LogTurn.WaitAsync();
            try
            {
                folder.Sync();
            }
            finally
            {
                folder.LogTurn.Release();
            }
        }
    }

    public override void Dispose()
    {
        _turn.Dispose();
        base.Dispose();
    }

    // The type only: messages of libraries may hold values.
    [LoggerMessage(2000, LogLevel.Error, "The history could not be written: {Type}")]
    private static partial void LogFailed(ILogger log, string? type);
}
