namespace Vigil.Trust;

/// <summary>
/// Question, asked by who keeps names of cases elsewhere: was one of these cases purged, because who stood in it was
/// cleared? Answered by the cases: <see cref="ClearedCases"/>.
/// </summary>
public sealed record ClearedCasesWanted(IReadOnlyList<CaseRef> Cases);

/// <param name="Cleared">Those that were.</param>
public sealed record ClearedCases(IReadOnlyList<CaseRef> Cleared);
