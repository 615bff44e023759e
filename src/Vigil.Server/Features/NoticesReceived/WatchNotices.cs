using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Trust;

namespace Vigil.Server.Features.NoticesReceived;

/// <summary>
/// Raises the alarms of steps whose time is nearly or wholly over. What goes wrong in one tenant holds up no other, and
/// rings.
/// </summary>
internal sealed partial class WatchNotices(TrustKernel kernel, Trust.Alarms alarms, ILogger<WatchNotices> log)
    : BackgroundService
{
    public const string Stuck = "notice_watch_stuck";

    /// <summary>As of the last look; of none yet: an alarm of an earlier process may be open.</summary>
    private readonly Dictionary<TenantId, bool> _isWell = [];
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    /// <summary>Looks at every tenant now.</summary>
    public async Task LookAsync(CancellationToken stopping)
    {
        foreach (var tenant in await kernel.TenantsAsync(stopping))
        {
            try
            {
                await LookAtAsync(tenant, stopping);
                if (!_isWell.GetValueOrDefault(tenant))
                {
                    await alarms.ClearAsync(tenant, Stuck, cancellation: stopping);
                }
                _isWell[tenant] = true;
            }
            catch (DatabaseUnavailableException)
            {
                // Health says so; looked at again soon.
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                LogFailed(log, e.GetType().FullName, e.StackTrace);
                await RingAsync(tenant, stopping);
            }
        }
    }

    private async Task LookAtAsync(TenantId tenant, CancellationToken stopping)
    {
        var actor = Actor.Machine(tenant, "notices", Permission.NoticeSubmit);
        var near = await kernel.Db.ReadAsync(actor, Permission.NoticeSubmit, NoticeSteps.NearAsync, stopping);
        if (near.Count > 0)
        {
            await kernel.Db.WriteAsync(actor, Permission.NoticeSubmit, NoticeSteps.AlarmAsync, stopping);
        }
    }

    /// <summary>Once, until it goes well again.</summary>
    private async Task RingAsync(TenantId tenant, CancellationToken stopping)
    {
        if (!_isWell.TryGetValue(tenant, out var wasWell) || wasWell)
        {
            await alarms.RaiseAsync(
                tenant,
                new Alarm(
                    Stuck,
                    AlarmSeverity.Urgent,
                    "What is due of notices from outside could not be looked at: until it can, no clock of a notice "
                        + "rings. The log says why."
                ),
                stopping
            );
        }
        _isWell[tenant] = false;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        do
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(log, e.GetType().FullName, e.StackTrace);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(2320, LogLevel.Error, "Clocks of notices could not be read: {Type}\n{Trace}")]
    private static partial void LogFailed(ILogger log, string? type, string? trace);
}
