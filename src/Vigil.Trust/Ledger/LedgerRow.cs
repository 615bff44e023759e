using System.Text.Json;
using Vigil.Evidence;

namespace Vigil.Trust;

/// <summary>A row of the ledger with its place in the tree.</summary>
internal sealed class LedgerRow
{
    /// <summary>Rows by place: one text for the sequencer, its checks, and the check from outside.</summary>
    public const string ByPosition = """
        select l.position, l.seq, l.tenant, l.subject, s.salt,
            e.canonical, e.tenant as event_tenant, e.at, e.actor, e.action
        from ledger_leaf l
        left join ledger_event e on e.seq = l.seq
        left join ledger_salt s on s.tenant = l.tenant and s.subject = l.subject and s.id = l.salt_id
        where l.position >= @from and l.position < @to
        order by l.position limit @limit
        """;

    public long Position { get; init; }
    public long Seq { get; init; }
    public string Tenant { get; init; } = "";
    public string Subject { get; init; } = "";

    /// <summary>Null: destroyed, so nothing links the row and its leaf.</summary>
    public byte[]? Salt { get; init; }

    /// <summary>Null: the row is gone.</summary>
    public byte[]? Canonical { get; init; }
    public string? EventTenant { get; init; }
    public long? At { get; init; }
    public string? Actor { get; init; }
    public string? Action { get; init; }

    /// <summary>What stands in the tree; salt and row are there.</summary>
    public byte[] Leaf() => KeyedLeaf.Of(Salt, Canonical);

    /// <summary>What is wrong with the row, beside an entry of the ledger; null: nothing.</summary>
    /// <param name="entry">What was signed at its place; null: nothing yet.</param>
    public string? Fault(ReadOnlyMemory<byte>? entry) =>
        Canonical is null ? $"row {Seq} is gone"
        : Salt is null ? null
        : entry is { } signed && !signed.Span.SequenceEqual(Leaf())
            ? $"row {Seq} is not what was signed: its bytes, its place or its salt were changed"
        : !FitsColumns() ? $"row {Seq} has columns that its signed bytes do not have"
        : null;

    /// <summary>People and queries see the columns; what is signed are the canonical bytes.</summary>
    private bool FitsColumns()
    {
        try
        {
            using var json = JsonDocument.Parse(Canonical);
            var root = json.RootElement;
            return root.GetProperty("tenant").GetString() == EventTenant
                && EventTenant == Tenant
                && root.GetProperty("at").GetInt64() == At
                && root.GetProperty("actor").GetString() == Actor
                && root.GetProperty("action").GetString() == Action
                && root.GetProperty("object").GetString() == Subject;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return false;
        }
    }
}
