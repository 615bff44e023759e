using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Server.Features.Cases.Subject;
using Vigil.Server.Features.Cases.Training;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>
/// Once an hour: what names a cleared person goes, when its time is over and nothing holds it; files that were kept for
/// an audit go when its days are over. One case that cannot be purged holds up no other, one tenant neither.
/// </summary>
internal sealed partial class PurgeDue(TrustKernel kernel, Trust.Alarms alarms, ILogger<PurgeDue> log)
    : BackgroundService
{
    private const string Stuck = "purge_stuck";

    /// <summary>Rounds in which something of a tenant failed, until an alarm says so.</summary>
    private const int RoundsUntilAlarm = 3;

    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<TenantId, int> _failedRounds = [];

    /// <summary>Of one transaction: cases that are held are looked at and passed over.</summary>
    internal int PageRows { get; init; } = 200;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        do
        {
            try
            {
                await RoundAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(log, e.GetType().FullName, e.StackTrace);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Looks at every tenant now, suspended ones too.</summary>
    internal async Task RoundAsync(CancellationToken stopping)
    {
        foreach (var tenant in await kernel.KeptTenantsAsync(stopping))
        {
            await RunAsync(tenant, stopping);
        }
    }

    /// <summary>Cases purged.</summary>
    internal async Task<int> RunAsync(TenantId tenant, CancellationToken stopping)
    {
        var round = new Round(Actor.Machine(tenant, "purge", Permission.CaseDecide), stopping);
        await TryAsync(round, () => LetGoAsync(round));
        await TryAsync(round, () => PurgeAsync(round));
        await TellAsync(tenant, round.HasFailed, stopping);
        return round.Purged;
    }

    private async Task LetGoAsync(Round round)
    {
        var over = await kernel.Db.ReadAsync(
            round.Actor,
            Permission.CaseDecide,
            KeepForAudit.OverAsync,
            round.Stopping
        );
        foreach (var item in over)
        {
            await TryAsync(round, () => ActAsync(round, tx => KeepForAudit.LetGoAsync(tx, item)));
        }
    }

    private async Task PurgeAsync(Round round)
    {
        PurgePlace? after = null;
        do
        {
            var page = await kernel.Db.ReadAsync(
                round.Actor,
                Permission.CaseDecide,
                tx => PurgeCleared.DueAsync(tx, after, PageRows),
                round.Stopping
            );
            foreach (var reference in page.Due)
            {
                await TryAsync(
                    round,
                    async () =>
                        round.Purged += await ActAsync(round, tx => PurgeCleared.RunDueAsync(tx, reference))
                            ? 1
                            : 0
                );
            }
            after = page.Last;
        } while (after is not null);
    }

    private Task<bool> ActAsync(Round round, Func<Tx, Task<bool>> act) =>
        kernel.Db.ActAsync(round.Actor, Permission.CaseDecide, act, round.Stopping);

    private async Task TryAsync(Round round, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (!round.Stopping.IsCancellationRequested)
        {
            round.HasFailed = true;
            LogFailed(log, e.GetType().FullName, e.StackTrace);
        }
    }

    /// <summary>What passes by itself rings nobody; an alarm of an earlier process ends too.</summary>
    private async Task TellAsync(TenantId tenant, bool hasFailed, CancellationToken stopping)
    {
        if (!hasFailed)
        {
            _failedRounds.TryRemove(tenant, out _);
            await alarms.ClearAsync(tenant, Stuck, cancellation: stopping);
        }
        else if (_failedRounds.AddOrUpdate(tenant, 1, (_, rounds) => rounds + 1) >= RoundsUntilAlarm)
        {
            await alarms.RaiseAsync(
                tenant,
                new Alarm(
                    Stuck,
                    AlarmSeverity.Urgent,
                    "What names a cleared person, or a file kept for an audit, should be gone and is not: the "
                        + "server's log says why. It is tried again every hour; other cases are purged meanwhile."
                ),
                stopping
            );
        }
    }

    private sealed class Round(Actor actor, CancellationToken stopping)
    {
        public Actor Actor { get; } = actor;
        public CancellationToken Stopping { get; } = stopping;
        public int Purged { get; set; }
        public bool HasFailed { get; set; }
    }

    [LoggerMessage(4802, LogLevel.Warning, "A cleared case could not be purged yet: {Type} {Stack}")]
    private static partial void LogFailed(ILogger log, string? type, string? stack);
}
