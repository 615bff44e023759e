using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving.Clocks;

/// <summary>
/// Reports to production that one person approved and no second one yet: after an hour whoever is on duty is told, and
/// everybody where nobody on duty can be the second.
/// </summary>
internal static class SecondWanted
{
    public const string Code = "report_second_wanted";
    public const string Nobody = "nobody_may_second";

    private const int Most = 100;

    public static async Task<bool> TellAsync(Tx tx)
    {
        var waiting = await tx.QueryAsync<Row>(
            """
            select a.approved_by, a.approved_at from report_approval a
            join report r on r.tenant = a.tenant and r.id = a.report_id
            where a.tenant = @tenant and r.state = 'Draft' and r.environment = 'Production'
              and a.draft_version = r.draft_version and a.approved_at <= @before
              and not exists (select 1 from filing_fence f
                where f.tenant = @tenant and f.report_id = r.id and f.decided_at is null)
            order by a.approved_at, a.report_id limit @most
            """,
            new { before = tx.Now - ReportAges.MostBeforeSecond, most = Most }
        );
        if (waiting.Count == 0)
        {
            await tx.ClearAlarmAsync(Code);
            await tx.ClearAlarmAsync(Nobody);
            return false;
        }
        await tx.RaiseAlarmAsync(
            new Alarm(
                Code,
                AlarmSeverity.Urgent,
                $"Reports that one person approved wait for a second: {waiting.Count}, the oldest since "
                    + $"{waiting[0].ApprovedAt:yyyy-MM-dd HH:mm} UTC. See Reports in the console."
            )
        );
        return await TellNobodyAsync(tx, waiting.Select(row => row.ApprovedBy).Distinct());
    }

    private static async Task<bool> TellNobodyAsync(Tx tx, IEnumerable<string> firsts)
    {
        foreach (var first in firsts)
        {
            var except = new HashSet<string>(StringComparer.Ordinal) { first };
            if (!await Rota.IsSomebodyThereAsync(tx, Permission.ReportFile, except))
            {
                return await tx.RaiseAlarmOnceAsync(
                    new Alarm(
                        Nobody,
                        AlarmSeverity.Page,
                        "A report waits for a second person, and nobody is on duty who may file and did not approve it "
                            + "first: put another filing officer into the rota."
                    )
                );
            }
        }
        await tx.ClearAlarmAsync(Nobody);
        return true;
    }

    private sealed class Row
    {
        public string ApprovedBy { get; init; } = "";
        public DateTimeOffset ApprovedAt { get; init; }
    }
}
