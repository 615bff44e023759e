using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Server.Features.Cases.Subject;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>Once an hour: what names a cleared person goes, when its time is over and nothing holds it.</summary>
internal sealed partial class PurgeDue(TrustKernel kernel, ILogger<PurgeDue> log) : BackgroundService
{
    /// <summary>Of one transaction: cases that are held are looked at and passed over.</summary>
    internal int PageRows { get; init; } = 200;

    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        do
        {
            try
            {
                foreach (var tenant in await kernel.TenantsAsync(stoppingToken))
                {
                    await RunAsync(tenant, stoppingToken);
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(log, e.GetType().FullName, e.StackTrace);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Cases purged.</summary>
    internal async Task<int> RunAsync(TenantId tenant, CancellationToken stopping)
    {
        var actor = Actor.Machine(tenant, "purge", Permission.CaseDecide);
        var (purged, after) = (0, (PurgePlace?)null);
        do
        {
            var page = await kernel.Db.ReadAsync(
                actor,
                Permission.CaseDecide,
                tx => PurgeCleared.DueAsync(tx, after, PageRows),
                stopping
            );
            foreach (var reference in page.Due)
            {
                await kernel.Db.ActAsync(
                    actor,
                    Permission.CaseDecide,
                    tx => PurgeCleared.RunAsync(tx, reference, "Cleared, and the time set for it is over."),
                    stopping
                );
            }
            purged += page.Due.Count;
            after = page.Last;
        } while (after is not null);
        return purged;
    }

    [LoggerMessage(4802, LogLevel.Warning, "Cleared cases could not be purged yet: {Type} {Stack}")]
    private static partial void LogFailed(ILogger log, string? type, string? stack);
}
