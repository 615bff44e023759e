using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Server.Features.Viewing.Transcripts;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Limits;

/// <summary>
/// After 90 days how long somebody looked is added to the sums of the day and forgotten; that a content was
/// shown, by whom and when, stays as long as the record of the case. Transcripts that a backup brought back go too.
/// </summary>
internal sealed partial class ForgetExposure(
    TrustKernel kernel,
    Db db,
    TimeProvider time,
    ILogger<ForgetExposure> log
) : BackgroundService
{
    public static readonly TimeSpan Life = TimeSpan.FromDays(90);
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                foreach (var tenant in await kernel.KeptTenantsAsync(stoppingToken))
                {
                    await TryAsync(tenant, stoppingToken);
                }
            }
            catch (DatabaseUnavailableException)
            {
                LogLater(log);
            }
        } while (await WaitAsync(timer, stoppingToken));
    }

    /// <summary>What fails in one tenant holds up no other.</summary>
    private async Task TryAsync(TenantId tenant, CancellationToken stopping)
    {
        try
        {
            await RunAsync(db, tenant, stopping);
        }
        catch (Exception e) when (e is not DatabaseUnavailableException && !stopping.IsCancellationRequested)
        {
            LogFailed(log, e.GetType().FullName, e.StackTrace);
        }
    }

    private static async Task<bool> WaitAsync(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    internal static Task<bool> RunAsync(Db db, TenantId tenant, CancellationToken cancellation)
    {
        var machine = Actor.Machine(tenant, "exposure", Permission.WellnessManage);
        return db.WriteAsync(machine, Permission.WellnessManage, ForgetAsync, cancellation);
    }

    private static async Task<bool> ForgetAsync(Tx tx)
    {
        // Whole days only: a day's sum is written once.
        const long day = 24L * 60 * 60 * 1000;
        var before = (tx.Now - Life).ToUnixTimeMilliseconds() / day * day;
        await tx.ExecuteAsync(
            """
            insert into viewing_day (tenant, day, renditions, reveals, scrubs, sounds, words, unblurred_ms, people)
            select tenant, started_at / 86400000, sum(case mode when 'Rendition' then 1 else 0 end),
                sum(case mode when 'Reveal' then 1 else 0 end), sum(case mode when 'Scrub' then 1 else 0 end),
                sum(case mode when 'Sound' then 1 else 0 end), sum(case mode when 'Words' then 1 else 0 end), sum(ms),
                count(distinct viewer)
            from (
                select tenant, viewer, started_at, mode, unblurred_ms as ms from viewing_record
                where tenant = @tenant and started_at < @before and unblurred_ms >= 0 and state <> 'Refused'
                union all
                select tenant, viewer, started_at, 'Words', read_ms from viewing_words
                where tenant = @tenant and started_at < @before and read_ms >= 0 and state <> 'Refused'
            ) seen
            group by tenant, started_at / 86400000
            on conflict (tenant, day) do nothing
            """,
            new { before }
        );
        // -1: forgotten.
        await tx.ExecuteAsync(
            """
            update viewing_record set unblurred_ms = -1, ended_at = started_at
            where tenant = @tenant and started_at < @before and unblurred_ms >= 0
            """,
            new { before }
        );
        await tx.ExecuteAsync(
            """
            update viewing_words set read_ms = -1, ended_at = started_at
            where tenant = @tenant and started_at < @before and read_ms >= 0
            """,
            new { before }
        );
        await tx.ExecuteAsync(
            "delete from viewing_taken where tenant = @tenant and at < @before",
            new { before }
        );
        await tx.ExecuteAsync(
            """
            delete from viewing_limit
            where tenant = @tenant and at < @before and (lifted_at is not null or kind not in ('Hard', 'Severe'))
            """,
            new { before }
        );
        await CheckIns.ForgetAsync(tx, before);
        await ForgetTranscripts.RemainsAsync(tx);
        await tx.ExecuteAsync(
            "delete from viewing_token where tenant = @tenant and expires_at < @now",
            new { now = tx.Now.AddHours(-1) }
        );
        return true;
    }

    [LoggerMessage(
        2600,
        LogLevel.Warning,
        "Exposure older than 90 days is forgotten later: the database is away."
    )]
    private static partial void LogLater(ILogger log);

    [LoggerMessage(2601, LogLevel.Error, "Exposure older than 90 days is forgotten later: {Type}\n{Trace}")]
    private static partial void LogFailed(ILogger log, string? type, string? trace);
}
