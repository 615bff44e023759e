using Vigil.Matching.Lists;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Describing;

/// <summary>A row of <c>list</c>.</summary>
internal sealed class StoredList
{
    public const string Columns = """
        id, name, title, source, purpose, licence, onward_sharing, confidence, jurisdiction, attestation, mode,
        radius, quality_floor, is_test, stale_after_days, generation, active_entries, quarantined_entries,
        removed_entries, entries_changed_at, created_at, created_by, changed_at, changed_by, removed_at,
        removed_by, removed_reason
        """;

    public Guid Id { get; init; }
    public string Name { get; init; } = "";
    public string Title { get; init; } = "";
    public string Source { get; init; } = "";
    public string Purpose { get; init; } = "";
    public string Licence { get; init; } = "";
    public string OnwardSharing { get; init; } = "";
    public string Confidence { get; init; } = "";
    public string Jurisdiction { get; init; } = "";
    public string? Attestation { get; init; }
    public string Mode { get; init; } = "";
    public int Radius { get; init; }
    public int QualityFloor { get; init; }
    public bool IsTest { get; init; }
    public int? StaleAfterDays { get; init; }
    public long Generation { get; init; }
    public long ActiveEntries { get; init; }
    public long QuarantinedEntries { get; init; }
    public long RemovedEntries { get; init; }
    public DateTimeOffset EntriesChangedAt { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public string CreatedBy { get; init; } = "";
    public DateTimeOffset ChangedAt { get; init; }
    public string ChangedBy { get; init; } = "";
    public DateTimeOffset? RemovedAt { get; init; }
    public string? RemovedBy { get; init; }
    public string? RemovedReason { get; init; }

    /// <summary>Its source has said nothing for longer than agreed.</summary>
    public bool IsStale(DateTimeOffset now) =>
        RemovedAt is null && StaleAfterDays is { } days && now - EntriesChangedAt > TimeSpan.FromDays(days);

    public ListInfo Info() =>
        new()
        {
            Name = Name,
            Purpose = ListPurposes.TryParse(Purpose, out var purpose, out _)
                ? purpose
                : throw new InvalidOperationException("A stored list has a purpose that is none."),
        };

    /// <summary>By id, or by the name of a list that is not removed.</summary>
    /// <exception cref="ProblemException">No such list.</exception>
    public static async Task<StoredList> GetAsync(Tx tx, string reference, bool mayBeRemoved = false)
    {
        var isId = Guid.TryParseExact(reference, "D", out var id);
        var row = isId
            ? await tx.FindAsync<StoredList>(
                $"select {Columns} from list where tenant = @tenant and id = @id",
                new { id }
            )
            : await tx.FindAsync<StoredList>(
                $"select {Columns} from list where tenant = @tenant and name = @name and removed_at is null",
                new { name = reference }
            );
        if (row is null || (row.RemovedAt is not null && !mayBeRemoved))
        {
            throw ProblemException.NotFound(
                row is null ? "There is no such list." : "This list was removed; its tombstone can be shown."
            );
        }
        return row;
    }
}
