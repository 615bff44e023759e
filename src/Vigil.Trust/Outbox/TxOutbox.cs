using System.Text.Json;

namespace Vigil.Trust;

/// <summary>How features tell the outside: into the outbox, in the transaction of what happened.</summary>
public static class TxOutbox
{
    /// <summary>
    /// The event reaches every webhook of the tenant that wants its type, at least once and always with the
    /// same id, also if this process is killed right after the commit.
    /// </summary>
    public static async Task PublishAsync(this Tx tx, OutboxEvent happened)
    {
        ArgumentNullException.ThrowIfNull(tx);
        ArgumentNullException.ThrowIfNull(happened);
        var id = await KeepAsync(tx, happened);
        var webhooks = await tx.QueryAsync<Wanting>(
            $"select id, types from webhook where tenant = @tenant and state <> 'Off' limit {OutboxLimits.MaxWebhooks}"
        );
        foreach (var webhook in webhooks.Where(row => Webhook.Wants(row.Types, happened.Type)))
        {
            await DeliverAsync(tx, id, webhook.Id, DeliveryNote.Event);
        }
    }

    /// <summary>
    /// The event reaches this one webhook, which must take its type and no other: nothing else of the tenant is told
    /// there by mistake.
    /// </summary>
    /// <returns>The delivery, for <see cref="DeliveryStates"/>; null: there is no such webhook, or it is off.</returns>
    public static async Task<Guid?> PublishToAsync(this Tx tx, Guid webhook, OutboxEvent happened)
    {
        ArgumentNullException.ThrowIfNull(tx);
        ArgumentNullException.ThrowIfNull(happened);
        var found = await tx.FindAsync<Wanting>(
            "select id, types from webhook where tenant = @tenant and id = @webhook and state <> 'Off'",
            new { webhook }
        );
        return found?.Types == happened.Type
            ? await DeliverAsync(tx, await KeepAsync(tx, happened), webhook, DeliveryNote.Event)
            : null;
    }

    /// <summary>The event's row, for nobody yet.</summary>
    internal static async Task<Guid> KeepAsync(Tx tx, OutboxEvent happened)
    {
        var id = tx.NewId();
        var data = JsonSerializer.SerializeToUtf8Bytes(happened.Data, JsonSerializerOptions.Web);
        if (data.Length > OutboxLimits.MaxDataBytes)
        {
            throw new InvalidOperationException(
                $"The data of an event has at most {OutboxLimits.MaxDataBytes} bytes: name what it is about instead."
            );
        }
        await tx.ExecuteAsync(
            """
            insert into outbox_event (tenant, id, type, subject, created_at, data)
            values (@tenant, @id, @type, @subject, @at, @data)
            """,
            new
            {
                id,
                type = happened.Type,
                subject = happened.Subject,
                at = tx.Now,
                data = tx.Secrets.Sealer("outbox event").Seal(data, id.ToByteArray()),
            }
        );
        return id;
    }

    internal static Task<Guid> DeliverAsync(Tx tx, Guid item, Guid webhook, DeliveryNote note) =>
        DeliveryQueue.AddAsync(tx, DeliveryKind.Webhook, webhook, item, note);

    private sealed class Wanting
    {
        public Guid Id { get; init; }
        public string Types { get; init; } = "";
    }
}
