using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>
/// Lets decisions leave when they can no longer be undone: within a second where this process took them, within half
/// a minute of its start or of another's end where it did not.
/// </summary>
internal sealed partial class LeaveDecisions(
    TrustKernel kernel,
    Trust.Alarms alarms,
    ILogger<LeaveDecisions> log
) : BackgroundService
{
    private const string NotLeft = "decision_not_left";

    private const int Batch = 50;

    /// <summary>Failed tries until an alarm says so.</summary>
    private const int TriesUntilAlarm = 3;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<TenantId, DateTimeOffset> _due = new();

    /// <summary>Tenants whose alarm was ended here since this process last raised it.</summary>
    private readonly ConcurrentDictionary<TenantId, bool> _quiet = new();

    /// <summary>A decision of this tenant leaves then.</summary>
    public void Expect(TenantId tenant, DateTimeOffset due) =>
        _due.AddOrUpdate(tenant, due, (_, known) => known < due ? known : due);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look);
        long? swept = null;
        do
        {
            try
            {
                if (swept is not { } last || kernel.Time.GetElapsedTime(last) >= SweepEvery)
                {
                    swept = kernel.Time.GetTimestamp();
                    foreach (var tenant in await kernel.KeptTenantsAsync(stoppingToken))
                    {
                        await TryAsync(tenant, stoppingToken);
                    }
                }
                await RunDueAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(log, e.GetType().FullName, e.StackTrace);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task RunDueAsync(CancellationToken stopping)
    {
        var now = kernel.Time.GetUtcNow();
        foreach (var (tenant, _) in _due.Where(due => due.Value <= now).ToList())
        {
            _due.TryRemove(tenant, out _);
            await TryAsync(tenant, stopping);
        }
    }

    /// <summary>What fails in one tenant holds up no other; its own comes with the next sweep.</summary>
    private async Task TryAsync(TenantId tenant, CancellationToken stopping)
    {
        try
        {
            await RunAsync(tenant, stopping);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            LogFailed(log, e.GetType().FullName, e.StackTrace);
        }
    }

    /// <summary>Everything of a tenant that is due; each in a transaction of its own.</summary>
    private async Task RunAsync(TenantId tenant, CancellationToken stopping)
    {
        var actor = Actor.Machine(tenant, "decisions", Permission.CaseDecide);
        var due = await kernel.Db.ReadAsync(
            actor,
            Permission.CaseDecide,
            async tx => (Ids: await DecisionEffects.DueAsync(tx, Batch), Next: await NextAsync(tx)),
            stopping
        );
        foreach (var id in due.Ids)
        {
            try
            {
                await kernel.Db.ActAsync(
                    actor,
                    Permission.CaseDecide,
                    async tx =>
                    {
                        var hasLeft = await DecisionEffects.LeaveAsync(tx, id);
                        await tx.RecordAsync(
                            new LedgerAct(
                                hasLeft ? "case.decision_left" : "case.decision_gone",
                                id.ToString()
                            )
                        );
                        return hasLeft;
                    },
                    stopping
                );
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                LogFailed(log, e.GetType().FullName, e.StackTrace);
                await PutOffAsync(actor, id, stopping);
            }
        }
        if (due.Next is { } next)
        {
            Expect(tenant, next);
        }
        await EndAlarmAsync(actor, stopping);
    }

    /// <summary>What could not leave has left, or was undone: also where an earlier process raised the alarm.</summary>
    private async Task EndAlarmAsync(Actor actor, CancellationToken stopping)
    {
        if (_quiet.ContainsKey(actor.Tenant))
        {
            return;
        }
        var stuck = await kernel.Db.ReadAsync(
            actor,
            Permission.CaseDecide,
            tx =>
                tx.FindAsync<long>(
                    "select count(*) from case_effect where tenant = @tenant and tries >= @tries",
                    new { tries = TriesUntilAlarm }
                ),
            stopping
        );
        if (stuck == 0)
        {
            _quiet[actor.Tenant] = true;
            await alarms.ClearAsync(actor.Tenant, NotLeft, cancellation: stopping);
        }
    }

    private static async Task<DateTimeOffset?> NextAsync(Tx tx) =>
        await tx.FindAsync<long?>(
            "select min(due_at) from case_effect where tenant = @tenant and due_at > @now",
            new { now = tx.Now }
        )
            is { } next
            ? DateTimeOffset.FromUnixTimeMilliseconds(next)
            : null;

    private Task<bool> PutOffAsync(Actor actor, Guid id, CancellationToken stopping) =>
        kernel.Db.WriteAsync(
            actor,
            Permission.CaseDecide,
            async tx =>
            {
                var tries = await tx.FindAsync<long?>(
                    "select tries from case_effect where tenant = @tenant and id = @id",
                    new { id }
                );
                var pause = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(tries ?? 0, 10)));
                await DecisionEffects.PutOffAsync(tx, id, pause);
                if (tries + 1 >= TriesUntilAlarm)
                {
                    _quiet.TryRemove(actor.Tenant, out _);
                    await tx.RaiseAlarmAsync(
                        new Alarm(
                            NotLeft,
                            AlarmSeverity.Urgent,
                            "A person's decision about a case could not be told to the platform or to scanning. "
                                + "It is tried "
                                + "again; look at the server's log, or undo the decision in the console."
                        )
                    );
                }
                return true;
            },
            stopping
        );

    [LoggerMessage(4801, LogLevel.Warning, "A decision could not leave yet: {Type} {Stack}")]
    private static partial void LogFailed(ILogger log, string? type, string? stack);
}
