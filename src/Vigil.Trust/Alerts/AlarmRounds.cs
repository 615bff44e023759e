using Microsoft.Extensions.Logging;

namespace Vigil.Trust;

/// <summary>
/// Decides who is told what, and when again: puts notes for the channels into the outbox. An alarm that no
/// channel takes is at least in the log.
/// </summary>
internal static class AlarmRounds
{
    private const string Service = "alarm rounds";
    private const int MaxAlarms = 1000;

    /// <summary>Looks whether somebody is on duty, in every tenant that has a rota.</summary>
    public static async Task WatchRotasAsync(TrustKernel kernel, ILogger log, CancellationToken cancellation)
    {
        var tenants = await kernel.Db.SystemAsync(
            Service,
            isWrite: false,
            tx =>
                tx.QueryAsync<string>(
                    "select tenant from rota_turn union select tenant from rota_override limit 10000"
                ),
            cancellation: cancellation
        );
        foreach (var tenant in tenants)
        {
            await TryAsync(
                log,
                () =>
                    kernel.Db.SystemAsync(
                        Service,
                        isWrite: true,
                        Rota.WatchAsync,
                        new TenantId(tenant),
                        cancellation
                    ),
                cancellation
            );
        }
    }

    /// <summary>What fails in one tenant holds up no other's alarms.</summary>
    private static async Task TryAsync(ILogger log, Func<Task> work, CancellationToken cancellation)
    {
        try
        {
            await work();
        }
        catch (Exception e)
            when (e is not DatabaseUnavailableException && !cancellation.IsCancellationRequested)
        {
            DeliveryLog.RoundFailed(log, e.GetType().FullName, e.StackTrace);
        }
    }

    public static async Task RunAsync(TrustKernel kernel, ILogger log, CancellationToken cancellation)
    {
        var due = await kernel.Db.SystemAsync(
            Service,
            isWrite: false,
            tx =>
                tx.QueryAsync<DueAlarm>(
                    $"select tenant, id from alert where tell_at <= @now order by tell_at limit {MaxAlarms}",
                    new { now = tx.Now }
                ),
            cancellation: cancellation
        );
        foreach (var alarm in due)
        {
            await TryAsync(log, () => RunAsync(kernel, log, alarm, cancellation), cancellation);
        }
    }

    private static async Task RunAsync(
        TrustKernel kernel,
        ILogger log,
        DueAlarm alarm,
        CancellationToken cancellation
    )
    {
        var untold = await kernel.Db.SystemAsync(
            Service,
            isWrite: true,
            tx => TellAsync(tx, alarm.Id),
            new TenantId(alarm.Tenant),
            cancellation
        );
        if (untold is not null)
        {
            DeliveryLog.NobodyTold(log, untold.Code, untold.Severity, alarm.Tenant, untold.Text);
        }
    }

    /// <returns>The alarm, when no channel takes it.</returns>
    private static async Task<Alert?> TellAsync(Tx tx, Guid id)
    {
        // Another process may have told it since we looked.
        var alert = await tx.FindAsync<Alert>(
            $"select {Alerts.Columns} from alert where tenant = @tenant and id = @id and tell_at <= @now",
            new { id, now = tx.Now }
        );
        if (alert is null)
        {
            return null;
        }
        var severity = Enum.Parse<AlarmSeverity>(alert.Severity);
        var isClosed = alert.State == nameof(AlertState.Closed);
        var note =
            isClosed ? DeliveryNote.Closed
            : alert.Told == 0 ? DeliveryNote.Raised
            : DeliveryNote.Repeated;
        var channels = await tx.QueryAsync<TakingChannel>(
            $"""
            select id, minimum, person from alarm_channel where tenant = @tenant and state = 'On'
            limit {AlarmLimits.MaxChannels}
            """
        );
        var escalation = Escalation.Of(
            await Rota.ReadAsync(tx),
            alert,
            severity,
            await Rota.EscalateAfterAsync(tx),
            tx.Now
        );
        var taking = channels
            .Where(channel =>
                severity >= Enum.Parse<AlarmSeverity>(channel.Minimum)
                // Whom that is about may be off duty, or unable to come in: it is told to everybody's own channel.
                && (alert.Code == SoloMode.DeclaredAlarm || escalation.Reaches(channel.Person))
            )
            .ToList();
        foreach (var channel in taking)
        {
            await NoteAsync(tx, id, channel.Id, note);
        }
        await tx.ExecuteAsync(
            "update alert set tell_at = @next, told = told + 1, step = @step where tenant = @tenant and id = @id",
            new
            {
                id,
                step = escalation.Step,
                next = isClosed
                    ? (DateTimeOffset?)null
                    : Earlier(tx.Now + AlarmLimits.RepeatAfter(severity), escalation.NextAt),
            }
        );
        return taking.Count == 0 && !isClosed ? alert : null;
    }

    private static DateTimeOffset Earlier(DateTimeOffset repeat, DateTimeOffset? next) =>
        next is { } at && at < repeat ? at : repeat;

    /// <summary>A channel that is down does not gather the same alarm again and again.</summary>
    private static async Task NoteAsync(Tx tx, Guid id, Guid channel, DeliveryNote note)
    {
        var waiting = await tx.QueryAsync<long>(
            """
            select 1 from outbox_delivery
            where tenant = @tenant and target = @channel and state = 'Waiting' and item = @id and note <> 'Closed'
            limit 1
            """,
            new { id, channel }
        );
        if (waiting.Count == 0 || note == DeliveryNote.Closed)
        {
            await DeliveryQueue.AddAsync(tx, DeliveryKind.Alarm, channel, id, note);
        }
    }

    private sealed class DueAlarm
    {
        public string Tenant { get; init; } = "";
        public Guid Id { get; init; }
    }

    private sealed class TakingChannel
    {
        public Guid Id { get; init; }
        public string Minimum { get; init; } = "";
        public string? Person { get; init; }
    }
}
