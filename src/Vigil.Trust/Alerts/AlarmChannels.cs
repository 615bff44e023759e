using System.Net.Mail;
using System.Text.Json;

namespace Vigil.Trust;

/// <summary>What a person sets of a channel.</summary>
/// <param name="Kind">Fixed when it is made.</param>
/// <param name="Label">For people.</param>
/// <param name="Minimum">Alarms below are not told this way.</param>
/// <param name="IsOn">Whether it is used.</param>
/// <param name="Settings">Null, for a change: as they were.</param>
/// <param name="Person">Pseudonym of whose own it is, told by the rota; null: told always.</param>
public sealed record AlarmChannelInput(
    AlarmChannelKind Kind,
    string Label,
    AlarmSeverity Minimum,
    bool IsOn,
    AlarmChannelSettings? Settings,
    string? Person = null
);

/// <summary>The tenant's alarm channels. Every change records itself in the ledger.</summary>
public static class AlarmChannels
{
    private const string Sealer = "alarm channel";
    private const int MaxKeyCharacters = 500;

    public static async Task<IReadOnlyList<AlarmChannel>> ListAsync(Tx tx)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var channels = await tx.QueryAsync<AlarmChannel>(
            $"""
            select c.id, c.label, c.kind, c.minimum, c.state, c.person, c.settings, c.created_at,
                (select d.last_error from outbox_delivery d where d.tenant = @tenant and d.target = c.id
                    and d.last_at is not null order by d.last_at desc limit 1) as last_error,
                (select max(d.last_at) from outbox_delivery d where d.tenant = @tenant and d.target = c.id) as last_at
            from alarm_channel c where c.tenant = @tenant order by c.id limit {AlarmLimits.MaxChannels}
            """
        );
        foreach (var channel in channels)
        {
            channel.Place = PlaceOf(Open(tx, channel.Id, channel.Settings));
        }
        return channels;
    }

    /// <exception cref="DeliveryInputException">It cannot be.</exception>
    /// <exception cref="OutboundException">The operator did not allow this address.</exception>
    public static async Task<Guid> CreateAsync(
        Tx tx,
        Outbound outbound,
        AlarmOptions options,
        AlarmChannelInput input
    )
    {
        ArgumentNullException.ThrowIfNull(tx);
        ArgumentNullException.ThrowIfNull(input);
        var count = await tx.FindAsync<long>("select count(*) from alarm_channel where tenant = @tenant");
        if (count >= AlarmLimits.MaxChannels)
        {
            throw new DeliveryInputException(
                "too_many_channels",
                $"There are {AlarmLimits.MaxChannels} alarm channels already: remove one first."
            );
        }
        var settings = input.Settings ?? new AlarmChannelSettings();
        Check(outbound, options, input, settings);
        var id = tx.NewId();
        await tx.ExecuteAsync(
            """
            insert into alarm_channel
                (tenant, id, label, kind, minimum, state, person, settings, created_at, created_by)
            values (@tenant, @id, @label, @kind, @minimum, @state, @person, @settings, @at, @by)
            """,
            new
            {
                id,
                label = input.Label.Trim(),
                kind = input.Kind.ToString(),
                minimum = input.Minimum.ToString(),
                state = input.IsOn ? "On" : "Off",
                person = string.IsNullOrWhiteSpace(input.Person) ? null : input.Person.Trim(),
                settings = Seal(tx, id, settings),
                at = tx.Now,
                by = tx.Actor.Name,
            }
        );
        await RecordAsync(tx, "alarm_channel.created", id, input);
        return id;
    }

    /// <summary>False: none of this id.</summary>
    /// <inheritdoc cref="CreateAsync"/>
    public static async Task<bool> ChangeAsync(
        Tx tx,
        Outbound outbound,
        AlarmOptions options,
        Guid id,
        AlarmChannelInput input
    )
    {
        ArgumentNullException.ThrowIfNull(input);
        if (await FindAsync(tx, id) is not { } was)
        {
            return false;
        }
        if (was.Kind != input.Kind.ToString())
        {
            throw new DeliveryInputException("kind_is_fixed", "A channel keeps its kind: make another one.");
        }
        var settings = input.Settings ?? Open(tx, id, was.Settings);
        Check(outbound, options, input, settings);
        await tx.ExecuteAsync(
            """
            update alarm_channel
            set label = @label, minimum = @minimum, state = @state, person = @person, settings = @settings
            where tenant = @tenant and id = @id
            """,
            new
            {
                id,
                label = input.Label.Trim(),
                minimum = input.Minimum.ToString(),
                state = input.IsOn ? "On" : "Off",
                person = string.IsNullOrWhiteSpace(input.Person) ? null : input.Person.Trim(),
                settings = Seal(tx, id, settings),
            }
        );
        await RecordAsync(tx, "alarm_channel.changed", id, input);
        tx.OnCommitted(tx.Kernel.Bell.Ring);
        return true;
    }

    /// <summary>On or off, all else as it was. False: none of this id.</summary>
    public static async Task<bool> TurnAsync(Tx tx, Guid id, bool isOn)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var state = isOn ? "On" : "Off";
        var changed = await tx.ExecuteAsync(
            "update alarm_channel set state = @state where tenant = @tenant and id = @id",
            new { id, state }
        );
        await tx.RecordAsync(
            new LedgerAct("alarm_channel.changed", id.ToString())
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["state"] = state },
            }
        );
        tx.OnCommitted(tx.Kernel.Bell.Ring);
        return changed == 1;
    }

    /// <summary>With what waits for it. False: none of this id.</summary>
    public static async Task<bool> RemoveAsync(Tx tx, Guid id)
    {
        ArgumentNullException.ThrowIfNull(tx);
        await tx.ExecuteAsync(
            "delete from outbox_delivery where tenant = @tenant and target = @id",
            new { id }
        );
        var removed = await tx.ExecuteAsync(
            "delete from alarm_channel where tenant = @tenant and id = @id",
            new { id }
        );
        await tx.ClearAlarmAsync(DeliveryAlarms.ChannelFailing, id.ToString());
        await tx.RecordAsync(new LedgerAct("alarm_channel.removed", id.ToString()));
        return removed == 1;
    }

    internal static Task<AlarmChannel?> FindAsync(Tx tx, Guid id) =>
        tx.FindAsync<AlarmChannel>(
            """
            select id, label, kind, minimum, state, settings, created_at from alarm_channel
            where tenant = @tenant and id = @id
            """,
            new { id }
        );

    internal static AlarmChannelSettings Open(Tx tx, Guid id, byte[] value) =>
        JsonSerializer.Deserialize<AlarmChannelSettings>(
            tx.Secrets.Sealer(Sealer).Open(value, id.ToByteArray())
        )!;

    private static byte[] Seal(Tx tx, Guid id, AlarmChannelSettings settings) =>
        tx.Secrets.Sealer(Sealer).Seal(JsonSerializer.SerializeToUtf8Bytes(settings), id.ToByteArray());

    private static string PlaceOf(AlarmChannelSettings settings) =>
        settings.Url is { } url ? new Uri(url).GetLeftPart(UriPartial.Authority)
        : settings.Host is { } host ? $"{host}:{settings.Port} ({settings.To?.Count ?? 0} recipients)"
        : "the operator's program";

    private static void Check(
        Outbound outbound,
        AlarmOptions options,
        AlarmChannelInput input,
        AlarmChannelSettings settings
    )
    {
        ArgumentNullException.ThrowIfNull(outbound);
        if (
            input.Label.Trim() is not { Length: > 0 and <= OutboxLimits.MaxLabelCharacters }
            || input.Label.Any(char.IsControl)
        )
        {
            throw new DeliveryInputException(
                "bad_label",
                $"A label has 1 to {OutboxLimits.MaxLabelCharacters} characters in one line."
            );
        }
        if (settings.Key?.Length > MaxKeyCharacters || settings.Key?.Any(char.IsControl) == true)
        {
            throw new DeliveryInputException("bad_key", "A key is one line of at most 500 characters.");
        }
        switch (input.Kind)
        {
            case AlarmChannelKind.Command when options.Command is null:
                throw new DeliveryInputException(
                    "no_command",
                    "The operator of this installation has set no alarm program (vigil serve --alarm-command)."
                );
            case AlarmChannelKind.Command:
                break;
            case AlarmChannelKind.Smtp:
                CheckMail(outbound, settings);
                break;
            default:
                CheckUrl(outbound, input.Kind, settings);
                break;
        }
    }

    private static void CheckUrl(Outbound outbound, AlarmChannelKind kind, AlarmChannelSettings settings)
    {
        if (!Uri.TryCreate(settings.Url, UriKind.Absolute, out var url))
        {
            throw new DeliveryInputException(
                "bad_url",
                "This kind of channel has a url, as https://host/path."
            );
        }
        outbound.Check(url);
        if (kind == AlarmChannelKind.PagerDuty && string.IsNullOrWhiteSpace(settings.Key))
        {
            throw new DeliveryInputException("bad_key", "A PagerDuty channel has a key: the routing key.");
        }
        if (kind == AlarmChannelKind.Json && settings.Key is { } secret)
        {
            try
            {
                _ = WebhookSignature.Sign([secret], "check", DateTimeOffset.UnixEpoch, []);
            }
            catch (FormatException e)
            {
                throw new DeliveryInputException("bad_key", e.Message);
            }
        }
    }

    private static void CheckMail(Outbound outbound, AlarmChannelSettings settings)
    {
        if (string.IsNullOrWhiteSpace(settings.Host) || settings.Port is not (> 0 and < 65536))
        {
            throw new DeliveryInputException("bad_mail_server", "A mail channel has a host and a port.");
        }
        outbound.CheckHost(settings.Host, settings.Port.Value);
        if (settings.To is not { Count: > 0 and <= AlarmLimits.MaxRecipients })
        {
            throw new DeliveryInputException(
                "bad_recipients",
                $"A mail channel has 1 to {AlarmLimits.MaxRecipients} recipients."
            );
        }
        if (settings.To.Append(settings.From ?? "").Any(address => !IsMailAddress(address)))
        {
            throw new DeliveryInputException(
                "bad_mail_address",
                "The sender and each recipient are plain mail addresses, as oncall@example.org."
            );
        }
    }

    private static bool IsMailAddress(string text) =>
        text.Length <= 254
        && text.All(c => c is > ' ' and < '\x7f' and not ('<' or '>'))
        && MailAddress.TryCreate(text, out var address)
        && address.Address == text;

    private static Task RecordAsync(Tx tx, string action, Guid id, AlarmChannelInput input) =>
        tx.RecordAsync(
            new LedgerAct(action, id.ToString())
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["kind"] = input.Kind.ToString(),
                    ["minimum"] = input.Minimum.ToString(),
                    ["on"] = input.IsOn ? "yes" : "no",
                },
            }
        );
}
