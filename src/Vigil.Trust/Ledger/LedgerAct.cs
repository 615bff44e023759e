namespace Vigil.Trust;

/// <summary>
/// One privileged act as it stands in the ledger. No personal data and no hashes: what is about a person or a
/// file goes into <see cref="Secret"/> and is recorded as a keyed digest.
/// </summary>
/// <param name="Action">What was done, as "list.created": lower case, a dot between thing and deed.</param>
/// <param name="Object">What it was done to: an id or name of this installation.</param>
public sealed record LedgerAct(string Action, string Object)
{
    /// <summary>Why, in the actor's words or as a code; recorded as it stands, at most 200 characters.</summary>
    public string? Reason { get; init; }

    /// <summary>Facts that are no secret: a mode, a version, a count.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();

    /// <summary>A value that is recorded as its keyed digest only: a pseudonym, an address, a hash.</summary>
    public string? Secret { get; init; }
}
