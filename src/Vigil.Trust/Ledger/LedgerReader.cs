using System.Text.Json;

namespace Vigil.Trust;

/// <summary>Reads the tenant's ledger.</summary>
public static class LedgerReader
{
    /// <summary>Most rows of one answer.</summary>
    public const int MaxRows = 200;

    /// <param name="tx">The reader's.</param>
    /// <param name="before">Entries older than this number; null: the newest.</param>
    /// <param name="action">Those whose action begins so, as "list."; empty: all.</param>
    /// <param name="rows">At most, up to <see cref="MaxRows"/>.</param>
    public static async Task<IReadOnlyList<LedgerEntry>> ReadAsync(
        Tx tx,
        long? before = null,
        string action = "",
        int rows = 50
    )
    {
        ArgumentNullException.ThrowIfNull(tx);
        ArgumentNullException.ThrowIfNull(action);
        var stored = await tx.QueryAsync<Stored>(
            $"""
            {Select}
            where e.tenant = @tenant and e.seq < @before and substr(e.action, 1, @length) = @action
            order by e.seq desc limit @rows
            """,
            new
            {
                before = before ?? long.MaxValue,
                length = action.Length,
                action,
                rows = Math.Clamp(rows, 1, MaxRows),
            }
        );
        return [.. stored.Select(row => row.ToEntry())];
    }

    /// <summary>
    /// All acts about one thing, oldest first. Looks at every act of the tenant: for what is done seldom, as the record
    /// in a package.
    /// </summary>
    public static async Task<IReadOnlyList<LedgerEntry>> AboutAsync(Tx tx, string about)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var stored = await tx.QueryAsync<Stored>(
            $"{Select} where l.tenant = @tenant and l.subject = @about order by e.seq limit 1000",
            new { about }
        );
        return [.. stored.Select(row => row.ToEntry())];
    }

    private const string Select = """
        select e.seq, e.at, e.actor, e.action, e.canonical, l.position,
            (select size from ledger_head where one = 1) as size
        from ledger_event e left join ledger_leaf l on l.seq = e.seq
        """;

    private sealed class Stored
    {
        public long Seq { get; init; }
        public DateTimeOffset At { get; init; }
        public string Actor { get; init; } = "";
        public string Action { get; init; } = "";
        public byte[] Canonical { get; init; } = [];
        public long? Position { get; init; }
        public long Size { get; init; }

        public LedgerEntry ToEntry()
        {
            try
            {
                using var json = JsonDocument.Parse(Canonical);
                return ToEntry(json.RootElement);
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                // Somebody changed it past the service: the page that shows it must not fail by it.
                using var none = JsonDocument.Parse("""{"object":"(not readable: changed)","facts":{}}""");
                return ToEntry(none.RootElement);
            }
        }

        private LedgerEntry ToEntry(JsonElement root) =>
            new()
            {
                Seq = Seq,
                At = At,
                Actor = Actor,
                Action = Action,
                Object = root.GetProperty("object").GetString()!,
                Reason = root.TryGetProperty("reason", out var reason) ? reason.GetString() : null,
                Facts = root.GetProperty("facts")
                    .EnumerateObject()
                    .ToDictionary(fact => fact.Name, fact => fact.Value.GetString()!, StringComparer.Ordinal),
                Position = Position,
                IsSigned = Position < Size,
            };
    }
}
