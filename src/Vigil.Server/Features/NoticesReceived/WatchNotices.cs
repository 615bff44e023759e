using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Server.Operations;
using Vigil.Trust;

namespace Vigil.Server.Features.NoticesReceived;

/// <summary>Raises the alarms of steps whose time is nearly or wholly over.</summary>
internal sealed partial class WatchNotices(TrustKernel kernel, Trust.Alarms alarms, ILogger<WatchNotices> log)
    : BackgroundService
{
    public const string Stuck = "notice_watch_stuck";
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    private readonly TenantWatch _watch = new(
        kernel,
        alarms,
        new Alarm(
            Stuck,
            AlarmSeverity.Urgent,
            "What is due of notices from outside could not be looked at: until it can, no clock of a notice rings. The "
                + "log says why."
        ),
        e => LogFailed(log, e.GetType().FullName, e.StackTrace)
    );

    /// <summary>Looks at every tenant now.</summary>
    public Task LookAsync(CancellationToken stopping) =>
        _watch.LookAsync(tenant => LookAtAsync(tenant, stopping), stopping);

    private async Task LookAtAsync(TenantId tenant, CancellationToken stopping)
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
