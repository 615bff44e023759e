namespace Vigil.Trust;

/// <summary>A target with something due.</summary>
internal sealed class DueTarget
{
    public string Tenant { get; init; } = "";
    public Guid Target { get; init; }
    public string Kind { get; init; } = "";
}

/// <summary>
/// The rows of the outbox as a leased queue. Two dispatchers never hold a row at once: taking it raises its
/// epoch, and settling names that epoch. One that was killed leaves its rows to be taken when the lease ends.
/// </summary>
internal static class DeliveryQueue
{
    private const int MaxTargets = 10_000;

    public static async Task<Guid> AddAsync(
        Tx tx,
        DeliveryKind kind,
        Guid target,
        Guid item,
        DeliveryNote note
    )
    {
        var id = tx.NewId();
        await tx.ExecuteAsync(
            """
            insert into outbox_delivery
                (tenant, id, kind, target, item, note, state, attempts, created_at, give_up_at, due_at,
                lease_until, epoch)
            values (@tenant, @id, @kind, @target, @item, @note, 'Waiting', 0, @at, @giveUpAt, @at, 0, 0)
            """,
            new
            {
                id,
                kind = kind.ToString(),
                target,
                item,
                note = note.ToString(),
                at = tx.Now,
                giveUpAt = tx.Now + OutboxLimits.GiveUpAfter,
            }
        );
        tx.OnCommitted(tx.Kernel.Bell.Ring);
        return id;
    }

    /// <summary>Of all tenants: who is on and has something due that nobody holds.</summary>
    public static Task<IReadOnlyList<DueTarget>> DueAsync(Tx tx) =>
        tx.QueryAsync<DueTarget>(
            $"""
            select w.tenant, w.id as target, 'Webhook' as kind from webhook w
            where w.state = 'On' and exists (
                select 1 from outbox_delivery d where d.tenant = w.tenant and d.target = w.id
                and d.state = 'Waiting' and d.due_at <= @now and d.lease_until <= @now)
            union all
            select c.tenant, c.id as target, 'Alarm' as kind from alarm_channel c
            where c.state = 'On' and exists (
                select 1 from outbox_delivery d where d.tenant = c.tenant and d.target = c.id
                and d.state = 'Waiting' and d.due_at <= @now and d.lease_until <= @now)
            limit {MaxTargets}
            """,
            new { now = tx.Now }
        );

    /// <summary>
    /// Takes up to so many due rows of a target, the longest due first. Materialized: PostgreSQL may run a
    /// subquery that skips locked rows once for each row, and then takes more than the limit.
    /// </summary>
    public static Task<IReadOnlyList<Leased>> LeaseAsync(Tx tx, Guid target, int rows) =>
        tx.QueryAsync<Leased>(
            $"""
            with due as materialized (
                select id from outbox_delivery
                where tenant = @tenant and target = @target and state = 'Waiting'
                    and due_at <= @now and lease_until <= @now
                order by due_at limit @rows {tx.ForUpdateSkipLocked})
            update outbox_delivery set lease_until = @until, epoch = epoch + 1
            where tenant = @tenant and id in (select id from due)
            returning id, target, item, note, attempts, give_up_at, epoch
            """,
            new
            {
                target,
                rows,
                now = tx.Now,
                until = tx.Now + OutboxLimits.Lease,
            }
        );

    /// <summary>Writes down how an attempt ended. False: another holds the row by now, and its word counts.</summary>
    public static async Task<bool> SettleAsync(Tx tx, DeliveryKind kind, Leased row, DeliveryOutcome outcome)
    {
        var isDead = !outcome.IsReceived && tx.Now >= row.GiveUpAt;
        var next = tx.Now + OutboxLimits.PauseAfter(row.Attempts + 1, outcome.RetryAfter);
        var state =
            outcome.IsReceived ? DeliveryState.Delivered
            : isDead ? DeliveryState.Dead
            : DeliveryState.Waiting;
        var changed = await tx.ExecuteAsync(
            """
            update outbox_delivery set state = @state, attempts = attempts + 1, due_at = @dueAt, lease_until = 0,
                last_at = @now, last_status = @status, last_error = @error
            where tenant = @tenant and id = @id and epoch = @epoch and state = 'Waiting'
            """,
            new
            {
                id = row.Id,
                epoch = row.Epoch,
                state = state.ToString(),
                dueAt = next < row.GiveUpAt ? next : row.GiveUpAt,
                now = tx.Now,
                status = outcome.Status,
                error = outcome.Error,
            }
        );
        if (changed == 1)
        {
            await DeliveryAlarms.FollowAsync(tx, kind, row, state);
        }
        return changed == 1;
    }

    /// <summary>Gives a row back untried, when this process ends.</summary>
    public static Task<int> ReleaseAsync(Tx tx, Leased row) =>
        tx.ExecuteAsync(
            """
            update outbox_delivery set lease_until = 0
            where tenant = @tenant and id = @id and epoch = @epoch and state = 'Waiting'
            """,
            new { id = row.Id, epoch = row.Epoch }
        );
}
