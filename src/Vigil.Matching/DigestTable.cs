using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using Vigil.Hashing;
using Vigil.Matching.Search;

namespace Vigil.Matching;

/// <summary>
/// The digests of one algorithm of all lists, sorted, one row per distinct value. A filter tells nearly every digest
/// that is not there by one cache line; a directory over the first bits leads to some eight rows.
/// </summary>
// SAFETY: the block has a place for each row and is freed with the table only; rows come from the directory, which is
// built over the same rows.
internal sealed unsafe class DigestTable
{
    /// <summary>Most bits of a digest that the directory tells apart.</summary>
    private const int MaxDirectoryBits = 24;

    /// <summary>Rows behind one place of the directory, as a power of two.</summary>
    private const int RowsPerPlaceBits = 3;

    private readonly NativeBlock _block;
    private readonly int _length;
    private readonly int _shift;
    private readonly int[] _directory;
    private readonly DigestFilter _filter;
    private readonly Postings _postings;

    private DigestTable(int length, int count, Postings postings)
    {
        (_length, _postings) = (length, postings);
        _block = new NativeBlock((long)count * length);
        _filter = new DigestFilter(count);
        var bits = Math.Clamp(BitOperations.Log2((uint)count + 1) - RowsPerPlaceBits, 1, MaxDirectoryBits);
        _shift = 32 - bits;
        _directory = new int[(1 << bits) + 1];
    }

    /// <summary>Sorts the rows; they are not needed afterwards.</summary>
    public static DigestTable Build(DigestAlgorithm algorithm, RowList rows)
    {
        rows.Sort(threads: 1);
        var table = new DigestTable(Digest.LengthOf(algorithm), rows.CountDistinct(), Postings.Of(rows));
        table.Fill(rows.Rows);
        return table;
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
        var key = KeyOf(digest);
        if (!_filter.MayHold(key))
        {
            return [];
        }
        Span<byte> wanted = stackalloc byte[SHA256.HashSizeInBytes];
        digest.CopyTo(wanted);
        wanted = wanted[.._length];
        var place = PlaceOf(key);
        var (low, high) = (_directory[place], _directory[place + 1] - 1);
        while (low <= high)
        {
            var middle = low + ((high - low) / 2);
            var order = Row(middle).SequenceCompareTo(wanted);
            if (order == 0)
            {
                return _postings.Of(middle);
            }
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }
        return [];
    }

    private void Fill(ReadOnlySpan<RowRecord> sorted)
    {
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        var row = 0;
        for (var i = 0; i < sorted.Length; i++)
        {
            var key = sorted[i].Key;
            if (i > 0 && key == sorted[i - 1].Key)
            {
                continue;
            }
            BinaryPrimitives.WriteUInt64BigEndian(bytes, key.Word0);
            BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], key.Word1);
            BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], key.Word2);
            BinaryPrimitives.WriteUInt64BigEndian(bytes[24..], key.Word3);
            bytes[.._length].CopyTo(Row(row));
            _filter.Add(key);
            _directory[PlaceOf(key) + 1] = ++row;
        }
        // Places without rows end where the one before them ends.
        for (var place = 1; place < _directory.Length; place++)
        {
            _directory[place] = Math.Max(_directory[place], _directory[place - 1]);
        }
    }

    private int PlaceOf(in HashKey key) => (int)((uint)(key.Word0 >> 32) >> _shift);

    private Span<byte> Row(int row) => new(_block.Pointer + ((long)row * _length), _length);
}
