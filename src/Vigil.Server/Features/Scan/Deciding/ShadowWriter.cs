using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Deciding;

/// <summary>Writes what <see cref="ShadowLog"/> gathered, twice a second and at the end.</summary>
internal sealed partial class ShadowWriter(
    ShadowLog shadows,
    Db db,
    TimeProvider time,
    ILogger<ShadowWriter> log
) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await WriteAsync();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await WriteAsync();
        }
    }

    private async Task WriteAsync()
    {
        var batch = shadows.Take();
        foreach (var tenant in batch.Tenants)
        {
            var part = batch.Of(tenant);
            try
            {
                await db.WriteAsync(
                    Actor.Machine(tenant, "shadow log", Permission.ScanSubmit),
                    Permission.ScanSubmit,
                    async tx =>
                    {
                        await WriteAsync(tx, part);
                        return true;
                    }
                );
            }
            catch (Exception e)
            {
                shadows.Return(part);
                LogFailed(log, e.GetType().FullName);
            }
        }
    }

    private static async Task WriteAsync(Tx tx, ShadowBatch batch)
    {
        await tx.ExecuteManyAsync(
            """
            insert into shadow_count (tenant, day, list_id, rule, would, count)
            values (@tenant, @day, @list, @rule, @would, @count)
            on conflict (tenant, day, list_id, rule, would)
            do update set count = shadow_count.count + excluded.count
            """,
            batch.Counts,
            (row, item) =>
            {
                row.Set("day", item.Key.Day);
                row.Set("list", item.Key.ListId);
                row.Set("rule", item.Key.Rule);
                row.Set("would", item.Key.Would);
                row.Set("count", item.Count);
            }
        );
        foreach (var (_, made) in batch.Kept)
        {
            await DecisionTable.InsertAsync(tx, made, caseRef: null);
        }
        if (batch.Quiet.Count > 0)
        {
            await tx.RaiseAsync(new SuppressionsHit([.. batch.Quiet.Select(quiet => quiet.Hit)]));
        }
    }

    [LoggerMessage(310, LogLevel.Warning, "Counts of shadows could not be written and are kept: {Type}")]
    private static partial void LogFailed(ILogger log, string? type);
}
