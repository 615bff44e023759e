using System.Collections.Concurrent;
using Vigil.Trust;

namespace Vigil.Server.Features.History.Keeping;

/// <summary>Why a scanned content is not in the history, or not whole.</summary>
internal enum LossReason
{
    /// <summary>More came than could be written.</summary>
    QueueFull,

    /// <summary>The disk took no more.</summary>
    Disk,

    /// <summary>The history is as large as the tenant lets it be.</summary>
    Limit,

    /// <summary>A video of more pictures than a row takes; the first are kept.</summary>
    Cut,

    /// <summary>No recovery drill has passed: nothing is sealed yet. The alarm is the root keys'.</summary>
    NoDrill,

    /// <summary>A private message of a place whose law does not let it be kept: no fault.</summary>
    Private,
}

/// <summary>What was not kept, counted by day until it is written. A killed process loses the last second's.</summary>
internal sealed class Losses(TimeProvider time)
{
    /// <summary>How long a loss shows in readiness.</summary>
    private static readonly TimeSpan Shown = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<(TenantId Tenant, int Day, LossReason Reason), long> _counts =
        new();
    private long _lastAt;

    public void Count(TenantId tenant, LossReason reason, long count = 1)
    {
        var key = (tenant, HistoryRules.DayOf(time.GetUtcNow()), reason);
        _counts.AddOrUpdate(key, count, (_, before) => before + count);
        if (IsFault(reason))
        {
            Interlocked.Exchange(ref _lastAt, time.GetTimestamp());
        }
    }

    public ReadinessState State() =>
        Interlocked.Read(ref _lastAt) is var at and > 0 && time.GetElapsedTime(at) < Shown
            ? ReadinessState.Warning(
                "A history misses contents that were scanned.",
                "Look at Console, History: it says how many, and why."
            )
            : ReadinessState.Ready("Histories are kept as their tenants set them.");

    public static bool IsFault(LossReason reason) =>
        reason is not (LossReason.Private or LossReason.Cut or LossReason.NoDrill);

    /// <summary>Writes what was counted; what cannot be written is kept.</summary>
    public Task WriteAsync(Db db, CancellationToken cancellation) =>
        HistoryStore.EachAsync(
            _counts.Keys.Select(key => key.Tenant).Distinct(),
            tenant => WriteAsync(db, tenant, cancellation),
            cancellation
        );

    private async Task WriteAsync(Db db, TenantId tenant, CancellationToken cancellation)
    {
        var taken = new List<(int Day, LossReason Reason, long Count)>();
        foreach (var key in _counts.Keys.Where(key => key.Tenant == tenant))
        {
            if (_counts.TryRemove(key, out var count))
            {
                taken.Add((key.Day, key.Reason, count));
            }
        }
        try
        {
            await db.WriteAsync(
                HistoryStore.ActorOf(tenant),
                Permission.HistoryManage,
                tx => WriteAsync(tx, taken),
                cancellation
            );
        }
        catch
        {
            foreach (var (day, reason, count) in taken)
            {
                _counts.AddOrUpdate((tenant, day, reason), count, (_, now) => now + count);
            }
            throw;
        }
    }

    private static async Task<bool> WriteAsync(Tx tx, List<(int Day, LossReason Reason, long Count)> taken)
    {
        await tx.ExecuteManyAsync(
            """
            insert into history_loss (tenant, day, reason, count) values (@tenant, @day, @reason, @count)
            on conflict (tenant, day, reason) do update set count = history_loss.count + excluded.count
            """,
            taken,
            (row, one) =>
            {
                row.Set("day", (long)one.Day);
                row.Set("reason", one.Reason);
                row.Set("count", one.Count);
            }
        );
        if (taken.Exists(one => IsFault(one.Reason)))
        {
            await tx.RaiseAlarmAsync(
                new Alarm(
                    "history_loses",
                    AlarmSeverity.Urgent,
                    "Scanned contents are missing in the history, so that a hunt will not find them: the disk is full "
                        + "or slow, or the history is as large as it may be. Scans go on. The history's page says more."
                )
            );
        }
        return true;
    }
}
