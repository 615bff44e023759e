using Vigil.Hashing;

namespace Vigil.Matching.Search;

/// <summary>
/// The part of an index that is written to: rows in the order of their coming, one for each posting. One writer adds
/// and then tells readers how many there are; what lies before that number never changes.
/// </summary>
// SAFETY: rows and slices have room for DeltaRows; readers are told of a row, and of the slices of its block, after
// both were written, by a volatile write of the snapshot.
internal sealed unsafe class Delta
{
    private readonly NativeBlock _block;
    private readonly PdqHash* _rows;
    private readonly ulong* _slices;
    private readonly Posting[] _postings = new Posting[SearchLimits.DeltaRows];
    private int _count;

    public Delta()
    {
        var rowBytes = SearchLimits.DeltaRows * PdqHash.ByteLength;
        var blocks = SearchLimits.DeltaRows / SlicedScan.BlockRows;
        _block = new NativeBlock(rowBytes + (blocks * SlicedScan.BlockBytes));
        _rows = (PdqHash*)_block.Pointer;
        _slices = (ulong*)(_block.Pointer + rowBytes);
    }

    /// <summary>For the writer.</summary>
    public bool IsFull => _count == SearchLimits.DeltaRows;

    /// <summary>For one writer, while it is not full.</summary>
    public void Add(in PdqHash hash, Posting posting)
    {
        if (IsFull)
        {
            throw new InvalidOperationException("The delta is full.");
        }
        _rows[_count] = hash;
        _postings[_count] = posting;
        _count++;
        if (_count % SlicedScan.BlockRows == 0)
        {
            var from = _count - SlicedScan.BlockRows;
            var words = SlicedScan.Slices * from / 64;
            SlicedScan.Slice(_rows + from, _slices + words);
        }
        GC.KeepAlive(_block);
    }

    public Posting PostingOf(int row) => _postings[row];

    /// <summary>Adds every one of the first <paramref name="count"/> rows within the radius.</summary>
    public void Find(
        int count,
        in PdqHash query,
        int radius,
        int number,
        List<RowHit> hits,
        CancellationToken cancellation
    )
    {
        var blocks = count / SlicedScan.BlockRows;
        SlicedScan.Find(_rows, _slices, blocks, count, query, radius, number, hits, cancellation);
        GC.KeepAlive(_block);
    }

    /// <summary>Adds the first <paramref name="count"/> rows that are kept.</summary>
    public void CopyTo(RowList rows, int count, Func<Posting, bool> isKept)
    {
        for (var row = 0; row < count; row++)
        {
            if (isKept(_postings[row]))
            {
                rows.Add(RowRecord.Of(_rows[row], _postings[row]));
            }
        }
        GC.KeepAlive(_block);
    }
}
