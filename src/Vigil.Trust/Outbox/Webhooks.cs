using System.Text;
using System.Text.RegularExpressions;

namespace Vigil.Trust;

/// <summary>What a person sets of a webhook. Null: as it was, or the default.</summary>
public sealed record WebhookSettings
{
    public string? Url { get; init; }
    public string? Label { get; init; }

    /// <summary>Empty: all.</summary>
    public IReadOnlyCollection<string>? Types { get; init; }

    public WebhookState? State { get; init; }
}

/// <summary>The tenant's webhooks. Every change records itself in the ledger; secrets are given out once.</summary>
public static partial class Webhooks
{
    /// <summary>Type of the event that only tests an endpoint.</summary>
    public const string PingType = "ping";

    private const string Columns = """
        w.id, w.label, w.url as sealed_url, w.types, w.state, w.created_at, w.created_by, w.rotated_at,
        (select count(*) from (select 1 from outbox_delivery d where d.tenant = @tenant and d.target = w.id
            and d.state = 'Waiting' limit 100000) as found) as waiting,
        (select count(*) from (select 1 from outbox_delivery d where d.tenant = @tenant and d.target = w.id
            and d.state = 'Dead' limit 100000) as found) as dead,
        (select d.created_at from outbox_delivery d where d.tenant = @tenant and d.target = w.id
            and d.state = 'Waiting' order by d.id limit 1) as oldest_at
        """;

