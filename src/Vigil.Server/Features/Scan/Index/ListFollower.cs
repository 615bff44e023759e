using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Index;

/// <summary>
/// Follows the lists of each tenant: looks at their clock four times a second and whenever this process changed
/// them, and reads what is newer.
/// </summary>
internal sealed partial class ListFollower(
    ScanIndex index,
    ListReader reader,
    IndexKeeper keeper,
    ListChanges changes,
    Db db,
    ServerOptions options,
    ILogger<ListFollower> log
) : BackgroundService
{
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var following = new List<Task>();
        try
        {
            await foreach (var tenant in index.Wanted.ReadAllAsync(stoppingToken))
            {
                following.Add(FollowAsync(tenant, stoppingToken));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAll(following);
        }
    }

    private async Task FollowAsync(TenantIndex tenant, CancellationToken stopping)
    {
        var (failures, isStale) = (0, false);
        while (!stopping.IsCancellationRequested && !tenant.IsEnded)
        {
            try
            {
                await keeper.OpenAsync(tenant, stopping);
                await reader.FollowAsync(tenant, stopping);
                if (isStale)
                {
                    await AlarmAsync(tenant.Tenant, stopping);
                }
                (failures, isStale) = (0, false);
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // The type only: what it says may hold a value. Logged at the first and then each minute or so.
                if (failures++ % 240 == 0)
                {
                    LogFailed(log, e.GetType().FullName, failures);
                }
                isStale |= tenant.Age > options.ListsStaleAfter;
            }
            if (tenant.IsLoaded || failures > 0)
            {
                await WaitAsync(stopping);
            }
        }
    }

    private async Task WaitAsync(CancellationToken stopping)
    {
        try
        {
            await changes.WaitAsync(Pause, stopping);
        }
        catch (OperationCanceledException)
        {
            // The loop ends.
        }
    }

    /// <summary>Afterwards: while it lasted there was no database to write an alarm to.</summary>
    private Task<bool> AlarmAsync(TenantId tenant, CancellationToken stopping) =>
        db.WriteAsync(
            Actor.Machine(tenant, "list index", Permission.ListRead),
            Permission.ListRead,
            async tx =>
            {
                await tx.RaiseAlarmAsync(
                    new Alarm(
                        "lists_stale",
                        AlarmSeverity.Urgent,
                        "The lists could not be read for so long that scans were refused. They are read again: "
                            + "find out what held the database."
                    )
                );
                return true;
            },
            stopping
        );

    [LoggerMessage(300, LogLevel.Error, "The lists could not be read: {Type} (failure {Count} in a row)")]
    private static partial void LogFailed(ILogger log, string? type, int count);
}
