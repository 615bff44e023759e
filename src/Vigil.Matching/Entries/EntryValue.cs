using Vigil.Hashing;

namespace Vigil.Matching.Entries;

/// <summary>
/// What one entry of a list is found by: fingerprints of a file, or the keyed digest of an address. Empty: it has none
/// of that kind.
/// </summary>
public readonly ref struct EntryValue
{
    /// <summary>16 bytes.</summary>
    public ReadOnlySpan<byte> Md5 { get; init; }

    /// <summary>20 bytes.</summary>
    public ReadOnlySpan<byte> Sha1 { get; init; }

    /// <summary>32 bytes.</summary>
    public ReadOnlySpan<byte> Sha256 { get; init; }

    /// <summary>32 bytes, a digest that only the caller can make of a URL.</summary>
    public ReadOnlySpan<byte> Url { get; init; }

    /// <summary>32 bytes, a digest that only the caller can make of a host name.</summary>
    public ReadOnlySpan<byte> Domain { get; init; }

    public PdqHash? Pdq { get; init; }

    /// <summary>Of <see cref="Pdq"/>, where the source says it.</summary>
    public Quality? Quality { get; init; }

    internal ReadOnlySpan<byte> Of(EntryPart part) =>
        part switch
        {
            EntryPart.Md5 => Md5,
            EntryPart.Sha1 => Sha1,
            EntryPart.Sha256 => Sha256,
            EntryPart.Url => Url,
            EntryPart.Domain => Domain,
            _ => throw new ArgumentOutOfRangeException(nameof(part)),
        };
}

/// <summary>The digests that an entry can have, in the order in which they are stored.</summary>
internal enum EntryPart
{
    Md5,
    Sha1,
    Sha256,
    Url,
    Domain,
}

internal static class EntryParts
{
    public const int Count = 5;

    private static ReadOnlySpan<byte> Widths => [16, 20, 32, 32, 32];

    /// <summary>Bytes.</summary>
    public static int WidthOf(EntryPart part) => Widths[(int)part];
}
