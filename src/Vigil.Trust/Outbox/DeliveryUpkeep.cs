namespace Vigil.Trust;

/// <summary>Keeps the outbox as long as is promised and no longer.</summary>
internal static class DeliveryUpkeep
{
    private const string Service = "outbox upkeep";
    private const int BatchRows = 1000;

    /// <summary>Closed alarms are records of operation, no evidence.</summary>
    private static readonly TimeSpan ClosedAlarmsFor = TimeSpan.FromDays(90);

    private static readonly string[] Deletions =
    [
        $"""
            delete from outbox_delivery where (tenant, id) in (
                select tenant, id from outbox_delivery
                where state = 'Delivered' and last_at < @outboxBefore limit {BatchRows})
            """,
        $"""
            delete from outbox_event where (tenant, id) in (
                select e.tenant, e.id from outbox_event e
                where e.created_at < @outboxBefore and not exists (
                    select 1 from outbox_delivery d where d.tenant = e.tenant and d.item = e.id)
                limit {BatchRows})
            """,
        $"""
            delete from alert where (tenant, id) in (
                select tenant, id from alert where state = 'Closed' and closed_at < @alarmsBefore
                and tell_at is null limit {BatchRows})
            """,
    ];

    public static async Task RunAsync(Db db, CancellationToken cancellation)
    {
        await GiveUpWhatRestsAsync(db, cancellation);
        foreach (var sql in Deletions)
        {
            int deleted;
            do
            {
                deleted = await db.SystemAsync(
                    Service,
                    isWrite: true,
                    tx =>
                        tx.ExecuteAsync(
                            sql,
                            new
                            {
                                outboxBefore = tx.Now - OutboxLimits.Retention,
                                alarmsBefore = tx.Now - ClosedAlarmsFor,
                            }
                        ),
                    cancellation: cancellation
                );
            } while (deleted == BatchRows);
        }
    }

    /// <summary>
    /// What waits for an endpoint that is paused or off is never tried, so it is given up here: it must not
    /// wait unseen for ever.
    /// </summary>
    private static async Task GiveUpWhatRestsAsync(Db db, CancellationToken cancellation)
    {
        var resting = await db.SystemAsync(
            Service,
            isWrite: false,
            tx =>
                tx.QueryAsync<DueTarget>(
                    """
                    select distinct d.tenant, d.target, d.kind from outbox_delivery d
                    left join webhook w on w.tenant = d.tenant and w.id = d.target and w.state = 'On'
                    left join alarm_channel c on c.tenant = d.tenant and c.id = d.target and c.state = 'On'
                    where d.state = 'Waiting' and d.give_up_at <= @now and w.id is null and c.id is null
                    limit 1000
                    """,
                    new { now = tx.Now }
                ),
            cancellation: cancellation
        );
        foreach (var target in resting)
        {
            await db.SystemAsync(
                Service,
                isWrite: true,
                async tx =>
                {
                    var given = await tx.ExecuteAsync(
                        """
                        update outbox_delivery set state = 'Dead', last_error = 'endpoint_not_on', epoch = epoch + 1
                        where tenant = @tenant and target = @target and state = 'Waiting' and give_up_at <= @now
                        """,
                        new { target = target.Target, now = tx.Now }
                    );
                    if (given > 0 && target.Kind == nameof(DeliveryKind.Webhook))
                    {
                        await tx.RaiseAlarmAsync(DeliveryAlarms.GaveUp(target.Target.ToString()));
                    }
                    return given;
                },
                new TenantId(target.Tenant),
                cancellation
            );
        }
    }
}
