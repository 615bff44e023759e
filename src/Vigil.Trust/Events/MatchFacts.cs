namespace Vigil.Trust;

/// <summary>
/// Question, asked by viewing and answered by scanning: what a decision rests on. Answer: <see cref="MatchFacts"/>.
/// </summary>
public sealed record MatchFactsWanted(Guid DecisionId);

/// <param name="IsExact">The very file of at least one entry, not merely alike; nor one that a person here saw.</param>
/// <param name="Entries">Those that it rests on: contents of one entry are alike.</param>
public sealed record MatchFacts(bool IsExact, IReadOnlyList<EntryKey> Entries)
{
    /// <summary>Keyed digest of the scanned file's SHA-256; null: it had none.</summary>
    public byte[]? FileDigest { get; init; }
}

/// <summary>
/// Question, asked by viewing and answered by scanning: what the decisions rest on that made a case's items, all at
/// once. Answer: <see cref="CaseMatchFacts"/>.
/// </summary>
public sealed record CaseMatchFactsWanted(CaseRef Case);

/// <param name="ByItem">Items that no scan made are left out.</param>
public sealed record CaseMatchFacts(IReadOnlyDictionary<Guid, MatchFacts> ByItem);
