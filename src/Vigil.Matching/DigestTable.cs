using System.Buffers.Binary;
using System.Security.Cryptography;
using Vigil.Hashing;

namespace Vigil.Matching;

/// <summary>The digests of one algorithm of all lists, sorted, one row per distinct value.</summary>
internal sealed class DigestTable
{
    private readonly byte[] _digests;
    private readonly int _length;
    private readonly Postings _postings;

    public DigestTable(DigestAlgorithm algorithm, List<(HashKey Key, Posting Posting)> rows)
    {
        (var keys, _postings) = Postings.Group(rows);
        _length = Digest.LengthOf(algorithm);
        _digests = new byte[checked(keys.Length * _length)];
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        for (var row = 0; row < keys.Length; row++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes, keys[row].Word0);
            BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], keys[row].Word1);
            BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], keys[row].Word2);
            BinaryPrimitives.WriteUInt64BigEndian(bytes[24..], keys[row].Word3);
            bytes[.._length].CopyTo(_digests.AsSpan(row * _length));
        }
    }

    public static HashKey KeyOf(Digest digest)
    {
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        bytes.Clear();
        digest.CopyTo(bytes);
        return new HashKey(
            BinaryPrimitives.ReadUInt64BigEndian(bytes),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[24..])
        );
    }

    /// <summary>Every entry of every list with this digest. Allocates nothing.</summary>
    public ReadOnlySpan<Posting> Find(Digest digest)
    {
        Span<byte> wanted = stackalloc byte[SHA256.HashSizeInBytes];
        digest.CopyTo(wanted);
        wanted = wanted[.._length];
        var (low, high) = (0, (_digests.Length / _length) - 1);
        while (low <= high)
        {
            var middle = low + ((high - low) / 2);
            var order = _digests.AsSpan(middle * _length, _length).SequenceCompareTo(wanted);
            if (order == 0)
            {
                return _postings.Of(middle);
            }
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }
        return [];
    }
}
