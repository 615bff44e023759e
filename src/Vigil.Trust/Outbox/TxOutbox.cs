using System.Text.Json;

namespace Vigil.Trust;

/// <summary>How features tell the outside: into the outbox, in the transaction of what happened.</summary>
public static class TxOutbox
{
    /// <summary>The event reaches every webhook of the tenant that wants its type.</summary>
    public static async Task PublishAsync(this Tx tx, OutboxEvent happened)
    {
        ArgumentNullException.ThrowIfNull(tx);
        ArgumentNullException.ThrowIfNull(happened);
        var id = tx.NewId();
        var data = JsonSerializer.SerializeToUtf8Bytes(happened.Data, JsonSerializerOptions.Web);
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
    }
}
