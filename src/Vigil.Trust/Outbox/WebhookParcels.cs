using System.Text;
using System.Text.Json;

namespace Vigil.Trust;

/// <summary>Makes of a leased row what is posted to a webhook.</summary>
internal static class WebhookParcels
{
    public static async Task<Func<CancellationToken, Task<DeliveryOutcome>>> PrepareAsync(
        Tx tx,
        Outbound outbound,
        Leased row
    )
    {
        var happened = await tx.FindAsync<StoredEvent>(
            "select type, subject, created_at, data from outbox_event where tenant = @tenant and id = @item",
            new { item = row.Item }
        );
        var webhook = await tx.FindAsync<StoredWebhook>(
            """
            select url, secret, previous_secret, rotated_at from webhook
            where tenant = @tenant and id = @target
            """,
            new { target = row.Target }
        );
        if (happened is null || webhook is null)
        {
            return _ => Task.FromResult(new DeliveryOutcome("event_is_gone"));
        }
        var body = Body(tx, row.Item, happened);
        var url = new Uri(Webhooks.Open(tx, row.Target, webhook.Url));
        var secrets = SecretsInForce(tx, row.Target, webhook).ToList();
        var (id, time) = (row.Item.ToString(), tx.Kernel.Time);
        return async cancellation =>
            DeliveryOutcome.Of(
                await outbound.PostAsync(
                    url,
                    body,
                    // The time of this attempt: a receiver refuses old ones.
                    WebhookSignature.Sign(secrets, id, time.GetUtcNow(), body),
                    cancellation
                )
            );
    }

    private static IEnumerable<string> SecretsInForce(Tx tx, Guid id, StoredWebhook webhook)
    {
        yield return Webhooks.Open(tx, id, webhook.Secret);
        if (
            webhook.PreviousSecret is { } previous
            && webhook.RotatedAt is { } at
            && tx.Now < at + OutboxLimits.RotationOverlap
        )
        {
            yield return Webhooks.Open(tx, id, previous);
        }
    }

    /// <summary>The same bytes with each attempt.</summary>
    private static byte[] Body(Tx tx, Guid id, StoredEvent happened)
    {
        var data = tx.Secrets.Sealer("outbox event").Open(happened.Data, id.ToByteArray());
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("type", happened.Type);
            json.WriteString("timestamp", happened.CreatedAt.UtcDateTime);
            json.WriteString("id", id.ToString());
            json.WriteString("tenant", tx.Tenant.Value);
            json.WriteString("subject", happened.Subject);
            json.WritePropertyName("data");
            json.WriteRawValue(Encoding.UTF8.GetString(data), skipInputValidation: true);
            json.WriteEndObject();
        }
        return bytes.ToArray();
    }

    private sealed class StoredEvent
    {
        public string Type { get; init; } = "";
        public string Subject { get; init; } = "";
        public DateTimeOffset CreatedAt { get; init; }
        public byte[] Data { get; init; } = [];
    }

    private sealed class StoredWebhook
    {
        public byte[] Url { get; init; } = [];
        public byte[] Secret { get; init; } = [];
        public byte[]? PreviousSecret { get; init; }
        public DateTimeOffset? RotatedAt { get; init; }
    }
}
