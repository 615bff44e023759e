using System.Text.Json;

namespace Vigil.Trust;

/// <summary>One act as it stands in the ledger, for people to read.</summary>
public sealed record LedgerEntry
{
    public required long Seq { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Actor { get; init; }
    public required string Action { get; init; }
    public required string Object { get; init; }
    public string? Reason { get; init; }
    public required IReadOnlyDictionary<string, string> Facts { get; init; }
}

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
            """
            select seq, at, actor, action, canonical from ledger_event
            where tenant = @tenant and seq < @before and substr(action, 1, @length) = @action
            order by seq desc limit @rows
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

    private sealed class Stored
    {
        public long Seq { get; init; }
        public DateTimeOffset At { get; init; }
        public string Actor { get; init; } = "";
        public string Action { get; init; } = "";
        public byte[] Canonical { get; init; } = [];

        public LedgerEntry ToEntry()
        {
            using var json = JsonDocument.Parse(Canonical);
            var root = json.RootElement;
            return new LedgerEntry
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
            };
        }
    }
}
