namespace Vigil.Trust;

/// <summary>One act as it stands in the ledger, for people to read.</summary>
public sealed record LedgerEntry
{
    public required long Seq { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Actor { get; init; }
    public required string Action { get; init; }
    public required string Object { get; init; }
    public string? Reason { get; init; }
    public required IReadOnlyDictionary<string, string> Facts { get; init; }

    /// <summary>Number of its entry in the signed tree, from 0; null: it has none yet.</summary>
    public long? Position { get; init; }

    /// <summary>Stands under a signed checkpoint.</summary>
    public bool IsSigned { get; init; }
}
