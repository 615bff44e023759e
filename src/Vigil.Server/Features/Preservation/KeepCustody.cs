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

    private long _sweptAt;
    private volatile bool _isStuck;
    private volatile bool _isElsewhere;

    public ReadinessState State() =>
        _isElsewhere
            ? ReadinessState.Warning(
                "Another process keeps the locker of this data folder.",
                "Contents are sealed and destroyed there; nothing to do if that is meant."
            )
        : _isStuck && kernel.Time.GetElapsedTime(Volatile.Read(ref _sweptAt)) > StaleAfter
            ? ReadinessState.Warning(
                "What is due is not destroyed: the look at it fails.",
                "See the alarm retention_stuck and the server's log."
            )
        : ReadinessState.Ready("What is held is journaled, what is due is destroyed.");

    /// <summary>Looks at every tenant now; records of reports are kept by tenants without contents, too.</summary>
    public async Task SweepAsync(CancellationToken cancellation)
    {
        var all = kernel.Retention.Tenants;
        await EachAsync(all, tenant => kernel.Retention.SweepAsync(tenant, cancellation), cancellation);
        try
        {
            all = await kernel.TenantsAsync(cancellation);
        }
        catch (DatabaseUnavailableException)
        {
            _isStuck = true;
            return;
        }
        await EachAsync(
            all,
            tenant => kernel.Retention.SweepRecordsAsync(tenant, cancellation),
            cancellation
        );
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
                    kernel.Retention.Tenants,
                    tenant => kernel.Retention.FollowAsync(tenant, stoppingToken),
                    stoppingToken
                );
            }
            await kernel.Retention.WaitAsync(FollowEvery, stoppingToken);
        }
    }

    private async Task EachAsync(
        IReadOnlyList<TenantId> tenants,
        Func<TenantId, Task> look,
        CancellationToken stopping
    )
    {
        foreach (var tenant in tenants)
        {
            try
            {
                await look(tenant);
                if (_isStuck)
                {
                    await alarms.ClearAsync(tenant, "retention_stuck", cancellation: stopping);
                }
                (_isStuck, _isElsewhere) = (false, false);
            }
            catch (ContentException e) when (e.Problem == ContentProblem.Elsewhere)
            {
                _isElsewhere = true;
            }
            catch (DatabaseUnavailableException)
            {
                // Health says so; tried again with the next look.
                _isStuck = true;
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                await TellAsync(tenant, e, stopping);
            }
        }
    }

    private async Task TellAsync(TenantId tenant, Exception e, CancellationToken stopping)
    {
        if (!_isStuck)
        {
            LogFailed(log, e.GetType().FullName, e.StackTrace);
        }
        _isStuck = true;
        await alarms.RaiseAsync(
            tenant,
            new Alarm(
                "retention_stuck",
                AlarmSeverity.Urgent,
                "What is held cannot be journaled, or what is due not destroyed: the server's log says why. "
                    + "It is tried again every five minutes."
            ),
            stopping
        );
    }

    [LoggerMessage(2200, LogLevel.Error, "What is held could not be looked at, tried again: {Type}\n{Trace}")]
    private static partial void LogFailed(ILogger log, string? type, string? trace);
}
