namespace Vigil.Trust;

/// <summary>
/// What scanning knew of the entry that weighed most, for stacks and for what may be decided in bulk.
/// </summary>
/// <param name="Entry">Which; an id, no value.</param>
/// <param name="Strength">"known", "exact", "similar", "weak_digest" or "contradiction".</param>
/// <param name="DistanceBits">Where a picture matched.</param>
public sealed record MatchedEntry(EntryKey Entry, string Strength, int? DistanceBits)
{
    /// <summary>Equal fingerprints, not near ones.</summary>
    public bool IsExact => Strength is "known" or "exact";
}

/// <summary>
/// Question, asked by the cases and answered by scanning: what do these decisions rest on? Answer:
/// <see cref="DecisionFacts"/>; those that are not known are left out.
/// </summary>
public sealed record DecisionFactsWanted(IReadOnlyList<Guid> Decisions);

public sealed record DecisionFacts(IReadOnlyList<DecisionFact> Facts);

/// <param name="State">"active", "reversed" or "reopened".</param>
/// <param name="ListGeneration">The state of the lists that it was decided by.</param>
/// <param name="Matches">The heaviest first.</param>
public sealed record DecisionFact(
    Guid DecisionId,
    DateTimeOffset At,
    string State,
    long PolicyVersion,
    long ListGeneration,
    IReadOnlyList<MatchedList> Matches
);

/// <param name="Purpose">As "known-csam".</param>
/// <param name="Text">One sentence; names the list, no values.</param>
public sealed record MatchedList(
    Guid ListId,
    string List,
    string Purpose,
    string Strength,
    int? DistanceBits,
    string Text
)
{
    public Guid EntryId { get; init; }

    /// <summary>Where the list comes from, in words; null: nobody knows.</summary>
    public string? Source { get; init; }

    /// <summary>What persons here decided of such matches; null: it was not asked for, or may not be shown.</summary>
    public MatchRecord? Record { get; init; }

    public MatchKind Kind => new(ListId, EntryId, Strength, DistanceBits);
}

/// <summary>
/// Question, asked by the cases and answered by who shows contents: who saw what of this case? How long they looked is
/// theirs alone. Answer: <see cref="CaseViewLog"/>.
/// </summary>
public sealed record CaseViewLogWanted(CaseRef Case);

public sealed record CaseViewLog(IReadOnlyList<SeenContent> Views);

/// <param name="ItemId">The item whose content was seen; null: not tied to one, as words.</param>
/// <param name="Viewer">A pseudonym.</param>
/// <param name="Mode">"rendition", "scrub", "sound", "metadata", "reveal" or "words".</param>
/// <param name="ShownWhole">The very file, whole and unblurred.</param>
public sealed record SeenContent(
    Guid? ItemId,
    string Viewer,
    DateTimeOffset StartedAt,
    string Mode,
    bool ShownWhole
);

/// <summary>
/// Question, asked by the cases and answered by who keeps contents: does anything hold what belongs to this case?
/// Answer: <see cref="CaseHeld"/>. Nobody answers it: nothing is kept.
/// </summary>
public sealed record CaseHeldWanted(CaseRef Case);

/// <param name="IsHeld">By a hold in force, or a clock that runs.</param>
/// <param name="PreservesWhole">The law's term preserves what was brought for the case and none of its items.</param>
public sealed record CaseHeld(bool IsHeld, bool PreservesWhole = false);

/// <summary>
/// Question, asked by the cases and answered by who reports: which persons drafted or approved reports that name these
/// cases? Answer: <see cref="CaseReporters"/>. Nobody answers it: none.
/// </summary>
/// <param name="Cases">At most 200.</param>
public sealed record CaseReportersWanted(IReadOnlyList<CaseRef> Cases)
{
    /// <summary>Cases of one question, at most.</summary>
    public const int Most = 200;
}

/// <param name="Reporters">Each pair once.</param>
public sealed record CaseReporters(IReadOnlyList<CaseReporter> Reporters);

/// <param name="Who">As an actor is named.</param>
public sealed record CaseReporter(string CaseRef, string Who);

/// <summary>
/// Question, asked by the cases and answered by who reports: whom was this case reported to? Answer:
/// <see cref="CaseReports"/>.
/// </summary>
public sealed record CaseReportsWanted(CaseRef Case);

/// <param name="Recipients">As people call them, with the receipt's reference.</param>
public sealed record CaseReports(IReadOnlyList<string> Recipients);

/// <summary>
/// Question, asked by the cases and answered by who reports: what was reported of these cases of one account? Answer:
/// <see cref="AccountReports"/>. Nobody answers it: nothing.
/// </summary>
public sealed record AccountReportsWanted(IReadOnlyList<CaseRef> Cases);

/// <param name="Reports">What left or may have left, the newest first; at most 200.</param>
public sealed record AccountReports(IReadOnlyList<AccountReport> Reports);

/// <param name="Recipient">As people call them, with the receipt's reference.</param>
/// <param name="State">As "filed".</param>
/// <param name="FiledAt">Null: it is not known to have arrived.</param>
public sealed record AccountReport(string CaseRef, string Recipient, string State, DateTimeOffset? FiledAt);
