using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Trust;

namespace Vigil.Server.Features.NoticesReceived;

/// <summary>Raises the alarms of steps whose time is nearly or wholly over.</summary>
internal sealed partial class WatchNotices(TrustKernel kernel, ILogger<WatchNotices> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    /// <summary>Looks at every tenant now; what fails in one holds up no other.</summary>
    public async Task LookAsync(CancellationToken stopping)
    {
        foreach (var tenant in await kernel.TenantsAsync(stopping))
        {
            try
            {
                await LookAsync(tenant, stopping);
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                LogFailed(log, e.GetType().FullName, e.StackTrace);
            }
        }
    }

    private async Task LookAsync(TenantId tenant, CancellationToken stopping)
    {
        var actor = Actor.Machine(tenant, "notices", Permission.NoticeSubmit);
        var near = await kernel.Db.ReadAsync(actor, Permission.NoticeSubmit, NoticeSteps.NearAsync, stopping);
        if (near.Count > 0)
        {
            await kernel.Db.WriteAsync(actor, Permission.NoticeSubmit, NoticeSteps.AlarmAsync, stopping);
        }
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
