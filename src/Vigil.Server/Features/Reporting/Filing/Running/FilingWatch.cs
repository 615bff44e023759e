using Vigil.CyberTip.Filing;
using Vigil.Server.Features.Reporting.Filing.Environments;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Running;

/// <summary>
/// Looks at what waits, whatever it waits for: late after 30 minutes, a call after 20 hours; nobody on duty who may
/// file; an environment that takes nothing.
/// </summary>
internal static class FilingWatch
{
    private const int Most = 10_000;

    public static async Task<bool> RunAsync(Tx tx, IReadOnlyList<EnvironmentStanding> environments)
    {
        var open = await FilingRow.OpenAsync(tx, Most);
        foreach (var row in open)
        {
            await TellLateAsync(tx, row);
        }
        await NobodyMayFile.TellAsync(tx);
        foreach (var standing in environments)
        {
            await TellEnvironmentAsync(tx, standing);
        }
        return open.Count > 0;
    }

    private static async Task TellLateAsync(Tx tx, FilingRow row)
    {
        // Approved in the future, by a clock that was wrong: somebody should look, too.
        var age = (tx.Now - row.Parsed.ApprovedAt).Duration();
        var told =
            age >= FilingTimes.VeryLate ? FilingAlarm.VeryLate
            : age >= FilingTimes.Late ? FilingAlarm.Late
            : (FilingAlarm?)null;
        if (told is not { } alarm || row.Told == alarm.ToString() || row.Told == nameof(FilingAlarm.VeryLate))
        {
            return;
        }
        await tx.ExecuteAsync(
            "update filing set told = @told where tenant = @tenant and report_id = @id",
            new { id = row.ReportId, told = alarm.ToString() }
        );
        await FilingAlarms.RaiseAsync(tx, row.ReportId, alarm);
    }

    private static async Task TellEnvironmentAsync(Tx tx, EnvironmentStanding standing)
    {
        var about = standing.Environment.ToString();
        if (standing.CanFile)
        {
            await tx.ClearAlarmAsync(EnvironmentStanding.Alarm, about);
        }
        else if (await WaitAnyAsync(tx, standing.Environment))
        {
            await tx.RaiseAlarmOnceAsync(
                new Alarm(
                    EnvironmentStanding.Alarm,
                    AlarmSeverity.Page,
                    $"Approved reports wait, because their environment takes none: {standing.Obstacle} The page of the "
                        + "environments says what to do."
                )
                {
                    About = about,
                }
            );
        }
    }

    private static async Task<bool> WaitAnyAsync(Tx tx, ReportEnvironment environment) =>
        await tx.FindAsync<long>(
            """
            select count(*) from (select 1 from filing f
                join report r on r.tenant = @tenant and r.id = f.report_id and r.destination = @cybertip
                where f.tenant = @tenant and f.environment = @environment and f.next_at is not null limit 1) as found
            """,
            new { environment = environment.ToString(), cybertip = FilingKinds.CyberTip }
        ) > 0;
}
