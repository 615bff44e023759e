using System.Text.Json;

namespace Vigil.Trust;

/// <summary>What a tenant may take along: what is known of it, without keys, secrets and sealed values.</summary>
public sealed partial class Tenants
{
    private const int LedgerRowsPerPage = 1000;

    /// <summary>
    /// Writes one JSON document: the tenant, its settings, its API keys (no secrets), how many rows each table
    /// holds, and its ledger, row for row.
    /// </summary>
    public async Task ExportAsync(
        Actor actor,
        TenantId tenant,
        Stream output,
        CancellationToken cancellation = default
    )
    {
        var state = await _db.InstallationSignedAsync(
            actor,
            Permission.SettingsWrite,
            async tx =>
            {
                var found =
                    await StateOfAsync(tx, tenant)
                    ?? throw new TenantException("not_found", "There is no tenant of this name.");
                await tx.RecordAsync(new LedgerAct("tenant.exported", tenant.Value));
                return found;
            },
            cancellation
        );
        await using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("format", "vigil-tenant-1");
        json.WriteString("tenant", tenant.Value);
        json.WriteString("state", state);
        await WriteSettingsAsync(json, tenant, cancellation);
        await WriteKeysAsync(json, tenant, cancellation);
        await WriteCountsAsync(json, tenant, cancellation);
        await WriteLedgerAsync(json, tenant, cancellation);
        json.WriteEndObject();
    }

    private async Task WriteSettingsAsync(
        Utf8JsonWriter json,
        TenantId tenant,
        CancellationToken cancellation
    )
    {
        var settings = await ReadAsync(
            tenant,
            tx =>
                tx.QueryAsync<Setting>(
                    "select name, value from setting where tenant = @tenant order by name limit 10000"
                ),
            cancellation
        );
        json.WriteStartObject("settings");
        foreach (var setting in settings)
        {
            json.WriteString(setting.Name, setting.Value);
        }
        json.WriteEndObject();
    }

    private async Task WriteKeysAsync(Utf8JsonWriter json, TenantId tenant, CancellationToken cancellation)
    {
        json.WriteStartArray("apiKeys");
        foreach (var key in await ReadAsync(tenant, ApiKeys.ListAsync, cancellation))
        {
            // Not with the writer itself: the serialiser would flush it, and synchronously.
            json.WriteRawValue(JsonSerializer.SerializeToUtf8Bytes(key, JsonSerializerOptions.Web));
        }
        json.WriteEndArray();
    }

    private async Task WriteCountsAsync(Utf8JsonWriter json, TenantId tenant, CancellationToken cancellation)
    {
        json.WriteStartObject("rows");
        foreach (var table in await TablesAsync(cancellation))
        {
            var count = await ReadAsync(
                tenant,
                tx => tx.FindAsync<long>($"select count(*) from \"{table.Name}\" where tenant = @tenant"),
                cancellation
            );
            json.WriteNumber(table.Name, count);
        }
        json.WriteEndObject();
    }

    private async Task WriteLedgerAsync(Utf8JsonWriter json, TenantId tenant, CancellationToken cancellation)
    {
        json.WriteStartArray("ledger");
        for (long after = 0; ; )
        {
            var page = await ReadAsync(
                tenant,
                tx =>
                    tx.QueryAsync<LedgerRow>(
                        """
                        select seq, canonical from ledger_event where tenant = @tenant and seq > @after
                        order by seq limit @limit
                        """,
                        new { after, limit = LedgerRowsPerPage }
                    ),
                cancellation
            );
            foreach (var row in page)
            {
                json.WriteRawValue(row.Canonical);
            }
            await json.FlushAsync(cancellation);
            if (page.Count < LedgerRowsPerPage)
            {
                break;
            }
            after = page[^1].Seq;
        }
        json.WriteEndArray();
    }

    private Task<T> ReadAsync<T>(TenantId tenant, Func<Tx, Task<T>> read, CancellationToken cancellation) =>
        _db.SystemAsync("tenant export", isWrite: false, read, tenant, cancellation);

    private sealed class Setting
    {
        public string Name { get; init; } = "";
        public string Value { get; init; } = "";
    }

    private sealed class LedgerRow
    {
        public long Seq { get; init; }
        public byte[] Canonical { get; init; } = [];
    }
}
