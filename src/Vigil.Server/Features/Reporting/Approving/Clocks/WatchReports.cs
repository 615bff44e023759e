using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Features.Reporting.Drafting;
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

    /// <summary>As of the last look; of none yet: an alarm of an earlier process may be open.</summary>
    private readonly Dictionary<TenantId, bool> _isWell = [];
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, kernel.Time);
        do
        {
            try
            {
                foreach (var tenant in await kernel.TenantsAsync(stoppingToken))
                {
                    await LookAtAsync(tenant, stoppingToken);
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(log, e.GetType().FullName, e.StackTrace);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>What goes wrong in one tenant holds up no other, and rings.</summary>
    private async Task LookAtAsync(TenantId tenant, CancellationToken cancellation)
    {
        try
        {
            await LookAsync(kernel.Db, tenant, cancellation);
            if (!_isWell.GetValueOrDefault(tenant))
            {
                await alarms.ClearAsync(tenant, Stuck, cancellation: cancellation);
            }
            _isWell[tenant] = true;
        }
        catch (DatabaseUnavailableException)
        {
            // Health says so; looked at again in a minute.
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            LogFailed(log, e.GetType().FullName, e.StackTrace);
            if (!_isWell.TryGetValue(tenant, out var wasWell) || wasWell)
            {
                await alarms.RaiseAsync(
                    tenant,
                    new Alarm(
                        Stuck,
                        AlarmSeverity.Urgent,
                        "What reports are due, and which stand too long, could not be looked at: until it can, no "
                            + "clock of a report rings. The log says why."
                    ),
                    cancellation
                );
            }
            _isWell[tenant] = false;
        }
    }

    internal static async Task LookAsync(Db db, TenantId tenant, CancellationToken cancellation = default)
    {
        await RunAsync(ReportAlarms.RunAsync);
        await RunAsync(CertificateWatch.RunAsync);
        Guid? read = Guid.Empty;
        while (read is { } last)
        {
            read = await RunAsync(tx => OlderBatches.ReadSomeAsync(tx, last));
        }
        while (await RunAsync(OlderEnded.ReadSomeAsync) > 0) { }

        Task<T> RunAsync<T>(Func<Tx, Task<T>> look) =>
            db.WriteAsync(
                Actor.Machine(tenant, "reports", Permission.ReportRead),
                Permission.ReportRead,
                look,
                cancellation
            );
    }

    [LoggerMessage(4900, LogLevel.Warning, "What reports are due could not be looked at yet: {Type} {Stack}")]
    private static partial void LogFailed(ILogger log, string? type, string? stack);
}
