namespace Vigil.Trust;

/// <summary>How full the outbox is, and how old.</summary>
public sealed class OutboxFill
{
    /// <summary>Counted up to <see cref="OutboxLimits.CountRows"/>.</summary>
    public int Waiting { get; init; }

    public int Dead { get; init; }

    /// <summary>Of what waits.</summary>
    public DateTimeOffset? OldestWaitingAt { get; init; }

    public DateTimeOffset? OldestDeadAt { get; init; }
}

/// <summary>What people see of the outbox and do to it. What is done records itself in the ledger.</summary>
public static class Deliveries
{
    public static Task<OutboxFill?> FillAsync(Tx tx)
    {
        ArgumentNullException.ThrowIfNull(tx);
        return tx.FindAsync<OutboxFill>(
            $"""
            select
                (select count(*) from (select 1 from outbox_delivery where tenant = @tenant and state = 'Waiting'
                    limit {OutboxLimits.CountRows}) as found) as waiting,
                (select count(*) from (select 1 from outbox_delivery where tenant = @tenant and state = 'Dead'
                    limit {OutboxLimits.CountRows}) as found) as dead,
                (select created_at from outbox_delivery where tenant = @tenant and state = 'Waiting'
                    order by id limit 1) as oldest_waiting_at,
                (select created_at from outbox_delivery where tenant = @tenant and state = 'Dead'
                    order by id limit 1) as oldest_dead_at
            """
        );
    }

    /// <summary>Oldest first, one page.</summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="state">Waiting, delivered or dead.</param>
    /// <param name="target">Of one webhook or channel; null: of all.</param>
    /// <param name="after">Id of the last row of the page before.</param>
    public static Task<IReadOnlyList<Delivery>> ListAsync(
        Tx tx,
        DeliveryState state,
        Guid? target = null,
        Guid? after = null
    )
    {
        ArgumentNullException.ThrowIfNull(tx);
        return tx.QueryAsync<Delivery>(
            $"""
            select d.id, d.kind, d.target, d.item, d.note, d.state, d.attempts, d.created_at, d.due_at,
                d.last_at, d.last_status, d.last_error,
                coalesce(w.label, c.label, '') as label, coalesce(e.type, a.code, '') as type
            from outbox_delivery d
            left join webhook w on w.tenant = d.tenant and w.id = d.target
            left join alarm_channel c on c.tenant = d.tenant and c.id = d.target
            left join outbox_event e on e.tenant = d.tenant and e.id = d.item
            left join alert a on a.tenant = d.tenant and a.id = d.item
            where d.tenant = @tenant and d.state = @state and d.id > @after
                {(target is null ? "" : "and d.target = @target")}
            order by d.id limit {OutboxLimits.PageRows}
            """,
            new
            {
                state = state.ToString(),
                target = target ?? Guid.Empty,
                after = after ?? Guid.Empty,
            }
        );
    }

    /// <summary>
    /// Dead ones wait again from now on, with all their time; one that waits already is due at once.
    /// </summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="id">One; null: all dead ones, up to <see cref="OutboxLimits.ActRows"/>.</param>
    /// <param name="target">All dead ones of one endpoint.</param>
    /// <returns>How many.</returns>
    public static async Task<int> ResendAsync(Tx tx, Guid? id = null, Guid? target = null)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var changed = await tx.ExecuteAsync(
            $"""
            update outbox_delivery set state = 'Waiting', attempts = 0, due_at = @now, give_up_at = @giveUpAt,
                lease_until = 0, epoch = epoch + 1
            where tenant = @tenant and id in ({Chosen(
                id,
                target,
                "state in ('Dead', 'Waiting') and lease_until <= @now"
            )})
            """,
            new
            {
                id = id ?? Guid.Empty,
                target = target ?? Guid.Empty,
                now = tx.Now,
                giveUpAt = tx.Now + OutboxLimits.GiveUpAfter,
            }
        );
        await RecordAsync(tx, "outbox.resent", id, target, changed);
        await CloseAlarmsAsync(tx);
        tx.OnCommitted(tx.Kernel.Bell.Ring);
        return changed;
    }

    /// <summary>Removes dead ones, or one that waits; they are not delivered.</summary>
    /// <inheritdoc cref="ResendAsync"/>
    public static async Task<int> DiscardAsync(Tx tx, string reason, Guid? id = null, Guid? target = null)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var changed = await tx.ExecuteAsync(
            $"""
            delete from outbox_delivery
            where tenant = @tenant and id in ({Chosen(id, target, "state in ('Dead', 'Waiting')")})
            """,
            new { id = id ?? Guid.Empty, target = target ?? Guid.Empty }
        );
        await RecordAsync(tx, "outbox.discarded", id, target, changed, reason);
        await CloseAlarmsAsync(tx);
        return changed;
    }

    private static string Chosen(Guid? id, Guid? target, string ofOne) =>
        $"""
            select id from outbox_delivery where tenant = @tenant and
            {(id is not null ? $"id = @id and {ofOne}" : "state = 'Dead'")}
            {(target is null ? "" : "and target = @target")}
            order by id limit {OutboxLimits.ActRows}
            """;

    /// <summary>Who had dead letters and has none any more is no alarm any more.</summary>
    private static async Task CloseAlarmsAsync(Tx tx)
    {
        var alarms = await tx.QueryAsync<string>(
            "select about from alert where tenant = @tenant and code = @code and state <> 'Closed' limit 1000",
            new { code = DeliveryAlarms.DeadLetters }
        );
        foreach (var about in alarms)
        {
            var dead = await tx.QueryAsync<long>(
                "select 1 from outbox_delivery where tenant = @tenant and target = @target and state = 'Dead' limit 1",
                new { target = Guid.Parse(about) }
            );
            if (dead.Count == 0)
            {
                await tx.ClearAlarmAsync(DeliveryAlarms.DeadLetters, about);
            }
        }
    }

    private static Task RecordAsync(
        Tx tx,
        string action,
        Guid? id,
        Guid? target,
        int count,
        string? reason = null
    ) =>
        tx.RecordAsync(
            new LedgerAct(action, (id ?? target)?.ToString() ?? "all dead")
            {
                Reason = reason,
                Facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["count"] = $"{count}" },
            }
        );
}
