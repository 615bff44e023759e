using Vigil.Hashing;

namespace Vigil.Matching.Search;

/// <summary>
/// Distinct hashes and the entries behind each, immutable, searched exactly within any radius by any number of
/// threads. A search allocates nothing once the thread's lists have their size.
/// </summary>
// SAFETY: all pointers lead into memory of the segment's shape, which _owner keeps; each public member that follows
// one keeps _owner alive to its end.
internal sealed unsafe class PdqSegment
{
    /// <summary>Keeps the memory: nobody frees it while this segment can be reached.</summary>
    private readonly object _owner;
    private readonly byte* _memory;
    private readonly PdqHash* _rows;
    private readonly RingTables _ring;

    /// <param name="owner">Keeps <paramref name="memory"/>.</param>
    /// <param name="crowd">As it was stored; null: it is counted.</param>
    internal PdqSegment(SegmentShape shape, object owner, byte* memory, long? crowd = null)
    {
        Shape = shape;
        _owner = owner;
        _memory = memory;
        _rows = (PdqHash*)(memory + shape.OffsetOf(Section.Rows));
        if (shape.HasRing)
        {
            _ring = new RingTables(shape, memory);
            Crowd = crowd ?? CrowdOf(_ring);
        }
    }

    public SegmentShape Shape { get; }

    /// <summary>Distinct hashes.</summary>
    public int Count => Shape.Rows;

    internal RingTables Ring => _ring;

    /// <summary>Rows of the fullest bucket, summed over the tables.</summary>
    internal long Crowd { get; }

    /// <summary>First byte of the first section; valid as long as the segment is held.</summary>
    internal byte* Memory => _memory;

