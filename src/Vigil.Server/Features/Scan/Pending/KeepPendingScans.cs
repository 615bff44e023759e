using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Server.Features.Scan.Numbers;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Pending;

/// <summary>
/// Renews this process's pending scans, closes those of processes that ended, and forgets what is old: pending
/// scans and answers kept for repeated requests. What fails in one tenant holds up no other.
/// </summary>
internal sealed partial class KeepPendingScans(
    PendingScans pending,
    ScanNumbers numbers,
    TrustKernel kernel,
    ServerOptions options,
    ILogger<KeepPendingScans> log
) : BackgroundService
{
    private static readonly TimeSpan ForgetEvery = TimeSpan.FromMinutes(10);

    private long _forgotAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Scan.PendingLease / 3, options.Time);
        try
        {
            do
            {
                await TryAsync(() => RoundAsync(stoppingToken), stoppingToken);
            } while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private async Task RoundAsync(CancellationToken stopping)
    {
        foreach (var tenant in await kernel.TenantsAsync(stopping))
        {
            await TryAsync(() => RenewAsync(tenant, stopping), stopping);
        }
        if (_forgotAt == 0 || options.Time.GetElapsedTime(_forgotAt) > ForgetEvery)
        {
            await ForgetAsync(stopping);
            _forgotAt = Math.Max(1, options.Time.GetTimestamp());
        }
    }

    private async Task RenewAsync(TenantId tenant, CancellationToken stopping)
    {
        var closed = await kernel.Db.WriteAsync(
            ActorOf(tenant),
            Permission.ScanSubmit,
            async tx =>
            {
                await pending.RenewAsync(tx);
                return await pending.InterruptAsync(tx, isAlone: kernel.Db.Engine == DbEngine.Sqlite);
            },
            stopping
        );
        foreach (var (surface, answer) in closed)
        {
            numbers.Count(tenant, surface, answer, TimeSpan.Zero);
        }
    }

    internal async Task ForgetAsync(CancellationToken stopping = default)
    {
        foreach (var tenant in await kernel.KeptTenantsAsync(stopping))
        {
            await TryAsync(
                () =>
                    kernel.Db.WriteAsync(
                        ActorOf(tenant),
                        Permission.ScanSubmit,
                        PendingScans.ForgetAsync,
                        stopping
                    ),
                stopping
            );
        }
        await kernel.ForgetAnswersAsync(stopping);
    }

    private async Task TryAsync(Func<Task> work, CancellationToken stopping)
    {
        try
        {
            await work();
        }
        catch (DatabaseUnavailableException)
        {
            // Readiness says so; the next round does what this one could not.
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            LogFailed(log, e.GetType().FullName, e.StackTrace);
        }
    }

    private static Actor ActorOf(TenantId tenant) =>
        Actor.Machine(tenant, "pending scans", Permission.ScanSubmit);

    [LoggerMessage(311, LogLevel.Error, "Pending scans could not be kept yet: {Type}\n{Trace}")]
    private static partial void LogFailed(ILogger log, string? type, string? trace);
}
