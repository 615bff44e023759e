using System.Numerics;
using System.Runtime.Intrinsics.X86;
using Vigil.Hashing;

namespace Vigil.Matching.Search;

/// <summary>
/// The sixteen tables of a segment. Table t sorts the rows by chunk t: a directory says where the rows of each value
/// begin; beside each place stands the next chunk of its row (the sketch) and, compressed, the row's number.
/// </summary>
/// <remarks>
/// Row numbers within a bucket ascend, so their high halves are stored as steps (Elias 1974, Fano 1971): 2 bits and
/// 16 bits a row where 32 would stand. Rows lie in the order of chunk 0, so table 0 needs no numbers.
/// </remarks>
// SAFETY: made by PdqSegment over its own memory with the shape that the memory was made for; buckets are 16 bits and
// places come from the directory.
internal readonly unsafe struct RingTables
{
    /// <summary>Rows ahead whose places are asked for while tables are filled.</summary>
    private const int RowsAhead = 16;

    private readonly PdqHash* _rows;
    private readonly uint* _directories;
    private readonly ushort* _sketches;
    private readonly ushort* _lows;
    private readonly ulong* _highs;
    private readonly long _sketchStride;
    private readonly long _lowStride;
    private readonly long _highStride;
    private readonly uint _highCount;

    public RingTables(SegmentShape shape, byte* memory)
    {
        Count = shape.Rows;
        _rows = (PdqHash*)(memory + shape.OffsetOf(Section.Rows));
        _directories = (uint*)(memory + shape.OffsetOf(Section.Directories));
        _sketches = (ushort*)(memory + shape.OffsetOf(Section.Sketches));
        _lows = (ushort*)(memory + shape.OffsetOf(Section.Lows));
        _highs = (ulong*)(memory + shape.OffsetOf(Section.Highs));
        (_sketchStride, _lowStride, _highStride) = (shape.SketchStride, shape.LowStride, shape.HighStride);
        _highCount = (uint)shape.Highs;
    }

    public int Count { get; }

    public PdqHash* Rows => _rows;

    public uint* Directory(int table) => _directories + ((long)table * SegmentShape.DirectoryStride);

    public ushort* Sketches(int table) => _sketches + (table * _sketchStride);

    /// <summary>Fills directory, sketches and numbers of one table from the rows, by counting.</summary>
    public void Fill(int table)
    {
        var directory = Directory(table);
        var chunks = (ushort*)_rows + table;
        for (var row = 0L; row < Count; row++)
        {
            directory[chunks[row * Probes.Chunks] + 1]++;
        }
        for (var bucket = 0; bucket < Probes.Buckets; bucket++)
        {
            directory[bucket + 1] += directory[bucket];
        }
        var places = new Span<uint>(directory, Probes.Buckets).ToArray();
        fixed (uint* next = places)
        {
            FillSketches(table, next);
        }
    }

    /// <param name="next">First free place of each bucket.</param>
    private void FillSketches(int table, uint* next)
    {
        var chunks = (ushort*)_rows + table;
        var neighbours = (ushort*)_rows + ((table + 1) % Probes.Chunks);
        var sketches = Sketches(table);
        // In the first table a place is a row.
        var lows = table > 0 ? Lows(table) : null;
        var highs = table > 0 ? Highs(table) : null;
        for (var row = 0L; row < Count; row++)
        {
            if (Sse.IsSupported && row + RowsAhead < Count)
            {
                var later = next[chunks[(row + RowsAhead) * Probes.Chunks]];
                Sse.Prefetch0(sketches + later);
                Sse.Prefetch0(lows + later);
            }
            var bucket = chunks[row * Probes.Chunks];
            var place = next[bucket]++;
            sketches[place] = neighbours[row * Probes.Chunks];
            if (lows is not null)
            {
                lows[place] = (ushort)row;
                var bit = place + ((ulong)bucket * _highCount) + (ulong)(row >> Probes.ChunkBits);
                highs[bit >> 6] |= 1UL << (int)(bit & 63);
            }
        }
    }

    /// <summary>The row at a place of a table.</summary>
    public int RowAt(int table, int bucket, uint place)
    {
        if (table == 0)
        {
            return (int)place;
        }
        var start = Directory(table)[bucket];
        var high = 0u;
        if (_highCount > 1)
        {
            var first = start + ((ulong)bucket * _highCount);
            var bit = BitOf(Highs(table), (ulong)_highStride, first, place - start);
            high = (uint)(bit - first) - (place - start);
        }
        // A damaged table of a file that was not verified leads to a wrong row, but to one of them.
        return (int)Math.Min((high << Probes.ChunkBits) | Lows(table)[place], (uint)Count - 1);
    }

    /// <summary>Asks for the lines that <see cref="RowAt"/> will read.</summary>
    public void Prefetch(int table, int bucket, uint place)
    {
        if (Sse.IsSupported && table > 0)
        {
            Sse.Prefetch0(Lows(table) + place);
            var bit = place + ((ulong)bucket * _highCount);
            Sse.Prefetch0(Highs(table) + (bit >> 6));
        }
    }

    /// <summary>Rows of the fullest bucket.</summary>
    public int Fullest(int table)
    {
        var directory = Directory(table);
        var most = 0u;
        for (var bucket = 0; bucket < Probes.Buckets; bucket++)
        {
            most = Math.Max(most, directory[bucket + 1] - directory[bucket]);
        }
        return (int)most;
    }

    private ushort* Lows(int table) => _lows + ((table - 1) * _lowStride);

    private ulong* Highs(int table) => _highs + ((table - 1) * _highStride);

    /// <summary>
    /// Place of the set bit of that rank, counted from a first bit on; the end where there are not so many.
    /// </summary>
    /// <param name="length">Words there are.</param>
    private static ulong BitOf(ulong* words, ulong length, ulong first, uint rank)
    {
        var at = first >> 6;
        if (at >= length)
        {
            return length << 6;
        }
        var word = words[at] & (ulong.MaxValue << (int)(first & 63));
        for (var count = (uint)BitOperations.PopCount(word); rank >= count; )
        {
            if (++at >= length)
            {
                return length << 6;
            }
            rank -= count;
            word = words[at];
            count = (uint)BitOperations.PopCount(word);
        }
        if (Bmi2.X64.IsSupported)
        {
            word = Bmi2.X64.ParallelBitDeposit(1UL << (int)rank, word);
        }
        else
        {
            for (; rank > 0; rank--)
            {
                word &= word - 1;
            }
        }
        return (at << 6) + (ulong)BitOperations.TrailingZeroCount(word);
    }
}
