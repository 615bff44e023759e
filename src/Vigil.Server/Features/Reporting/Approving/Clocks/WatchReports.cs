using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Operations;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving.Clocks;

/// <summary>
/// Looks every minute at what is due, what stands too long, certificates that end and batches that nobody has read yet,
/// in every tenant.
/// </summary>
internal sealed partial class WatchReports(TrustKernel kernel, Trust.Alarms alarms, ILogger<WatchReports> log)
    : BackgroundService
{
    public const string Stuck = "report_watch_stuck";

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private readonly TenantWatch _watch = new(
        kernel,
        alarms,
        new Alarm(
            Stuck,
            AlarmSeverity.Urgent,
            "What reports are due, and which stand too long, could not be looked at: until it can, no clock of a "
                + "report rings. The log says why."
        ),
        e => LogFailed(log, e.GetType().FullName, e.StackTrace)
    );

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, kernel.Time);
        do
        {
            try
            {
                await _watch.LookAsync(tenant => LookAsync(kernel.Db, tenant, stoppingToken), stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(log, e.GetType().FullName, e.StackTrace);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    internal static async Task LookAsync(Db db, TenantId tenant, CancellationToken cancellation = default)
    {
        // First: what earlier versions left wrong rings no alarm.
        while (await RunAsync(OlderClocks.IsAnyAsync))
        {
            await db.ActAsync(
                ActorOf(tenant),
                Permission.ReportRead,
                OlderClocks.ReadSomeAsync,
                cancellation
            );
        }
        await RunAsync(ReportAlarms.RunAsync);
        await RunAsync(CertificateWatch.RunAsync);
        Guid? read = Guid.Empty;
        while (read is { } last)
        {
            read = await RunAsync(tx => OlderBatches.ReadSomeAsync(tx, last));
        }
        while (await RunAsync(OlderEnded.ReadSomeAsync) > 0) { }

        Task<T> RunAsync<T>(Func<Tx, Task<T>> look) =>
            db.WriteAsync(ActorOf(tenant), Permission.ReportRead, look, cancellation);
    }

    private static Actor ActorOf(TenantId tenant) => Actor.Machine(tenant, "reports", Permission.ReportRead);

    [LoggerMessage(4900, LogLevel.Warning, "What reports are due could not be looked at yet: {Type} {Stack}")]
    private static partial void LogFailed(ILogger log, string? type, string? stack);
}
