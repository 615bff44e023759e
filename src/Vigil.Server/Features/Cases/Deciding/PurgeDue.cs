using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Server.Features.Cases.Subject;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>Once an hour: what names a cleared person goes, when its time is over and nothing holds it.</summary>
internal sealed partial class PurgeDue(TrustKernel kernel, ILogger<PurgeDue> log) : BackgroundService
{
    private const int Batch = 1000;
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
        var due = await kernel.Db.ReadAsync(
            actor,
            Permission.CaseDecide,
            tx => PurgeCleared.DueAsync(tx, Batch),
            stopping
        );
        foreach (var reference in due)
        {
            await kernel.Db.ActAsync(
                actor,
                Permission.CaseDecide,
                tx => PurgeCleared.RunAsync(tx, reference, "Cleared, and the time set for it is over."),
                stopping
            );
        }
        return due.Count;
    }

    [LoggerMessage(4802, LogLevel.Warning, "Cleared cases could not be purged yet: {Type} {Stack}")]
    private static partial void LogFailed(ILogger log, string? type, string? stack);
}
