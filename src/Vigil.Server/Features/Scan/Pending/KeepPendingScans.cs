using Microsoft.Extensions.Hosting;
using Vigil.Server.Features.Scan.Numbers;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Pending;

/// <summary>
/// Renews this process's pending scans, closes those of processes that ended, and forgets what is old: pending
/// scans and answers kept for repeated requests.
/// </summary>
internal sealed class KeepPendingScans(
    PendingScans pending,
    ScanNumbers numbers,
    TrustKernel kernel,
    ServerOptions options
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
                try
                {
                    await RoundAsync(stoppingToken);
                }
                catch (DatabaseUnavailableException)
                {
                    // Readiness says so; the next round does what this one could not.
                }
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
            var actor = Actor.Machine(tenant, "pending scans", Permission.ScanSubmit);
            var closed = await kernel.Db.WriteAsync(
                actor,
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
        if (_forgotAt == 0 || options.Time.GetElapsedTime(_forgotAt) > ForgetEvery)
        {
            await ForgetAsync(stopping);
            _forgotAt = Math.Max(1, options.Time.GetTimestamp());
        }
    }

    internal async Task ForgetAsync(CancellationToken stopping = default)
    {
        foreach (var tenant in await kernel.KeptTenantsAsync(stopping))
        {
            var actor = Actor.Machine(tenant, "pending scans", Permission.ScanSubmit);
            await kernel.Db.WriteAsync(actor, Permission.ScanSubmit, PendingScans.ForgetAsync, stopping);
        }
        await kernel.ForgetAnswersAsync(stopping);
    }
}
