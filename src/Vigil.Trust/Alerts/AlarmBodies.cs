using System.Text.Json;

namespace Vigil.Trust;

/// <summary>An alarm in the shapes that on-call services take.</summary>
internal static class AlarmBodies
{
    public static byte[] Of(AlarmChannelKind kind, AlarmChannelSettings settings, ToldAlarm told) =>
        JsonSerializer.SerializeToUtf8Bytes<object>(
            kind switch
            {
                AlarmChannelKind.Slack => Slack(told),
                AlarmChannelKind.PagerDuty => PagerDuty(settings, told),
                AlarmChannelKind.Alertmanager => Alertmanager(told),
                _ => Json(told),
            }
        );

    private static Dictionary<string, object?> Json(ToldAlarm told) =>
        new()
        {
            ["type"] = $"alarm.{told.Note.ToString().ToLowerInvariant()}",
            ["id"] = told.Alert.Id,
            ["tenant"] = told.Tenant.Value,
            ["code"] = told.Alert.Code,
            ["severity"] = told.Alert.Severity.ToLowerInvariant(),
            ["about"] = told.Alert.About,
            ["text"] = told.Alert.Text,
            ["count"] = told.Alert.Count,
            ["firstAt"] = told.Alert.FirstAt,
            ["lastAt"] = told.Alert.LastAt,
        };

    private static Dictionary<string, object?> Slack(ToldAlarm told) =>
        new() { ["text"] = $"{told.Subject} – {told.Alert.Text}" };

    /// <remarks>https://developer.pagerduty.com/docs/events-api-v2/trigger-events/</remarks>
    private static Dictionary<string, object?> PagerDuty(AlarmChannelSettings settings, ToldAlarm told) =>
        new()
        {
            ["routing_key"] = settings.Key,
            ["event_action"] = told.Note == DeliveryNote.Closed ? "resolve" : "trigger",
            // One incident for one alarm, however often it is told.
            ["dedup_key"] = $"vigil-{told.Alert.Id}",
            ["payload"] = new Dictionary<string, object?>
            {
                ["summary"] = $"{told.Subject} – {told.Alert.Text}",
                ["source"] = $"vigil/{told.Tenant}",
                ["severity"] = told.Alert.Severity switch
                {
                    nameof(AlarmSeverity.Page) => "critical",
                    nameof(AlarmSeverity.Urgent) => "error",
                    _ => "warning",
                },
                ["timestamp"] = told.Alert.LastAt,
                ["component"] = told.Alert.About,
                ["class"] = told.Alert.Code,
            },
        };

    /// <remarks>https://prometheus.io/docs/alerting/latest/alerts_api/</remarks>
    private static object[] Alertmanager(ToldAlarm told)
    {
        var alert = new Dictionary<string, object?>
        {
            ["labels"] = new Dictionary<string, string>
            {
                ["alertname"] = told.Alert.Code,
                ["severity"] = told.Alert.Severity.ToLowerInvariant(),
                ["tenant"] = told.Tenant.Value,
                ["about"] = told.Alert.About,
                ["service"] = "vigil",
            },
            ["annotations"] = new Dictionary<string, string>
            {
                ["summary"] = told.Subject,
                ["description"] = told.Alert.Text,
            },
            ["startsAt"] = told.Alert.FirstAt,
        };
        if (told.Alert.ClosedAt is { } closed)
        {
            alert["endsAt"] = closed;
        }
        return [alert];
    }
}