    /// <summary>Sorts the rows and builds on them.</summary>
    /// <param name="rows">Any order, duplicates of hashes included. Are freed before the tables are filled.</param>
    /// <param name="threads">Most at once.</param>
    /// <param name="ringFrom">Distinct hashes from which on there are ring tables.</param>
    public static PdqSegment Build(RowList rows, int threads = 1, int ringFrom = SearchLimits.RingFromRows)
    {
        rows.Sort(threads);
        var distinct = rows.CountDistinct();
        var hasRing = distinct >= ringFrom;
        var shape = new SegmentShape(distinct, rows.Count, hasRing, HasSlices: !hasRing);
        var block = new NativeBlock(shape.LengthBytes);
        FillRows(shape, block.Pointer, rows.Rows);
        rows.Dispose();
        if (!hasRing)
        {
            FillSlices(shape, block.Pointer);
            return new PdqSegment(shape, block, block.Pointer);
        }
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads };
        Parallel.For(0, Probes.Chunks, options, new RingTables(shape, block.Pointer).Fill);
        var segment = new PdqSegment(shape, block, block.Pointer);
        // So many hashes may share chunks that even usual queries are scans: with slices they take a third.
        return segment.IsCrowded(Radius.Default.Bits) ? segment.WithSlices() : segment;
    }

    /// <summary>Entries with the hash of that row; valid as long as the segment is held.</summary>
    public ReadOnlySpan<Posting> PostingsOf(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Count);
        var starts = (uint*)(_memory + Shape.OffsetOf(Section.Starts));
        var items = (Posting*)(_memory + Shape.OffsetOf(Section.Postings));
        return new ReadOnlySpan<Posting>(items + starts[row], (int)(starts[row + 1] - starts[row]));
    }

    public PdqHash HashOf(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Count);
        var hash = _rows[row];
        GC.KeepAlive(_owner);
        return hash;
    }

    /// <summary>Adds every row within the radius.</summary>
    /// <param name="number">Goes into the hits as <see cref="RowHit.Query"/>.</param>
    public void Find(
        in PdqHash query,
        int radius,
        int number,
        List<RowHit> hits,
        CancellationToken cancellation
    )
    {
        var before = hits.Count;
        var one = new ReadOnlySpan<PdqHash>(in query);
        if (
            !IsWorthProbing(query, radius)
            || !RingSearch.TryFind(_ring, one, radius, number, hits, cancellation)
        )
        {
            hits.RemoveRange(before, hits.Count - before);
            Scan(query, radius, number, hits, cancellation);
        }
        GC.KeepAlive(_owner);
    }

    /// <summary>Adds every row within the radius of each query; the order of hits is not defined.</summary>
    public void FindMany(
        ReadOnlySpan<PdqHash> queries,
        int radius,
        List<RowHit> hits,
        CancellationToken cancellation
    )
    {
        var isProbed = HasEnough(radius) && !IsCrowded(radius);
        var most = RingBatch.MostQueries(radius);
        for (var start = 0; start < queries.Length; start += most)
        {
            var part = queries.Slice(start, Math.Min(most, queries.Length - start));
            var before = hits.Count;
            var isDone =
                isProbed
                && (
                    part.Length >= SearchLimits.BatchFrom
                        ? RingBatch.TryFind(_ring, part, radius, start, hits, cancellation)
                        : RingSearch.TryFind(_ring, part, radius, start, hits, cancellation)
                );
            if (!isDone)
            {
                hits.RemoveRange(before, hits.Count - before);
                for (var i = 0; i < part.Length; i++)
                {
                    Find(part[i], radius, start + i, hits, cancellation);
                }
            }
        }
        GC.KeepAlive(_owner);
    }

    /// <summary>Adds all rows, one for each posting that is kept.</summary>
    public void CopyTo(RowList rows, Func<Posting, bool> isKept)
    {
        for (var row = 0; row < Count; row++)
        {
            foreach (var posting in PostingsOf(row))
            {
                if (isKept(posting))
                {
                    rows.Add(RowRecord.Of(_rows[row], posting));
                }
            }
        }
        GC.KeepAlive(_owner);
    }

    /// <summary>The bounded worst case: all rows, once.</summary>
    internal void Scan(
        in PdqHash query,
        int radius,
        int number,
        List<RowHit> hits,
        CancellationToken cancellation
    )
    {
        var slices = (ulong*)(_memory + Shape.OffsetOf(Section.Slices));
        SlicedScan.Find(_rows, slices, Shape.SliceBlocks, Count, query, radius, number, hits, cancellation);
        GC.KeepAlive(_owner);
    }

    /// <summary>Buckets can together hold more than the rows, so that a scan of all is cheaper.</summary>
    internal bool IsCrowded(int radius) => RingSearch.IsTooMany(Probes.Count(radius) * Crowd, Count);

    /// <summary>As many rows as make probing cheaper than a scan.</summary>
    private bool HasEnough(int radius) =>
        Shape.HasRing && Count >= (long)Probes.Chunks * Probes.Count(radius) * SearchLimits.RowsPerProbe;

    /// <summary>Only where buckets can be so full at all the query's own are counted.</summary>
    private bool IsWorthProbing(in PdqHash query, int radius) =>
        HasEnough(radius)
        && (
            !IsCrowded(radius) || !RingSearch.IsTooMany(RingSearch.CountSketches(_ring, query, radius), Count)
        );

    private PdqSegment WithSlices()
    {
        var shape = Shape with { HasSlices = true };
        var block = new NativeBlock(shape.LengthBytes);
        for (var section = Section.Rows; section <= Section.Postings; section++)
        {
            var from = _memory + Shape.OffsetOf(section);
            var to = block.Pointer + shape.OffsetOf(section);
            Buffer.MemoryCopy(from, to, shape.LengthOf(section), Shape.LengthOf(section));
        }
        FillSlices(shape, block.Pointer);
        GC.KeepAlive(_owner);
        return new PdqSegment(shape, block, block.Pointer, Crowd);
    }

    private static void FillSlices(SegmentShape shape, byte* memory)
    {
        var rows = (PdqHash*)(memory + shape.OffsetOf(Section.Rows));
        var slices = (ulong*)(memory + shape.OffsetOf(Section.Slices));
        for (var block = 0L; block < shape.SliceBlocks; block++)
        {
            var words = block * SlicedScan.BlockBytes / sizeof(ulong);
            SlicedScan.Slice(rows + (block * SlicedScan.BlockRows), slices + words);
        }
    }

    private static void FillRows(SegmentShape shape, byte* memory, ReadOnlySpan<RowRecord> sorted)
    {
        var rows = (PdqHash*)(memory + shape.OffsetOf(Section.Rows));
        var starts = (uint*)(memory + shape.OffsetOf(Section.Starts));
        var items = (Posting*)(memory + shape.OffsetOf(Section.Postings));
        var row = -1;
        for (var i = 0; i < sorted.Length; i++)
        {
            if (i == 0 || sorted[i].Key != sorted[i - 1].Key)
            {
                rows[++row] = sorted[i].ToPdq();
                starts[row] = (uint)i;
            }
            items[i] = sorted[i].Posting;
        }
        starts[shape.Rows] = (uint)sorted.Length;
    }

    private static long CrowdOf(in RingTables ring)
    {
        var crowd = 0L;
        for (var table = 0; table < Probes.Chunks; table++)
        {
            crowd += ring.Fullest(table);
        }
        return crowd;
    }
}
