using Vigil.CyberTip.Filing;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Running;

/// <summary>What is approved and can no longer be undone gets its row: from then on it is never forgotten.</summary>
internal static class TakeIn
{
    private const int Most = 200;

    /// <summary>Whether anything of this tenant waits to be filed, or was not heard of yet.</summary>
    public static async Task<bool> IsAnyAsync(Tx tx) =>
        await tx.FindAsync<long>(
            """
            select count(*) from (select 1 from report
                where tenant = @tenant and (state in ('Filing', 'NeedsHuman')
                    or (state = 'Approved' and owner = @delivery)) limit 1) as found
            """,
            new { delivery = ReportOwners.Delivery }
        ) > 0;

    public static async Task<int> RunAsync(Tx tx)
    {
        var due = await tx.QueryAsync<DueReport>(
            """
            select r.id, r.destination, r.environment, r.approved_at from report r
            where r.tenant = @tenant and r.state = 'Approved' and r.owner = @delivery
              and (r.leaves_at <= @now or (r.leaves_at is not null and r.approved_at > @ahead))
              and not exists (select 1 from filing f where f.tenant = @tenant and f.report_id = r.id)
            order by r.is_high_priority desc, r.knowledge_at, r.id limit @most
            """,
            new
            {
                now = tx.Now,
                ahead = AheadClock.After(tx.Now),
                delivery = ReportOwners.Delivery,
                most = Most,
            }
        );
        var taken = 0;
        foreach (var report in due.Where(report => FilingKinds.Of(report.Destination) is not null))
        {
            var state = FilingState.Approve(report.ApprovedAt ?? tx.Now, []);
            taken += await FilingRow.AddAsync(tx, report.Id, report.Environment, state);
        }
        return taken;
    }

    private sealed class DueReport
    {
        public Guid Id { get; init; }
        public string Destination { get; init; } = "";
        public ReportEnvironment Environment { get; init; }
        public DateTimeOffset? ApprovedAt { get; init; }
    }
}
