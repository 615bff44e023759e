using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Server.Features.History.Erasing;
using Vigil.Server.Features.History.Keeping;
using Vigil.Trust;

namespace Vigil.Server.Features.History.Hunting;

/// <summary>
/// Works at hunts, one at a time, a turn for each tenant. Where it is stands in the database: a server that was ended,
/// or killed, goes on with the segment it was at.
/// </summary>
internal sealed partial class RunHunts(
    HistoryStore store,
    PlanHunts plan,
    BeginHunt begin,
    LoadSlice load,
    HuntSegment work,
    HuntProgress progress,
    HuntBell bell,
    Db db,
    ILogger<RunHunts> log
) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Then another tenant's hunt has its turn.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromMinutes(1);

    private HuntSlice? _slice;
    private bool _isFailing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var isBusy = false;
            foreach (var tenant in store.IsElsewhere ? [] : Hunted())
            {
                isBusy |= await TryAsync(tenant, stoppingToken);
            }
            if (!isBusy)
            {
                await bell.WaitAsync(Pause, stoppingToken);
            }
        }
    }

    private IEnumerable<TenantId> Hunted() => store.Tenants.Where(tenant => store.SettingsOf(tenant).IsOn);

    /// <summary>True: there is more to do at once.</summary>
    private async Task<bool> TryAsync(TenantId tenant, CancellationToken stopping)
    {
        try
        {
            await plan.RunAsync(tenant, stopping);
            var isBusy = await TurnAsync(tenant, stopping);
            _isFailing = false;
            return isBusy;
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            if (!_isFailing)
            {
                LogFailed(log, e.GetType().FullName, e.StackTrace);
            }
            _isFailing = true;
            return false;
        }
    }

    private async Task<bool> TurnAsync(TenantId tenant, CancellationToken stopping)
    {
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < Turn)
        {
            var hunt = await db.ReadAsync(
                HistoryStore.ActorOf(tenant),
                Permission.HuntRun,
                HuntTable.NextAsync,
                stopping
            );
            if (hunt is null)
            {
                _slice = null;
                return false;
            }
            var isDone =
                hunt.State == HuntState.Waiting
                    ? await begin.RunAsync(tenant, hunt, stopping)
                    : await StepAsync(tenant, hunt, stopping);
            if (!isDone)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>One segment, or the end of a slice. False: it does not go on now.</summary>
    private async Task<bool> StepAsync(TenantId tenant, StoredHunt hunt, CancellationToken stopping)
    {
        if (_slice is not { } slice || slice.HuntId != hunt.Id || slice.Number != hunt.Slice)
        {
            _slice = null;
            _slice = slice = await load.RunAsync(tenant, hunt, stopping);
        }
        var folder = store.FolderOf(tenant);
        await folder.FilesTurn.WaitAsync(stopping);
        try
        {
            // Read under the turn: nothing is erased between the look and the work.
            var (segment, erased) = await NextAsync(tenant, hunt, stopping);
            if (slice.Generations.Count == 0 || segment is null)
            {
                await progress.EndSliceAsync(tenant, hunt, slice, stopping);
                return true;
            }
            var part = segment.IsDamaged
                ? new HuntPart { IsDamaged = true }
                : await work.RunAsync(tenant, hunt, slice, segment, erased, stopping);
            return part is not null && await progress.AddAsync(tenant, hunt, segment, part, stopping);
        }
        finally
        {
            folder.FilesTurn.Release();
        }
    }

    private Task<(StoredSegment? Segment, HashSet<Erased> Erased)> NextAsync(
        TenantId tenant,
        StoredHunt hunt,
        CancellationToken stopping
    ) =>
        db.ReadAsync(
            HistoryStore.ActorOf(tenant),
            Permission.HuntRun,
            async tx =>
            {
                var segment = await tx.FindAsync<StoredSegment>(
                    $"""
                    select {StoredSegment.Columns} from history_segment s
                    where s.tenant = @tenant and {BeginHunt.SegmentsOf(hunt)} and not exists (
                        select 1 from hunt_part p where p.tenant = @tenant and p.hunt_id = @hunt and p.slice = @slice
                            and p.segment_id = s.id)
                    order by s.day desc, s.id limit 1
                    """,
                    BeginHunt.ValuesOf(hunt)
                );
                var waiting = await ErasureTable.WaitingAsync(tx);
                return (segment, waiting.Values.ToHashSet());
            },
            stopping
        );

    // The type only: messages of libraries may hold values.
    [LoggerMessage(2010, LogLevel.Error, "A hunt does not go on and is tried again: {Type}\n{Trace}")]
    private static partial void LogFailed(ILogger log, string? type, string? trace);
}
