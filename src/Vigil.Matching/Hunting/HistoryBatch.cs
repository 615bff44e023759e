using System.Buffers.Binary;
using System.Security.Cryptography;
using Vigil.Hashing;
using Vigil.Matching.Search;

namespace Vigil.Matching.Hunting;

/// <summary>
/// Some rows of a history, with their picture hashes side by side for one batch of queries. Used again for the next
/// rows; what it held is cleared.
/// </summary>
/// <param name="lowest">Pictures of less quality are kept in their rows, and not searched. Default: all are.</param>
public sealed class HistoryBatch(Quality lowest = default) : IDisposable
{
    /// <summary>From so many hashes on a batch is searched; what one more row brings comes on top.</summary>
    public const int Hashes = 131_072;

    /// <summary>Bytes of rows, however few pictures they have.</summary>
    private const int MaxBytes = 16 * 1024 * 1024;

    private readonly List<(int Start, int Length)> _rows = [];
    private byte[] _bytes = new byte[64 * 1024];
    private PdqHash[] _hashes = new PdqHash[1024];
    private int[] _owners = new int[1024];
    private int _length;
    private int _hashCount;

    public int Count => _rows.Count;

    /// <summary>Picture hashes of all rows, those that are not searched left out.</summary>
    public int HashCount => _hashCount;

    /// <summary>What a search of this batch finds, used again for the next.</summary>
    internal List<RowHit> Hits { get; } = [];

    internal bool IsFull => _hashCount >= Hashes || _length >= MaxBytes;

    internal ReadOnlySpan<PdqHash> Queries => _hashes.AsSpan(0, _hashCount);

    /// <summary>Which row a query belongs to.</summary>
    internal int OwnerOf(int query) => _owners[query];

    internal ReadOnlySpan<byte> Body(int row) => _bytes.AsSpan(_rows[row].Start, _rows[row].Length);

    /// <summary>The whole row.</summary>
    public HistoryRow Row(int row) => HistoryRowCodec.Decode(Body(row));

    /// <summary>A copy of the row as it stands in files.</summary>
    public byte[] Encoded(int row)
    {
        var (start, length) = _rows[row];
        var encoded = new byte[HistoryRowCodec.LengthBytes + length];
        BinaryPrimitives.WriteInt32LittleEndian(encoded, length);
        _bytes.AsSpan(start, length).CopyTo(encoded.AsSpan(HistoryRowCodec.LengthBytes));
        return encoded;
    }

    /// <summary>By which state of the lists it was decided.</summary>
    public long GenerationOf(int row) => HistoryRowCodec.Generation(Body(row));

    internal void Clear()
    {
        CryptographicOperations.ZeroMemory(_bytes.AsSpan(0, _length));
        _rows.Clear();
        (_length, _hashCount) = (0, 0);
    }

    /// <summary>Where the next row is put.</summary>
    internal Span<byte> Room(int length)
    {
        if (_bytes.Length < _length + length)
        {
            var larger = new byte[Math.Max(_bytes.Length * 2, _length + length)];
            _bytes.AsSpan(0, _length).CopyTo(larger);
            CryptographicOperations.ZeroMemory(_bytes);
            _bytes = larger;
        }
        return _bytes.AsSpan(_length, length);
    }

    /// <summary>The row is in its room.</summary>
    internal void Take(int length)
    {
        var body = _bytes.AsSpan(_length, length);
        if (!HistoryRowCodec.IsWhole(body))
        {
            throw new HistoryFormatException("The history holds what is no row.");
        }
        var pictures = HistoryRowCodec.Pictures(body);
        if (_hashes.Length < _hashCount + pictures)
        {
            // What is left behind is not cleared: it stays in this process, and goes with the collector.
            Array.Resize(ref _hashes, Math.Max(_hashes.Length * 2, _hashCount + pictures));
            Array.Resize(ref _owners, _hashes.Length);
        }
        var at = HistoryRowCodec.FirstPicture(body);
        for (var i = 0; i < pictures; i++, at += HistoryRowCodec.PictureBytes)
        {
            if (body[at + PdqHash.ByteLength] >= lowest.Value)
            {
                _hashes[_hashCount] = PdqHash.FromBytes(body.Slice(at, PdqHash.ByteLength));
                _owners[_hashCount++] = _rows.Count;
            }
        }
        _rows.Add((_length, length));
        _length += length;
    }

    /// <summary>Clears what it held.</summary>
    public void Dispose()
    {
        Clear();
        Array.Clear(_hashes);
    }
}
