namespace Vigil.Trust;

/// <summary>
/// Question, asked when contents are brought and answered by the cases: the case they shall go into. Answer:
/// <see cref="CaseForContent"/>.
/// </summary>
public sealed record ContentCase(CaseRef Case, Guid? ItemId);

/// <param name="IsThere">Such a case exists, with the item where one was named.</param>
/// <param name="IsClosed">It takes nothing any more until it is opened again.</param>
/// <param name="IsCleared">A person decided "not CSAM": of the item, or of every item where none was named.</param>
/// <param name="Jurisdiction">ISO 3166 code of the item or the case, or empty.</param>
/// <param name="IsTest">SAMPLE pictures only.</param>
/// <param name="DecisionId">What the item came from; null: not from a scan.</param>
public sealed record CaseForContent(
    bool IsThere,
    bool IsClosed,
    bool IsCleared,
    string Jurisdiction,
    bool IsTest,
    Guid? DecisionId
)
{
    public static readonly CaseForContent None = new(false, false, false, "", false, null);
}

/// <summary>
/// Question, answered by scanning: the keyed digest of the SHA-256 (<see cref="ListSecrets.FileBlind"/>) that a
/// decision was about; empty where none is known. Answer: bytes.
/// </summary>
public sealed record DecidedDigest(Guid DecisionId);

/// <summary>
/// Question, asked when the file of a hit is to be sealed and answered by the cases: the item that this decision made.
/// Answer: <see cref="DecisionItem"/>.
/// </summary>
public sealed record DecisionItemWanted(Guid DecisionId);

/// <param name="ItemId">Null: there is none.</param>
public sealed record DecisionItem(Guid? ItemId);

/// <summary>
/// Raised when the file of a hit should have been sealed and was not: its bytes are gone here, so somebody must
/// have the platform bring it.
/// </summary>
/// <param name="Why">A sentence; no value of a file.</param>
public sealed record ContentNotSealed(CaseRef Case, Guid? ItemId, string Why);

/// <summary>Raised in the transaction that records a sealed content.</summary>
public sealed record ContentSealed(CaseRef Case, Guid? ItemId, Guid ContentId);

/// <summary>Raised in the transaction that begins the destruction of a content: it does not open any more.</summary>
public sealed record ContentDestroyed(CaseRef Case, Guid ContentId);

/// <summary>
/// Raised by who decides that nothing unlawful was found: contents are no longer preserved for that reason, and go
/// when no other hold keeps them.
/// </summary>
/// <param name="Case">The case.</param>
/// <param name="ItemId">One item of it; null: all.</param>
/// <param name="Reason">Stands in the ledger.</param>
public sealed record ContentsCleared(CaseRef Case, Guid? ItemId, string Reason)
{
    /// <summary>Somebody else looks at it first: it is preserved until <see cref="ContentsReleased"/>.</summary>
    public bool IsKept { get; init; }
}

/// <summary>
/// Raised when nothing of a finding is looked at any more: what was preserved for it goes when no other hold keeps it.
/// </summary>
/// <param name="Case">The case, which was cleared.</param>
/// <param name="ItemId">One item of it; null: what was brought for the case and for none of its items.</param>
/// <param name="Reason">Stands in the ledger.</param>
public sealed record ContentsReleased(CaseRef Case, Guid? ItemId, string Reason);
