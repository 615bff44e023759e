using Vigil.Hashing;

namespace Vigil.Matching.Lists;

/// <summary>One file as a list knows it: at least one fingerprint, and nothing that names a person.</summary>
public sealed record ListEntry
{
    /// <summary>
    /// The source's own identifier, or the row number where it has none. Unique within the list.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>
    /// The source gave no identifier: <see cref="Id"/> is where the row stood when it was first imported.
    /// </summary>
    public bool IsIdFromRow { get; init; }

    public Digest? Md5 { get; init; }
    public Digest? Sha1 { get; init; }
    public Digest? Sha256 { get; init; }
    public PdqHash? Pdq { get; init; }

    /// <summary>Quality of <see cref="Pdq"/> where the source says it.</summary>
    public Quality? PdqQuality { get; init; }

    /// <summary>
    /// The source's category as it stands there (VICS "1", NCMEC "A1"); null when not said.
    /// </summary>
    public string? Category { get; init; }
}

/// <summary>A list with its entries, in memory.</summary>
public sealed record SignalList(ListInfo Info, IReadOnlyList<ListEntry> Entries);
