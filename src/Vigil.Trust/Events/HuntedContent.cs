namespace Vigil.Trust;

/// <summary>
/// Question, asked by the history and answered by scanning: which state of the lists do scans look at now? Answer:
/// <see cref="ListsInForce"/>.
/// </summary>
public sealed record ListsInForceWanted;

/// <param name="Generation">Null: none yet, or too old to answer from.</param>
public sealed record ListsInForce(long? Generation);

/// <summary>
/// Question, asked by the history and answered by scanning: an old content may match entries that came after its scan.
/// It is looked up as a scan of today would be; what matches goes through the policy, and becomes a decision with its
/// case and event in this transaction. Answer: <see cref="HuntedDecision"/>.
/// </summary>
public sealed record HuntedContent
{
    public required Guid HuntId { get; init; }

    public required ScannedContent Content { get; init; }

    /// <summary>The state of the lists that must be in force to be judged by.</summary>
    public required long ListGeneration { get; init; }

    /// <summary>Which entries are hunted; others decide nothing.</summary>
    public required Func<EntryKey, bool> Hunts { get; init; }

    /// <summary>False: what would be a decision is told as too many, and nothing is written.</summary>
    public bool MayDecide { get; init; } = true;
}

public enum HuntedOutcome
{
    /// <summary>No hunted entry matches, or a person found the file harmless.</summary>
    Nothing,

    /// <summary>The lists in force are older than the hunt wants: ask again later.</summary>
    NotYet,

    /// <summary>The scan's own decision rests on these entries already.</summary>
    Known,

    /// <summary>What matched runs in shadow, or the policy says none.</summary>
    Shadow,

    /// <summary>A suppression keeps this very file quiet.</summary>
    Suppressed,

    /// <summary>A decision would be written, and may not.</summary>
    TooMany,

    /// <summary>A decision was written.</summary>
    Decided,
}

/// <summary>What came of a hunted content.</summary>
/// <param name="Outcome">Which of the members say something.</param>
public sealed record HuntedDecision(HuntedOutcome Outcome)
{
    public Guid DecisionId { get; init; }
    public string? CaseRef { get; init; }

    /// <summary>Hunted entries that matched, with their distance where a picture did.</summary>
    public IReadOnlyList<(EntryKey Entry, int? DistanceBits)> Entries { get; init; } = [];
}
