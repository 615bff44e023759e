using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Alarms;

/// <summary>An alarm as programs see it.</summary>
internal sealed record AlarmAnswer(
    Guid Id,
    string Code,
    string About,
    string Severity,
    string Text,
    string State,
    int Count,
    DateTimeOffset FirstAt,
    DateTimeOffset LastAt,
    int Told,
    int Step,
    string? AcknowledgedBy,
    DateTimeOffset? AcknowledgedAt,
    DateTimeOffset? ClosedAt
)
{
    public static AlarmAnswer Of(Alert alert) =>
        new(
            alert.Id,
            alert.Code,
            alert.About,
            Words.Of(alert.Severity),
            alert.Text,
            Words.Of(alert.State),
            alert.Count,
            alert.FirstAt,
            alert.LastAt,
            alert.Told,
            alert.Step,
            alert.AcknowledgedBy,
            alert.AcknowledgedAt,
            alert.ClosedAt
        );
}

/// <param name="Alarms">Newest first.</param>
/// <param name="Next">Give it as "before" for the next page; null: this was the last.</param>
internal sealed record AlarmList(IReadOnlyList<AlarmAnswer> Alarms, Guid? Next);

/// <param name="Channels">To how many the test goes; the outbox says whether it arrived.</param>
internal sealed record TestAnswer(int Channels);

internal sealed record ChannelAnswer(
    Guid Id,
    string Label,
    string Kind,
    string Minimum,
    bool On,
    string? Person,
    string Place,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastAt,
    string? LastError
)
{
    public static ChannelAnswer Of(AlarmChannel channel) =>
        new(
            channel.Id,
            channel.Label,
            Words.Of(channel.Kind),
            Words.Of(channel.Minimum),
            channel.IsOn,
            channel.Person,
            channel.Place,
            channel.CreatedAt,
            channel.LastAt,
            channel.LastError
        );
}

internal sealed record ChannelList(IReadOnlyList<ChannelAnswer> Channels);

/// <param name="Id">Of the new channel.</param>
internal sealed record ChannelMade(Guid Id);

/// <summary>
/// What a caller sets of a channel. Which members count depends on the kind; without any of them a change
/// leaves them as they were.
/// </summary>
internal sealed record ChannelBody
{
    /// <summary>smtp, json, slack, pager_duty, alertmanager or command.</summary>
    public string? Kind { get; init; }

    public string? Label { get; init; }

    /// <summary>notice (default), urgent or page.</summary>
    public string? Minimum { get; init; }

    public bool On { get; init; } = true;

    /// <summary>Pseudonym of whose own channel it is: told when the rota says so. Without it: told always.</summary>
    public string? Person { get; init; }

    public string? Url { get; init; }

    /// <summary>PagerDuty's routing key, a whsec_ secret to sign with, or the mail server's password.</summary>
    public string? Key { get; init; }

    public string? Host { get; init; }
    public int? Port { get; init; }

    /// <summary>start_tls (default), tls, or plain (loopback only).</summary>
    public string? Security { get; init; }

    public string? User { get; init; }
    public string? From { get; init; }
    public IReadOnlyList<string>? To { get; init; }

    public AlarmChannelInput ToInput() =>
        new(
            Words.Read<AlarmChannelKind>(Kind, "kind"),
            Label ?? "",
            Words.Read<AlarmSeverity>(Minimum ?? "notice", "minimum"),
            On,
            Url is null
            && Key is null
            && Host is null
            && Port is null
            && User is null
            && From is null
            && To is null
                ? null
                : new AlarmChannelSettings
                {
                    Url = Url,
                    Key = Key,
                    Host = Host,
                    Port = Port,
                    Security = Words.Read<SmtpSecurity>(Security ?? "start_tls", "security"),
                    User = User,
                    From = From,
                    To = To,
                },
            Person
        );
}
