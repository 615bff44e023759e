using System.Runtime.InteropServices;
using Vigil.Hashing;

namespace Vigil.Matching.Search;

/// <summary>One hash of one entry on its way into an index: 40 bytes, sorted by hash, then by posting.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct RowRecord(HashKey Key, Posting Posting) : IComparable<RowRecord>
{
    /// <summary>First 16 bits of the key.</summary>
    public int Bucket => (int)(Key.Word0 >> 48);

    /// <summary>The key of a PDQ hash begins with its lowest chunk.</summary>
    public static RowRecord Of(in PdqHash hash, Posting posting) =>
        new(
            new HashKey(ulong.RotateRight(hash.Word0, Probes.ChunkBits), hash.Word1, hash.Word2, hash.Word3),
            posting
        );

    /// <summary>The PDQ hash that the key was made of.</summary>
    public PdqHash ToPdq() =>
        new(ulong.RotateLeft(Key.Word0, Probes.ChunkBits), Key.Word1, Key.Word2, Key.Word3);

    public int CompareTo(RowRecord other)
    {
        var order = Key.CompareTo(other.Key);
        order = order != 0 ? order : Posting.List.CompareTo(other.Posting.List);
        return order != 0 ? order : Posting.Entry.CompareTo(other.Posting.Entry);
    }
}
