using Vigil.Hashing;

namespace Vigil.Matching.Search;

/// <summary>
/// Where the sections of a segment lie in its memory and its file. Follows from three numbers, so nothing in a file
/// can point outside it. Sections begin on 64 bytes; integers are little-endian.
/// </summary>
/// <param name="Rows">Distinct hashes.</param>
/// <param name="Postings">Entries behind them.</param>
/// <param name="HasRing">The 16 tables.</param>
/// <param name="HasSlices">The first 96 bits, bit by bit.</param>
internal readonly record struct SegmentShape(int Rows, int Postings, bool HasRing, bool HasSlices)
{
    public const int Sections = 8;

    /// <summary>Directory of one table: 65,537 starts, up to the next cache line.</summary>
    public const int DirectoryStride = Probes.Buckets + 16;

    /// <summary>Tables whose row numbers are stored: in the first a place is a row.</summary>
    public const int NumberedTables = Probes.Chunks - 1;

    /// <summary>
    /// Sketches of one table, with room behind for a vector that begins on the last one.
    /// </summary>
    public long SketchStride => Up(Rows, 32) + 32;

    /// <summary>Low halves of the row numbers of one table.</summary>
    public long LowStride => Up(Rows, 32);

    /// <summary>High halves that occur: one for each 65,536 rows.</summary>
    public int Highs => (int)Up(Rows, Probes.Buckets) / Probes.Buckets;

    /// <summary>
    /// High halves of one table, in words: for each bucket a bit for each of its rows and a bit for each step up.
    /// </summary>
    public long HighStride => Up((Rows + (long)Probes.Buckets * Highs) / 64 + 1, 8);

    public int SliceBlocks => HasSlices ? Rows / SlicedScan.BlockRows : 0;

    /// <summary>Bytes of each section, without what is left free behind it.</summary>
    public long LengthOf(Section section) =>
        section switch
        {
            Section.Rows => (long)Rows * PdqHash.ByteLength,
            Section.Slices => (long)SliceBlocks * SlicedScan.BlockBytes,
            Section.Directories => HasRing ? (long)Probes.Chunks * DirectoryStride * sizeof(uint) : 0,
            Section.Sketches => HasRing ? Probes.Chunks * SketchStride * sizeof(ushort) : 0,
            Section.Lows => HasRing ? NumberedTables * LowStride * sizeof(ushort) : 0,
            Section.Highs => HasRing ? NumberedTables * HighStride * sizeof(ulong) : 0,
            Section.Starts => (Rows + 1L) * sizeof(uint),
            Section.Postings => Postings * 8L,
            _ => throw new ArgumentOutOfRangeException(nameof(section)),
        };

    /// <summary>First byte of a section.</summary>
    public long OffsetOf(Section section)
    {
        var offset = 0L;
        for (var before = Section.Rows; before < section; before++)
        {
            offset += Up(LengthOf(before), 64);
        }
        return offset;
    }

    public long LengthBytes => OffsetOf(Section.Postings) + Up(LengthOf(Section.Postings), 64);

    /// <summary>Of the search structure: without postings.</summary>
    public long SearchBytes => OffsetOf(Section.Starts);

    private static long Up(long count, int unit) => (count + unit - 1) / unit * unit;
}

/// <summary>Sections of a segment in their order.</summary>
internal enum Section
{
    Rows,
    Slices,
    Directories,
    Sketches,
    Lows,
    Highs,
    Starts,
    Postings,
}
