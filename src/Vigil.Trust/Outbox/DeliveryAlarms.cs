namespace Vigil.Trust;

/// <summary>When deliveries become somebody's business.</summary>
internal static class DeliveryAlarms
{
    public const string WebhookFailing = "webhook_failing";
    public const string ChannelFailing = "alarm_channel_failing";
    public const string DeadLetters = "webhook_gave_up";

    public static Task FollowAsync(Tx tx, DeliveryKind kind, Leased row, DeliveryState state)
    {
        var code = kind == DeliveryKind.Webhook ? WebhookFailing : ChannelFailing;
        var about = row.Target.ToString();
        if (state == DeliveryState.Delivered)
        {
            return tx.ClearAlarmAsync(code, about);
        }
        if (row.Note is nameof(DeliveryNote.Ping) or nameof(DeliveryNote.Test))
        {
            // Somebody sits before it and sees.
            return Task.CompletedTask;
        }
        if (state == DeliveryState.Dead && kind == DeliveryKind.Webhook)
        {
            return tx.RaiseAlarmAsync(GaveUp(about));
        }
        return row.Attempts + 1 == OutboxLimits.AttemptsUntilAlarm
            ? tx.RaiseAlarmAsync(Failing(kind, code, about))
            : Task.CompletedTask;
    }

    public static Alarm GaveUp(string about) =>
        new(
            DeadLetters,
            AlarmSeverity.Urgent,
            $"Events for a webhook were not received within {OutboxLimits.GiveUpAfter.TotalHours:0} hours "
                + "and are given up. See the outbox page: repair the receiver, then send them again, or discard them."
        )
        {
            About = about,
        };

    private static Alarm Failing(DeliveryKind kind, string code, string about) =>
        kind == DeliveryKind.Webhook
            ? new Alarm(
                code,
                AlarmSeverity.Notice,
                $"A webhook has failed {OutboxLimits.AttemptsUntilAlarm} times. Nothing is lost: events "
                    + "wait and are tried again. See the outbox page for its last error."
            )
            {
                About = about,
            }
            : new Alarm(
                code,
                AlarmSeverity.Urgent,
                $"An alarm channel has failed {OutboxLimits.AttemptsUntilAlarm} times: alarms do not reach "
                    + "people this way. See the outbox page for its last error, and test the channel on the "
                    + "alarms page."
            )
            {
                About = about,
            };
}
