using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Vigil.Evidence;

/// <summary>A hash of the Merkle tree: SHA-256 as RFC 6962 section 2.1 uses it, 32 bytes.</summary>
public readonly record struct TreeHash
{
    public const int LengthBytes = 32;

    private const int MaxOnStackBytes = 1024;

    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    private TreeHash(ReadOnlySpan<ulong> words) =>
        (_a, _b, _c, _d) = (words[0], words[1], words[2], words[3]);

    /// <summary>Of the tree without entries.</summary>
    public static TreeHash Empty { get; } = FromBytes(SHA256.HashData([]));

    /// <param name="bytes">32 bytes.</param>
    public static TreeHash FromBytes(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, LengthBytes, nameof(bytes));
        Span<ulong> words = stackalloc ulong[LengthBytes / sizeof(ulong)];
        bytes.CopyTo(MemoryMarshal.AsBytes(words));
        return new TreeHash(words);
    }

    /// <summary>Of one entry: a zero byte and the entry.</summary>
    public static TreeHash OfEntry(ReadOnlySpan<byte> entry)
    {
        var length = 1 + entry.Length;
        var rented = length > MaxOnStackBytes ? ArrayPool<byte>.Shared.Rent(length) : null;
        Span<byte> input = rented is null ? stackalloc byte[MaxOnStackBytes] : rented;
        input[0] = 0;
        entry.CopyTo(input[1..]);
        var hash = Sha256(input[..length]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
        return hash;
    }

    /// <summary>Of two subtrees: a one byte and both hashes.</summary>
    public static TreeHash OfPair(TreeHash left, TreeHash right)
    {
        Span<byte> input = stackalloc byte[1 + 2 * LengthBytes];
        input[0] = 1;
        left.CopyTo(input[1..]);
        right.CopyTo(input[(1 + LengthBytes)..]);
        return Sha256(input);
    }

    /// <summary>Of a whole subtree over the hashes, whose number is a power of two.</summary>
    internal static TreeHash OfPerfect(ReadOnlySpan<TreeHash> hashes) =>
        hashes.Length == 1
            ? hashes[0]
            : OfPair(OfPerfect(hashes[..(hashes.Length / 2)]), OfPerfect(hashes[(hashes.Length / 2)..]));

    public void CopyTo(Span<byte> destination) =>
        MemoryMarshal.AsBytes<ulong>([_a, _b, _c, _d]).CopyTo(destination);

    public byte[] ToArray()
    {
        var bytes = new byte[LengthBytes];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Base64, as checkpoints and proofs show it.</summary>
    public override string ToString() => Convert.ToBase64String(ToArray());

    private static TreeHash Sha256(ReadOnlySpan<byte> input)
    {
        Span<byte> hash = stackalloc byte[LengthBytes];
        SHA256.HashData(input, hash);
        return FromBytes(hash);
    }
}