    public static async Task<IReadOnlyList<Webhook>> ListAsync(Tx tx)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var rows = await tx.QueryAsync<Webhook>(
            $"select {Columns} from webhook w where w.tenant = @tenant order by w.id limit {OutboxLimits.MaxWebhooks}"
        );
        return [.. rows.Select(row => Opened(tx, row))];
    }

    /// <summary>Null: none of this id.</summary>
    public static async Task<Webhook?> FindAsync(Tx tx, Guid id)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var row = await tx.FindAsync<Webhook>(
            $"select {Columns} from webhook w where w.tenant = @tenant and w.id = @id",
            new { id }
        );
        return row is null ? null : Opened(tx, row);
    }

    /// <returns>Its id, and the secret, which is shown this once.</returns>
    /// <exception cref="DeliveryInputException">It cannot be.</exception>
    /// <exception cref="OutboundException">The operator did not allow this address.</exception>
    public static async Task<(Guid Id, string Secret)> CreateAsync(
        Tx tx,
        Outbound outbound,
        WebhookSettings settings
    )
    {
        ArgumentNullException.ThrowIfNull(tx);
        ArgumentNullException.ThrowIfNull(settings);
        var url = CheckedUrl(outbound, settings.Url ?? "");
        var count = await tx.FindAsync<long>("select count(*) from webhook where tenant = @tenant");
        if (count >= OutboxLimits.MaxWebhooks)
        {
            throw new DeliveryInputException(
                "too_many_webhooks",
                $"There are {OutboxLimits.MaxWebhooks} webhooks already: remove one first."
            );
        }
        var (id, secret) = (tx.NewId(), WebhookSignature.NewSecret());
        var types = CheckedTypes(settings.Types ?? []);
        await tx.ExecuteAsync(
            """
            insert into webhook (tenant, id, label, url, types, state, secret, created_at, created_by)
            values (@tenant, @id, @label, @url, @types, @state, @secret, @at, @by)
            """,
            new
            {
                id,
                label = CheckedLabel(settings.Label ?? new Uri(url).Host),
                url = Seal(tx, id, url),
                types,
                state = (settings.State ?? WebhookState.On).ToString(),
                secret = Seal(tx, id, secret),
                at = tx.Now,
                by = tx.Actor.Name,
            }
        );
        await RecordAsync(tx, "webhook.created", id, ("types", types));
        return (id, secret);
    }

    /// <summary>False: none of this id.</summary>
    /// <inheritdoc cref="CreateAsync"/>
    public static async Task<bool> ChangeAsync(Tx tx, Outbound outbound, Guid id, WebhookSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (await FindAsync(tx, id) is not { } was)
        {
            return false;
        }
        var url = settings.Url is { } set ? CheckedUrl(outbound, set) : was.Url;
        var types = settings.Types is { } wanted ? CheckedTypes(wanted) : was.Types;
        var state = settings.State?.ToString() ?? was.State;
        await tx.ExecuteAsync(
            """
            update webhook set label = @label, url = @url, types = @types, state = @state
            where tenant = @tenant and id = @id
            """,
            new
            {
                id,
                label = CheckedLabel(settings.Label ?? was.Label),
                url = Seal(tx, id, url),
                types,
                state,
            }
        );
        await RecordAsync(
            tx,
            "webhook.changed",
            id,
            ("state", state),
            ("types", types),
            ("url", url == was.Url ? "same" : "changed")
        );
        tx.OnCommitted(tx.Kernel.Bell.Ring);
        return true;
    }

    /// <summary>With what waits or is dead for it; false: none of this id.</summary>
    public static async Task<bool> RemoveAsync(Tx tx, Guid id)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var dropped = await tx.ExecuteAsync(
            "delete from outbox_delivery where tenant = @tenant and target = @id",
            new { id }
        );
        var removed = await tx.ExecuteAsync(
            "delete from webhook where tenant = @tenant and id = @id",
            new { id }
        );
        await RecordAsync(tx, "webhook.removed", id, ("deliveries dropped", $"{dropped}"));
        await tx.ClearAlarmAsync("webhook_failing", id.ToString());
        return removed == 1;
    }

    /// <summary>
    /// A new secret; the one before signs too for a day, so that a receiver can change over without a gap.
    /// Null: none of this id.
    /// </summary>
    public static async Task<string?> RotateAsync(Tx tx, Guid id)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var secret = WebhookSignature.NewSecret();
        var changed = await tx.ExecuteAsync(
            """
            update webhook set previous_secret = secret, secret = @secret, rotated_at = @at
            where tenant = @tenant and id = @id
            """,
            new
            {
                id,
                secret = Seal(tx, id, secret),
                at = tx.Now,
            }
        );
        await RecordAsync(tx, "webhook.secret.rotated", id);
        return changed == 1 ? secret : null;
    }

    /// <summary>Sends a test event to this endpoint only, whatever types it wants. Null: none of this id.</summary>
    /// <returns>Id of the delivery.</returns>
    /// <exception cref="DeliveryInputException">It is not on.</exception>
    public static async Task<Guid?> PingAsync(Tx tx, Guid id)
    {
        if (await FindAsync(tx, id) is not { } webhook)
        {
            return null;
        }
        if (webhook.State != nameof(WebhookState.On))
        {
            throw new DeliveryInputException(
                "webhook_not_on",
                "This webhook is paused or off: turn it on, then test it."
            );
        }
        var happened = new OutboxEvent(PingType, id.ToString(), new { });
        var delivery = await TxOutbox.DeliverAsync(
            tx,
            await TxOutbox.KeepAsync(tx, happened),
            id,
            DeliveryNote.Ping
        );
        await RecordAsync(tx, "webhook.pinged", id);
        return delivery;
    }

    internal static string Open(Tx tx, Guid id, byte[] value) =>
        Encoding.UTF8.GetString(tx.Secrets.Sealer("webhook").Open(value, id.ToByteArray()));

    private static byte[] Seal(Tx tx, Guid id, string value) =>
        tx.Secrets.Sealer("webhook").Seal(Encoding.UTF8.GetBytes(value), id.ToByteArray());

    private static Webhook Opened(Tx tx, Webhook row)
    {
        row.Url = Open(tx, row.Id, row.SealedUrl);
        return row;
    }

    private static Task RecordAsync(
        Tx tx,
        string action,
        Guid id,
        params (string Name, string Value)[] facts
    ) =>
        tx.RecordAsync(
            new LedgerAct(action, id.ToString())
            {
                Facts = facts.ToDictionary(fact => fact.Name, fact => fact.Value, StringComparer.Ordinal),
            }
        );

    private static string CheckedUrl(Outbound outbound, string text)
    {
        ArgumentNullException.ThrowIfNull(outbound);
        if (
            text.Length > OutboxLimits.MaxUrlCharacters
            || !Uri.TryCreate(text.Trim(), UriKind.Absolute, out var url)
        )
        {
            throw new DeliveryInputException(
                "bad_url",
                "An address is whole, as https://host/path, and has at most "
                    + $"{OutboxLimits.MaxUrlCharacters} characters."
            );
        }
        outbound.Check(url);
        return url.AbsoluteUri;
    }

    private static string CheckedLabel(string label) =>
        label.Trim() is { Length: > 0 and <= OutboxLimits.MaxLabelCharacters } trimmed
        && !trimmed.Any(char.IsControl)
            ? trimmed
            : throw new DeliveryInputException(
                "bad_label",
                $"A label has 1 to {OutboxLimits.MaxLabelCharacters} characters in one line."
            );

    private static string CheckedTypes(IReadOnlyCollection<string> types) =>
        types.Count <= OutboxLimits.MaxTypes
        && types.All(type => type.Length <= OutboxLimits.MaxTypeCharacters && TypeName().IsMatch(type))
            ? string.Join(' ', types.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            : throw new DeliveryInputException(
                "bad_types",
                $"At most {OutboxLimits.MaxTypes} event types, each as 'case.opened'; none means all."
            );

    [GeneratedRegex(@"^[a-z_]+(\.[a-z_]+)*\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex TypeName();
}
