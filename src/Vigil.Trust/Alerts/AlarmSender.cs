namespace Vigil.Trust;

/// <summary>Makes of a leased row what goes to an alarm channel.</summary>
internal sealed class AlarmSender(Outbound outbound, AlarmCommand command, TimeProvider time)
{
    private static readonly Dictionary<string, string> NoHeaders = [];

    public async Task<Func<CancellationToken, Task<DeliveryOutcome>>> PrepareAsync(Tx tx, Leased row)
    {
        var alert = await tx.FindAsync<Alert>(
            $"select {Alerts.Columns} from alert where tenant = @tenant and id = @item",
            new { item = row.Item }
        );
        var channel = await AlarmChannels.FindAsync(tx, row.Target);
        if (alert is null || channel is null)
        {
            return _ => Task.FromResult(new DeliveryOutcome("alarm_is_gone"));
        }
        var told = new ToldAlarm(tx.Tenant, Enum.Parse<DeliveryNote>(row.Note), alert);
        var settings = AlarmChannels.Open(tx, channel.Id, channel.Settings);
        var kind = Enum.Parse<AlarmChannelKind>(channel.Kind);
        return cancellation => SendAsync(kind, settings, told, row.Id, cancellation);
    }

    private async Task<DeliveryOutcome> SendAsync(
        AlarmChannelKind kind,
        AlarmChannelSettings settings,
        ToldAlarm told,
        Guid delivery,
        CancellationToken cancellation
    )
    {
        switch (kind)
        {
            case AlarmChannelKind.Command:
                return await command.RunAsync(told, cancellation);
            case AlarmChannelKind.Smtp:
                return await new SmtpSender(outbound, settings).SendAsync(
                    told.Subject,
                    told.Letter,
                    delivery,
                    time.GetUtcNow(),
                    cancellation
                );
            default:
                var body = AlarmBodies.Of(kind, settings, told);
                var headers =
                    kind == AlarmChannelKind.Json && settings.Key is { } secret
                        ? WebhookSignature.Sign([secret], delivery.ToString(), time.GetUtcNow(), body)
                        : NoHeaders;
                return DeliveryOutcome.Of(
                    await outbound.PostAsync(new Uri(settings.Url!), body, headers, cancellation)
                );
        }
    }
}

/// <summary>An alarm as it is told once.</summary>
internal sealed record ToldAlarm(TenantId Tenant, DeliveryNote Note, Alert Alert)
{
    public string Subject =>
        Note switch
        {
            DeliveryNote.Closed => $"[Vigil] closed: {Alert.Code}",
            DeliveryNote.Test => "[Vigil] test alarm",
            _ => $"[Vigil] {Alert.Severity.ToLowerInvariant()}: {Alert.Code}",
        };

    public string Letter =>
        $"{(Note == DeliveryNote.Closed ? "Closed: this is over.\n" : "")}{Alert.Text}\n\n"
        + $"Code: {Alert.Code}\n"
        + (Alert.About.Length > 0 ? $"About: {Alert.About}\n" : "")
        + $"Severity: {Alert.Severity}\nTenant: {Tenant}\nRaised: {Alert.Count} times, first {Alert.FirstAt:u}, "
        + $"last {Alert.LastAt:u}\n\nAcknowledge it on the alarms page of the console to stop the repeats.\n";
}
