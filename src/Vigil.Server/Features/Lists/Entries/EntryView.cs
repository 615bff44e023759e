using System.Text.Json.Serialization;
using Vigil.Server.Features.Lists.Keeping;
using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Entries;

/// <summary>An entry as it is shown: where it came from and what it is here, never its value.</summary>
internal sealed class EntryView
{
    public const string Select = $"""
        select {Columns} from list_entry e join signal s on s.tenant = e.tenant and s.id = e.signal_id
        where e.tenant = @tenant
        """;

    /// <summary>Entries of the signals that are wanted.</summary>
    public const string SelectWanted = $"""
        select {Columns} from wanted cross join list_entry e
        join signal s on s.tenant = e.tenant and s.id = e.signal_id
        where e.tenant = @tenant and e.signal_id = wanted.value
        """;

    private const string Columns = """
        e.id, e.list_id, s.kind, e.source_ref, e.category, e.state as stored_state, e.reason, e.state_at,
        e.state_by, e.added_at, e.added_by, e.import_id
        """;

    public Guid Id { get; init; }
    public Guid ListId { get; init; }

    /// <summary>File, Url or Domain; in lower case.</summary>
    public string Kind
    {
        get;
        init => field = value.ToLowerInvariant();
    } = "";

    /// <summary>The source's own identifier; a keyed digest where that was a hash; empty: it gave none.</summary>
    public string SourceRef { get; init; } = "";
    public string Category { get; init; } = "";

    [JsonIgnore]
    public EntryState StoredState { get; init; }
    public string State => EntryWords.Of(StoredState);

    /// <summary>Why it is no longer active.</summary>
    public string? Reason { get; init; }
    public DateTimeOffset StateAt { get; init; }
    public string StateBy { get; init; } = "";
    public DateTimeOffset AddedAt { get; init; }
    public string AddedBy { get; init; } = "";

    /// <summary>Null: added by itself.</summary>
    public Guid? ImportId
    {
        get;
        init => field = value == Guid.Empty ? null : value;
    }

    public static Task<EntryView?> FindAsync(Tx tx, Guid listId, Guid entryId) =>
        tx.FindAsync<EntryView>(
            $"{Select} and e.list_id = @listId and e.id = @entryId",
            new { listId, entryId }
        );
}
