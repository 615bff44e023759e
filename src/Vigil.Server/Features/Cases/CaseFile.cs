using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>A case's row, without what is sealed.</summary>
internal sealed class CaseFile
{
    public const string Columns = """
        id, ref, state, outcome, closed_because, origin, account, surface, jurisdiction, opened_at, last_item_at,
        updated_at, item_count, is_test, names_no_suspect, is_contradiction, priority, takes_items, continues,
        continued_by, problem_type, assigned_to, claimed_by, lease_until, lease_epoch, hold_until, danger_at, danger_by,
        priority_before, leaves_at, purged_at, gold_for, gold_sample
        """;

    public Guid Id { get; init; }
    public string Ref { get; init; } = "";
    public CaseState State { get; init; }
    public CaseOutcome? Outcome { get; init; }
    public string? ClosedBecause { get; init; }
    public CaseOrigin Origin { get; init; }

    /// <summary>Sealed.</summary>
    public byte[]? Account { get; init; }
    public string Surface { get; init; } = "";
    public string Jurisdiction { get; init; } = "";
    public DateTimeOffset OpenedAt { get; init; }
    public DateTimeOffset LastItemAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
    public int ItemCount { get; init; }
    public bool IsTest { get; init; }
    public bool NamesNoSuspect { get; init; }
    public bool IsContradiction { get; init; }
    public int Priority { get; init; }
    public bool TakesItems { get; init; }

    /// <summary>The reference of the full case that this one continues.</summary>
    public string? Continues { get; init; }
    public string? ContinuedBy { get; init; }

    /// <summary>Null: nobody said yet.</summary>
    public ProblemType? ProblemType { get; init; }

    /// <summary>Whose case it is, until it is handed over; a pseudonym.</summary>
    public string? AssignedTo { get; init; }

    /// <summary>Who works on it right now, until <see cref="LeaseUntil"/>.</summary>
    public string? ClaimedBy { get; init; }
    public DateTimeOffset? LeaseUntil { get; init; }

    /// <summary>Rises with each claim by somebody else: who names an older one was overtaken.</summary>
    public long LeaseEpoch { get; init; }
    public DateTimeOffset? HoldUntil { get; init; }

    /// <summary>Somebody said that a child may be in danger now.</summary>
    public DateTimeOffset? DangerAt { get; init; }
    public string? DangerBy { get; init; }

    /// <summary>Of the queue, before the danger lane.</summary>
    public int? PriorityBefore { get; init; }

    /// <summary>A decision can be undone until then; the platform is told afterwards.</summary>
    public DateTimeOffset? LeavesAt { get; init; }
    public DateTimeOffset? PurgedAt { get; init; }

    /// <summary>A sample with a known answer, for this person alone.</summary>
    public string? GoldFor { get; init; }
    public Guid? GoldSample { get; init; }

    public static Task<CaseFile?> FindAsync(Tx tx, string reference) =>
        tx.FindAsync<CaseFile>(
            $"select {Columns} from case_file where tenant = @tenant and ref = @reference",
            new { reference }
        );

    public static Task<CaseFile?> FindAsync(Tx tx, Guid id) =>
        tx.FindAsync<CaseFile>(
            $"select {Columns} from case_file where tenant = @tenant and id = @id",
            new { id }
        );
}

/// <summary>One thing that a case holds.</summary>
internal sealed class CaseItem
{
    public const string Columns = """
        id, case_id, origin, decision_id, content_ref, surface, jurisdiction, decision, summary, words, at, flag_count,
        names_no_suspect, state, decided_by, decided_at, known_at, strength, list_id, entry_id, distance_bits, notice
        """;

    public Guid Id { get; init; }
    public Guid CaseId { get; init; }
    public CaseOrigin Origin { get; init; }
    public Guid? DecisionId { get; init; }

    /// <summary>Sealed.</summary>
    public byte[]? ContentRef { get; init; }
    public string Surface { get; init; } = "";
    public string Jurisdiction { get; init; } = "";

    /// <summary>"review", "block", or "none" where nothing was scanned.</summary>
    public string Decision { get; init; } = "";
    public string Summary { get; init; } = "";

    /// <summary>Sealed: what a person typed.</summary>
    public byte[]? Words { get; init; }
    public DateTimeOffset At { get; init; }
    public int FlagCount { get; init; }
    public bool NamesNoSuspect { get; init; }
    public ItemState State { get; init; }
    public string? DecidedBy { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>When this organisation first knew; it stays when the item is opened again.</summary>
    public DateTimeOffset? KnownAt { get; init; }

    /// <summary>Of the entry that weighed most: "known", "exact", "similar" …</summary>
    public string? Strength { get; init; }
    public Guid? ListId { get; init; }

    /// <summary>Items of one entry are one stack.</summary>
    public Guid? EntryId { get; init; }
    public int? DistanceBits { get; init; }

    /// <summary>Sealed: who sent a notice.</summary>
    public byte[]? Notice { get; init; }

    public bool IsExact => Strength is "known" or "exact";

    /// <summary>Null: the case has none of this id.</summary>
    public static Task<CaseItem?> FindAsync(Tx tx, Guid caseId, Guid id) =>
        tx.FindAsync<CaseItem>(
            $"select {Columns} from case_item where tenant = @tenant and case_id = @caseId and id = @id",
            new { caseId, id }
        );

    /// <summary>Oldest first; a case is bounded.</summary>
    public static Task<IReadOnlyList<CaseItem>> OfAsync(Tx tx, Guid caseId) =>
        tx.QueryAsync<CaseItem>(
            $"""
            select {Columns} from case_item where tenant = @tenant and case_id = @caseId
            order by at, id limit @limit
            """,
            new { caseId, limit = CaseLimits.ItemsPerCase }
        );
}
