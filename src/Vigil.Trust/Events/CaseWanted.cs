using System.Security.Cryptography;

namespace Vigil.Trust;

/// <summary>A case's public reference, as "VC-7K3Q-M2ZD-9F": 50 random bits, so that none can be guessed.</summary>
public readonly record struct CaseRef(string Value)
{
    /// <summary>Crockford's base 32: no I, L, O, U.</summary>
    private const string Digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    public static CaseRef New()
    {
        var text = RandomNumberGenerator.GetString(Digits, 10);
        return new CaseRef($"VC-{text[..4]}-{text[4..8]}-{text[8..]}");
    }

    public static bool IsWellFormed(string text) =>
        text is { Length: 15 }
        && text.StartsWith("VC-", StringComparison.Ordinal)
        && text.Skip(3).All(c => c == '-' || Digits.Contains(c));

    public override string ToString() => Value;
}

/// <summary>What a case came from.</summary>
public enum CaseOrigin
{
    Match,
    Flag,
    Hand,

    /// <summary>Somebody outside wrote: a hotline, an authority, a partner.</summary>
    Notice,

    /// <summary>Words alone, as a conversation or an advert.</summary>
    Text,
}

/// <summary>
/// Question, asked by scanning and answered by the cases: which case does this hit belong to? An open case of
/// the same account or address takes it, otherwise one is opened. Answer: <see cref="CaseRef"/>.
/// </summary>
public sealed record CaseWanted
{
    public required CaseOrigin Origin { get; init; }

    /// <summary>The decision that wants it.</summary>
    public required Guid DecisionId { get; init; }

    /// <summary>The platform's pseudonym of the account, or an address; null: the hit stands alone.</summary>
    public string? Account { get; init; }

    /// <summary>The platform's own reference of the content.</summary>
    public string? ContentRef { get; init; }

    public required string Surface { get; init; }

    /// <summary>ISO 3166 code, or empty.</summary>
    public required string Jurisdiction { get; init; }

    /// <summary>"review" or "block".</summary>
    public required string Decision { get; init; }

    /// <summary>One sentence for the queue: strength and purposes of lists, no values.</summary>
    public required string Summary { get; init; }

    /// <summary>The entry that weighed most; null: it is not known.</summary>
    public MatchedEntry? Match { get; init; }

    /// <summary>From a list of SAMPLE pictures only.</summary>
    public bool IsTest { get; init; }

    /// <summary>
    /// Every match was on an intimate-image or self-declared list: nobody is a suspect of anything.
    /// </summary>
    public bool NamesNoSuspect { get; init; }

    /// <summary>An alarm stands beside it: fingerprints contradict each other.</summary>
    public bool IsContradiction { get; init; }
}

/// <summary>
/// Question, asked by the cases and answered by scanning: a person found that this content is no CSAM. The
/// decision is reversed, its entries never flag this SHA-256 again, the platform is told
/// (<c>decision.reversed</c>). Answer: <see cref="ReversedDecision"/>.
/// </summary>
public sealed record DecisionReversal(Guid DecisionId, CaseRef Case, string Reason);

/// <param name="Entries">What the decision rested on.</param>
public sealed record ReversedDecision(Guid DecisionId, IReadOnlyList<EntryKey> Entries);

/// <summary>An entry of a list.</summary>
public readonly record struct EntryKey(Guid ListId, Guid EntryId);

/// <summary>
/// Raised by the cases: a person disputes these entries. Lists quarantine them in this tenant; scanning
/// re-opens the other decisions that rest on them and raises <see cref="DecisionsReopened"/>.
/// </summary>
public sealed record EntriesDisputed(IReadOnlyList<EntryKey> Entries, CaseRef Case, string Reason);

/// <summary>Raised by scanning: the cases of these decisions must be looked at again.</summary>
public sealed record DecisionsReopened(IReadOnlyList<CaseRef> Cases, string Reason);

/// <summary>
/// Raised by the cases: a person confirmed what these decisions found. One that a dispute re-opened holds again.
/// </summary>
public sealed record DecisionsConfirmed(IReadOnlyList<Guid> Decisions);
