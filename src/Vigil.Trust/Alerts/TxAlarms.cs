namespace Vigil.Trust;

/// <summary>How features raise alarms in the transaction of what is wrong.</summary>
public static class TxAlarms
{
    /// <summary>
    /// Opens the alarm, or counts it where one of this code and object is open. One that was raised while the clock was
    /// ahead is told again now, not at that clock's time.
    /// </summary>
    public static async Task RaiseAlarmAsync(this Tx tx, Alarm alarm)
    {
        ArgumentNullException.ThrowIfNull(tx);
        ArgumentNullException.ThrowIfNull(alarm);
        var clean = AlarmText.Cleaned(alarm);
        await tx.ExecuteAsync(
            """
            insert into alert (tenant, id, code, about, severity, text, state, count, first_at, last_at, told, tell_at)
            values (@tenant, @id, @code, @about, @severity, @text, 'Open', 1, @at, @at, 0, @at)
            on conflict (tenant, code, about) where state <> 'Closed' do update set
                count = alert.count + 1, last_at = excluded.last_at, text = excluded.text,
                severity = case
                    when excluded.severity = 'Page' or alert.severity = 'Notice' then excluded.severity
                    else alert.severity end,
                tell_at = case when alert.tell_at > @at and alert.last_at > @at then @at else alert.tell_at end
            """,
            new
            {
                id = tx.NewId(),
                code = clean.Code,
                about = clean.About,
                severity = clean.Severity.ToString(),
                text = clean.Text,
                at = tx.Now,
            }
        );
        tx.OnCommitted(tx.Kernel.Bell.Ring);
    }

    /// <summary>Opens the alarm where none of this code and object is open; an open one is not counted again.</summary>
    /// <returns>Whether it was opened.</returns>
    public static async Task<bool> RaiseAlarmOnceAsync(this Tx tx, Alarm alarm)
    {
        ArgumentNullException.ThrowIfNull(tx);
        ArgumentNullException.ThrowIfNull(alarm);
        var clean = AlarmText.Cleaned(alarm);
        var open = await tx.FindAsync<long>(
            """
            select count(*) from alert
            where tenant = @tenant and code = @code and about = @about and state <> 'Closed'
            """,
            new { code = clean.Code, about = clean.About }
        );
        if (open == 0)
        {
            await tx.RaiseAlarmAsync(alarm);
        }
        return open == 0;
    }

    /// <summary>What was wrong is right again: closes the alarm, and tells who was told.</summary>
    /// <returns>Whether one was open.</returns>
    public static async Task<bool> ClearAlarmAsync(this Tx tx, string code, string about = "")
    {
        ArgumentNullException.ThrowIfNull(tx);
        var ids = await tx.QueryAsync<Guid>(
            """
            update alert set state = 'Closed', closed_at = @at, tell_at = case when told > 0 then @at end
            where tenant = @tenant and code = @code and about = @about and state <> 'Closed'
            returning id
            """,
            new
            {
                code,
                about,
                at = tx.Now,
            }
        );
        foreach (var id in ids)
        {
            await Alerts.DropWaitingAsync(tx, id);
            tx.OnCommitted(tx.Kernel.Bell.Ring);
        }
        return ids.Count > 0;
    }
}
