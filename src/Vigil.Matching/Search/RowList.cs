namespace Vigil.Matching.Search;

/// <summary>
/// Records on their way into a segment, outside the managed heap and sorted in place: a hundred million take 4 GB
/// once, not twice.
/// </summary>
// SAFETY: the pointer is used only between the allocation and Dispose, by one owner; indexes are checked by Span, or
// run over counts made from the same rows.
internal sealed unsafe class RowList : IDisposable
{
    /// <summary>Fewer are sorted by comparison alone.</summary>
    private const int RadixFromRows = 4096;

    private readonly NativeBlock _block;
    private readonly RowRecord* _rows;
    private readonly int _capacity;

    /// <param name="capacity">Most rows it can take.</param>
    public RowList(long capacity)
    {
        if (capacity > SearchLimits.MaxSegmentRows)
        {
            throw new InvalidOperationException(
                $"More than {SearchLimits.MaxSegmentRows} hashes in one part of an index: split the lists over several."
            );
        }
        _capacity = (int)capacity;
        _block = new NativeBlock(capacity * sizeof(RowRecord));
        _rows = (RowRecord*)_block.Pointer;
    }

    public int Count { get; private set; }

    public Span<RowRecord> Rows => new(_rows, Count);

    public void Add(in RowRecord row)
    {
        if (Count == _capacity)
        {
            throw new InvalidOperationException("More rows than were announced.");
        }
        _rows[Count++] = row;
    }

    /// <summary>
    /// By bucket in place (McIlroy, Bostic, McIlroy, "Engineering Radix Sort", 1993), then each bucket by comparison.
    /// </summary>
    public void Sort(int threads)
    {
        if (Count < RadixFromRows)
        {
            Rows.Sort();
            return;
        }
        var starts = IntoBuckets();
        Parallel.For(
            0,
            Probes.Buckets,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            bucket => Rows[starts[bucket]..starts[bucket + 1]].Sort()
        );
    }

    /// <summary>Different hashes, once sorted.</summary>
    public int CountDistinct()
    {
        var distinct = Math.Min(1, Count);
        for (var i = 1; i < Count; i++)
        {
            distinct += _rows[i].Key != _rows[i - 1].Key ? 1 : 0;
        }
        return distinct;
    }

    private int[] IntoBuckets()
    {
        var starts = new int[Probes.Buckets + 1];
        for (var i = 0; i < Count; i++)
        {
            starts[_rows[i].Bucket + 1]++;
        }
        for (var bucket = 0; bucket < Probes.Buckets; bucket++)
        {
            starts[bucket + 1] += starts[bucket];
        }
        var next = starts.AsSpan(0, Probes.Buckets).ToArray();
        for (var bucket = 0; bucket < Probes.Buckets; bucket++)
        {
            while (next[bucket] < starts[bucket + 1])
            {
                var row = _rows[next[bucket]];
                while (row.Bucket != bucket)
                {
                    var place = next[row.Bucket]++;
                    (row, _rows[place]) = (_rows[place], row);
                }
                _rows[next[bucket]++] = row;
            }
        }
        return starts;
    }

    public void Dispose()
    {
        Count = 0;
        _block.Dispose();
    }
}
