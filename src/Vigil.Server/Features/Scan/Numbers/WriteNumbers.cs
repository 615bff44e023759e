using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Numbers;

/// <summary>Adds what was counted to the day's table, every few seconds and at the end.</summary>
internal sealed partial class WriteNumbers(
    ScanNumbers numbers,
    Db db,
    TimeProvider time,
    ILogger<WriteNumbers> log
) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await WriteAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The end: what is left is written by StopAsync.
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync();
    }

    internal async Task WriteAsync()
    {
        foreach (var tenant in numbers.Take().GroupBy(count => count.Key.Tenant))
        {
            var rows = tenant.ToList();
            try
            {
                var actor = Actor.Machine(tenant.Key, "scan numbers", Permission.ScanSubmit);
                await db.WriteAsync(actor, Permission.ScanSubmit, tx => AddAsync(tx, rows));
            }
            catch (DatabaseUnavailableException)
            {
                numbers.PutBack(rows);
            }
            catch (Exception e)
            {
                // One tenant's holds up no other's.
                numbers.PutBack(rows);
                LogFailed(log, e.GetType().FullName, e.StackTrace);
            }
        }
    }

    private static Task<int> AddAsync(Tx tx, List<KeyValuePair<CountKey, long>> rows) =>
        tx.ExecuteManyAsync(
            """
            insert into scan_count (tenant, day, surface, decision, code, count)
            values (@tenant, @day, @surface, @decision, @code, @count)
            on conflict (tenant, day, surface, decision, code)
            do update set count = scan_count.count + excluded.count
            """,
            rows,
            (row, count) =>
            {
                row.Set("day", count.Key.Day);
                row.Set("surface", count.Key.Surface);
                row.Set("decision", count.Key.Decision);
                row.Set("code", count.Key.Code);
                row.Set("count", count.Value);
            }
        );

    [LoggerMessage(312, LogLevel.Error, "Numbers of scans could not be written yet: {Type}\n{Trace}")]
    private static partial void LogFailed(ILogger log, string? type, string? trace);
}
