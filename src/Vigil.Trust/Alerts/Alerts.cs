namespace Vigil.Trust;

public enum AlertState
{
    /// <summary>Told again and again.</summary>
    Open,

    /// <summary>Somebody sees to it; told no more.</summary>
    Acknowledged,

    Closed,
}

/// <summary>One alarm as it stands: raised once or often, one row until it is closed.</summary>
public sealed class Alert
{
    public Guid Id { get; init; }
    public string Code { get; init; } = "";
    public string About { get; init; } = "";
    public string Severity { get; init; } = "";
    public string Text { get; init; } = "";
    public string State { get; init; } = "";

    /// <summary>How often it was raised.</summary>
    public int Count { get; init; }

    public DateTimeOffset FirstAt { get; init; }
    public DateTimeOffset LastAt { get; init; }

    /// <summary>How often people were told.</summary>
    public int Told { get; init; }

    /// <summary>How far along the rota; 0: there is none, or it was not told yet.</summary>
    public int Step { get; init; }

    public string? AcknowledgedBy { get; init; }
    public DateTimeOffset? AcknowledgedAt { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }
}

/// <summary>What people see of alarms and do to them. What is done records itself in the ledger.</summary>
public static class Alerts
{
    /// <summary>Code of the alarm that only tests the channels.</summary>
    public const string TestCode = "test_alarm";

    internal const string Columns = """
        id, code, about, severity, text, state, count, first_at, last_at, told, step, acknowledged_by,
        acknowledged_at, closed_at
        """;

    /// <summary>Newest first, one page.</summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="state">Null: what is not closed.</param>
    /// <param name="before">Id of the last row of the page before.</param>
    public static Task<IReadOnlyList<Alert>> ListAsync(Tx tx, AlertState? state = null, Guid? before = null)
    {
        ArgumentNullException.ThrowIfNull(tx);
        return tx.QueryAsync<Alert>(
            $"""
            select {Columns} from alert where tenant = @tenant
                and {(state is null ? "state <> 'Closed'" : "state = @state")}
                {(before is null ? "" : "and id < @before")}
            order by id desc limit {AlarmLimits.PageRows}
            """,
            new { state = state?.ToString() ?? "", before = before ?? Guid.Empty }
        );
    }

    /// <summary>The actor sees to it: nobody is told again. False: none is open under this id.</summary>
    public static async Task<bool> AcknowledgeAsync(Tx tx, Guid id)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var codes = await tx.QueryAsync<string>(
            """
            update alert set state = 'Acknowledged', acknowledged_by = @by, acknowledged_at = @at, tell_at = null
            where tenant = @tenant and id = @id and state = 'Open' returning code
            """,
            new
            {
                id,
                by = tx.Actor.Name,
                at = tx.Now,
            }
        );
        await DropWaitingAsync(tx, id);
        await RecordAsync(tx, "alarm.acknowledged", id, codes);
        return codes.Count == 1;
    }

    /// <summary>Done with. Raised again it is a new one. False: none under this id, or closed already.</summary>
    public static async Task<bool> CloseAsync(Tx tx, Guid id)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var codes = await tx.QueryAsync<string>(
            """
            update alert set state = 'Closed', closed_at = @at, tell_at = case when told > 0 then @at end
            where tenant = @tenant and id = @id and state <> 'Closed' returning code
            """,
            new { id, at = tx.Now }
        );
        await DropWaitingAsync(tx, id);
        await RecordAsync(tx, "alarm.closed", id, codes);
        tx.OnCommitted(tx.Kernel.Bell.Ring);
        return codes.Count == 1;
    }

    /// <summary>
    /// Sends a test alarm to one channel, or to all that are on, whatever their minimum. It is closed at once,
    /// so it is told once.
    /// </summary>
    /// <returns>How many channels.</returns>
    /// <exception cref="DeliveryInputException">No channel is on.</exception>
    public static async Task<int> TestAsync(Tx tx, Guid? channel = null)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var channels = await tx.QueryAsync<Guid>(
            $"""
            select id from alarm_channel where tenant = @tenant and state = 'On'
                {(channel is null ? "" : "and id = @channel")}
            order by id limit {AlarmLimits.MaxChannels}
            """,
            new { channel = channel ?? Guid.Empty }
        );
        if (channels.Count == 0)
        {
            throw new DeliveryInputException(
                "no_channel",
                "No alarm channel is on here: add one, or turn it on, then test it."
            );
        }
        var id = tx.NewId();
        await tx.ExecuteAsync(
            """
            insert into alert
                (tenant, id, code, about, severity, text, state, count, first_at, last_at, told, closed_at)
            values (@tenant, @id, @code, '', 'Notice', @text, 'Closed', 1, @at, @at, 1, @at)
            """,
            new
            {
                id,
                code = TestCode,
                text = "This is a test of the alarm channels. Nothing is wrong, nothing is to be done.",
                at = tx.Now,
            }
        );
        foreach (var to in channels)
        {
            await DeliveryQueue.AddAsync(tx, DeliveryKind.Alarm, to, id, DeliveryNote.Test);
        }
        await RecordAsync(tx, "alarm.tested", id, [TestCode]);
        return channels.Count;
    }

    /// <summary>What still waits to say that it is open.</summary>
    internal static Task<int> DropWaitingAsync(Tx tx, Guid id) =>
        tx.ExecuteAsync(
            """
            delete from outbox_delivery
            where tenant = @tenant and item = @id and state = 'Waiting' and note in ('Raised', 'Repeated')
            """,
            new { id }
        );

    private static Task RecordAsync(Tx tx, string action, Guid id, IReadOnlyList<string> codes) =>
        tx.RecordAsync(
            new LedgerAct(action, id.ToString())
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["code"] = codes.Count > 0 ? codes[0] : "none",
                },
            }
        );
}
