using Vigil.Trust;

namespace Vigil.Server.Features.Reporting;

/// <summary>
/// A report waits for a filing officer, and nobody who may approve and file is on duty. Drafts, second approvals and
/// packages of production; what the delivery cannot go on with, wherever it goes.
/// </summary>
internal static class NobodyMayFile
{
    public const string Code = "nobody_may_file";

    public static async Task<bool> TellAsync(Tx tx)
    {
        var waiting = await WaitingAsync(tx);
        if (waiting.Count == 0 || await Rota.IsSomebodyThereAsync(tx, Permission.ReportFile))
        {
            await tx.ClearAlarmAsync(Code);
            return false;
        }
        return await tx.RaiseAlarmOnceAsync(
            new Alarm(
                Code,
                AlarmSeverity.Page,
                $"Reports wait for a person: {waiting.Count}, the oldest since "
                    + $"{Oldest(waiting):yyyy-MM-dd HH:mm} UTC, {AgeOf(tx.Now - Oldest(waiting))}. Nobody who may file "
                    + "is on duty: put a filing officer into the rota."
            )
        );
    }

    private static DateTimeOffset Oldest(Waiting waiting) =>
        DateTimeOffset.FromUnixTimeMilliseconds(waiting.Since);

    private static async Task<Waiting> WaitingAsync(Tx tx) =>
        (
            await tx.FindAsync<Waiting>(
                """
                select count(*) as count, coalesce(min(r.state_since), 0) as since from report r
                where r.tenant = @tenant and r.owner = @officer and (r.state = 'NeedsHuman'
                    or (r.environment = 'Production' and r.state in ('Draft', 'Approved', 'HandedOver', 'Rejected'))
                    or exists (select 1 from filing f
                        where f.tenant = @tenant and f.report_id = r.id and f.waits_for <> ''))
                """,
                new { officer = ReportOwners.FilingOfficer }
            )
        )!;

    private static string AgeOf(TimeSpan age) =>
        age >= TimeSpan.FromHours(1)
            ? $"{(long)age.TotalHours} hours"
            : $"{Math.Max(0, (long)age.TotalMinutes)} minutes";

    private sealed class Waiting
    {
        public long Count { get; init; }
        public long Since { get; init; }
    }
}
