using System.Buffers.Binary;

namespace Vigil.Evidence;

/// <summary>Up to 256 entries in a row, each behind its length in two bytes, big-endian.</summary>
internal static class EntryBundle
{
    public const int LengthBytes = sizeof(ushort);

    /// <summary>Of a full bundle at most.</summary>
    public const int MaxBytes = OpenTree.TileWidth * (LengthBytes + ushort.MaxValue);

    public static void Append(MemoryStream bundle, ReadOnlySpan<byte> entry)
    {
        Span<byte> length = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteUInt16BigEndian(length, checked((ushort)entry.Length));
        bundle.Write(length);
        bundle.Write(entry);
    }

    /// <summary>
    /// The first <paramref name="count"/> entries; null when the bytes do not hold exactly that many, or with
    /// <paramref name="isFull"/> 256.
    /// </summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>>? TryRead(
        ReadOnlyMemory<byte> bytes,
        int count,
        bool isFull
    )
    {
        var entries = new List<ReadOnlyMemory<byte>>(count);
        while (!bytes.IsEmpty)
        {
            if (bytes.Length < LengthBytes)
            {
                return null;
            }
            var length = BinaryPrimitives.ReadUInt16BigEndian(bytes.Span);
            bytes = bytes[LengthBytes..];
            if (bytes.Length < length)
            {
                return null;
            }
            entries.Add(bytes[..length]);
            bytes = bytes[length..];
        }
        return entries.Count == (isFull ? OpenTree.TileWidth : count) ? entries[..count] : null;
    }
}
