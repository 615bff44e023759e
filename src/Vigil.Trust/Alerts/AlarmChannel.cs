using System.Text.Json.Serialization;

namespace Vigil.Trust;

public enum AlarmChannelKind
{
    /// <summary>Mail, by a mail server that the operator allowed.</summary>
    Smtp,

    /// <summary>JSON of our own, signed as webhooks are where a secret is set.</summary>
    Json,

    /// <summary>{"text": …}, as Slack, Mattermost and others take it.</summary>
    Slack,

    /// <summary>PagerDuty Events API v2, and what is compatible.</summary>
    PagerDuty,

    /// <summary>Prometheus Alertmanager, /api/v2/alerts.</summary>
    Alertmanager,

    /// <summary>The operator's program (<see cref="AlarmOptions.Command"/>).</summary>
    Command,
}

public enum SmtpSecurity
{
    /// <summary>TLS after STARTTLS; without it nothing is sent.</summary>
    StartTls,

    /// <summary>TLS from the first byte (port 465).</summary>
    Tls,

    /// <summary>None: to a loopback address only.</summary>
    Plain,
}

/// <summary>
/// How a channel reaches people. Which members count depends on the kind. Sealed in the database: addresses
/// and keys are in it.
/// </summary>
public sealed record AlarmChannelSettings
{
    /// <summary>For all but SMTP and the command.</summary>
    public string? Url { get; init; }

    /// <summary>PagerDuty's routing key, a webhook secret (whsec_…), or the mail server's password.</summary>
    public string? Key { get; init; }

    public string? Host { get; init; }
    public int? Port { get; init; }

    [JsonConverter(typeof(JsonStringEnumConverter<SmtpSecurity>))]
    public SmtpSecurity? Security { get; init; }

    public string? User { get; init; }
    public string? From { get; init; }
    public IReadOnlyList<string>? To { get; init; }

    /// <summary>Says nothing: keys are in it.</summary>
    public override string ToString() => "alarm channel settings";
}

/// <summary>A way by which alarms reach people of the tenant.</summary>
public sealed class AlarmChannel
{
    public Guid Id { get; init; }
    public string Label { get; init; } = "";
    public string Kind { get; init; } = "";

    /// <summary>Alarms below are not told this way.</summary>
    public string Minimum { get; init; } = "";

    /// <summary>Whose own channel it is, by pseudonym: told when the rota says so. Null: always told.</summary>
    public string? Person { get; init; }

    public bool IsOn => State == "On";
    public string State { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Where it leads, without keys.</summary>
    public string Place { get; set; } = "";

    /// <summary>Of its last attempt: null where it was received, or there was none.</summary>
    public string? LastError { get; init; }

    public DateTimeOffset? LastAt { get; init; }

    internal byte[] Settings { get; init; } = [];
}
