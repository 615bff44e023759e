using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Trust;

namespace Vigil.Server.Features.Preservation;

/// <summary>
/// Journals what is held as it changes, and destroys what is due. What fails is tried again, told by an alarm and by
/// readiness; one tenant holds up no other.
/// </summary>
internal sealed partial class KeepCustody(TrustKernel kernel, Trust.Alarms alarms, ILogger<KeepCustody> log)
    : BackgroundService
{
    /// <summary>What is due is gone so soon after.</summary>
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(5);

    /// <summary>What another process changed is journaled so soon; what this one did, at once.</summary>
    private static readonly TimeSpan FollowEvery = TimeSpan.FromSeconds(10);

    /// <summary>After so long without a look somebody should know.</summary>
    private static readonly TimeSpan StaleAfter = TimeSpan.FromHours(1);

    /// <summary>What is looked at: what was just decided, all contents, records of reports.</summary>
    private enum Look
    {
        Follow,
        Sweep,
        Records,
    }

    private const string Stuck = "retention_stuck";

    private long _sweptAt;

    /// <summary>Which look of a tenant fails, and since when, by the clock that only goes forward.</summary>
    private readonly ConcurrentDictionary<(TenantId Tenant, Look Kind), long> _stuckSince = [];
    private readonly ConcurrentDictionary<TenantId, bool> _elsewhere = [];

    /// <summary>Tenants whose alarm of an earlier process was looked for.</summary>
    private readonly ConcurrentDictionary<TenantId, bool> _swept = [];

    public ReadinessState State() =>
        !_elsewhere.IsEmpty
            ? ReadinessState.Warning(
                "Another process keeps the locker of this data folder.",
                "Contents are sealed and destroyed there; nothing to do if that is meant."
            )
        : _stuckSince.Values.Any(IsLong)
            ? ReadinessState.Warning(
                "What is due is not destroyed: the look at it fails.",
                "See the alarm retention_stuck and the server's log."
            )
        : ReadinessState.Ready("What is held is journaled, what is due is destroyed.");

    /// <summary>Looks at every tenant now; records of reports are kept by tenants without contents, too.</summary>
    public async Task SweepAsync(CancellationToken cancellation)
    {
        await EachAsync(
            tenant => kernel.Retention.SweepAsync(tenant, cancellation),
            isSweep: true,
            cancellation
        );
        try
        {
            await EachAsync(
                await kernel.KeptTenantsAsync(cancellation),
                tenant => kernel.Retention.SweepRecordsAsync(tenant, cancellation),
                Look.Records,
                cancellation
            );
        }
        catch (DatabaseUnavailableException)
        {
            // Which tenants there are cannot be asked: the next sweep does.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Volatile.Write(ref _sweptAt, kernel.Time.GetTimestamp());
        for (var isFirst = true; !stoppingToken.IsCancellationRequested; isFirst = false)
        {
            if (isFirst || kernel.Time.GetElapsedTime(Volatile.Read(ref _sweptAt)) >= SweepEvery)
            {
                Volatile.Write(ref _sweptAt, kernel.Time.GetTimestamp());
                await SweepAsync(stoppingToken);
            }
            else
            {
                await EachAsync(
                    tenant => kernel.Retention.FollowAsync(tenant, stoppingToken),
                    isSweep: false,
                    stoppingToken
                );
            }
            await kernel.Retention.WaitAsync(FollowEvery, stoppingToken);
        }
    }

    /// <summary>Each tenant's look succeeds or fails for itself.</summary>
    internal Task EachAsync(Func<TenantId, Task> look, bool isSweep, CancellationToken stopping) =>
        EachAsync(kernel.Retention.Tenants, look, isSweep ? Look.Sweep : Look.Follow, stopping);

    private async Task EachAsync(
        IReadOnlyList<TenantId> tenants,
        Func<TenantId, Task> look,
        Look kind,
        CancellationToken stopping
    )
    {
        Forget(tenants, kind);
        foreach (var tenant in tenants)
        {
            try
            {
                await look(tenant);
                _elsewhere.TryRemove(tenant, out _);
                await RightAsync(tenant, kind, stopping);
            }
            catch (ContentException e) when (e.Problem == ContentProblem.Elsewhere)
            {
                _elsewhere[tenant] = true;
            }
            catch (DatabaseUnavailableException)
            {
                // Health says so; tried again with the next look. One that never ends may be a look that is too long.
                Stick(tenant, kind);
                if (IsLong(_stuckSince[(tenant, kind)]))
                {
                    await RingAsync(tenant, stopping);
                }
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                await TellAsync(tenant, kind, e, stopping);
            }
        }
    }

    /// <summary>A sweep does all that the shorter look does; each says nothing of the others.</summary>
    private async Task RightAsync(TenantId tenant, Look kind, CancellationToken stopping)
    {
        var wasStuck = _stuckSince.TryRemove((tenant, kind), out _);
        if (kind == Look.Sweep)
        {
            wasStuck |= _stuckSince.TryRemove((tenant, Look.Follow), out _) | _swept.TryAdd(tenant, true);
        }
        var isStuck =
            _stuckSince.ContainsKey((tenant, Look.Sweep)) || _stuckSince.ContainsKey((tenant, Look.Records));
        if (wasStuck && !isStuck)
        {
            await alarms.ClearAsync(tenant, Stuck, cancellation: stopping);
        }
    }

    private void Forget(IReadOnlyList<TenantId> living, Look kind)
    {
        foreach (var ended in _stuckSince.Keys.Where(key => key.Kind == kind && !living.Contains(key.Tenant)))
        {
            _stuckSince.TryRemove(ended, out _);
        }
        if (kind == Look.Records)
        {
            return;
        }
        foreach (var ended in _elsewhere.Keys.Where(tenant => !living.Contains(tenant)))
        {
            _elsewhere.TryRemove(ended, out _);
        }
    }

    private bool IsLong(long since) => kernel.Time.GetElapsedTime(since) > StaleAfter;

    private bool Stick(TenantId tenant, Look kind) =>
        _stuckSince.TryAdd((tenant, kind), kernel.Time.GetTimestamp());

    private async Task TellAsync(TenantId tenant, Look kind, Exception e, CancellationToken stopping)
    {
        if (Stick(tenant, kind))
        {
            LogFailed(log, e.GetType().FullName, e.StackTrace);
        }
        await RingAsync(tenant, stopping);
    }

    private Task RingAsync(TenantId tenant, CancellationToken stopping) =>
        alarms.RaiseAsync(
            tenant,
            new Alarm(
                Stuck,
                AlarmSeverity.Urgent,
                "What is held cannot be journaled, or what is due not destroyed: the server's log says why. "
                    + "It is tried again every five minutes."
            ),
            stopping
        );

    [LoggerMessage(2200, LogLevel.Error, "What is held could not be looked at, tried again: {Type}\n{Trace}")]
    private static partial void LogFailed(ILogger log, string? type, string? trace);
}
