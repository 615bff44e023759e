using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Search;
using Vigil.Tests.Files;

namespace Vigil.Tests.Matching.Search;

/// <summary>Damage that small segments cannot show: under a mapping that nobody verified, and in ring tables.</summary>
public sealed class DamageTests : IDisposable
{
    private static readonly PdqStoreOptions Unverified = new() { IsPlain = true, VerifiesAtOpen = false };
    private readonly TestRing _ring = new();

    private string Place => _ring.Folder["index"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _ring.Dispose();

    [Fact]
    public async Task What_the_scrub_found_damaged_is_not_served_by_the_next_open()
    {
        var luck = Made.Luck();
        var hashes = Hashes.Random(luck, 600);
        await TwoGenerationsAsync(Unverified, hashes.AsMemory(0, 300), hashes.AsMemory(300));
        var at = luck.Next(SegmentFile.HeadBytes, SegmentFile.HeadBytes + (600 * PdqHash.ByteLength));
        Flip(Newest(), at);
        using (var store = Open(Unverified))
        {
            Assert.Equal(2, store.Generation);
            Assert.Empty(store.Problems);
            Assert.Throws<IndexBrokenException>(() => store.Scrub(Stop));
        }

        for (var round = 0; round < 2; round++)
        {
            using var store = Open(Unverified);
            Assert.Equal((1, 300L), (store.Generation, store.Index.Current.Count));
            Assert.NotEmpty(store.Problems);
            for (var i = 0; i < 300; i += 7)
            {
                Assert.Equal([i], Find(store, hashes[i]));
            }
            // That this one is whole makes the other no better.
            store.Scrub(Stop);
        }

        // Put back from a copy, it serves again, and is trusted once a scrub found it whole.
        Flip(Newest(), at);
        using (var store = Open(Unverified))
        {
            Assert.Equal(2, store.Generation);
            Assert.Empty(store.Problems);
            store.Scrub(Stop);
        }
        Assert.DoesNotContain(Directory.EnumerateFiles(Place), file => Path.GetFileName(file) == "damaged");
    }

    [Fact]
    public void Where_the_scrub_found_the_only_generation_damaged_nothing_is_served()
    {
        var luck = Made.Luck();
        using (var store = Open(Unverified))
        {
            store.Index.AddRange(Hashes.Random(luck, 300), 0, 0);
            store.Save();
        }
        Flip(Newest(), SegmentFile.HeadBytes + luck.Next(300 * PdqHash.ByteLength));
        using (var store = Open(Unverified))
        {
            Assert.Throws<IndexBrokenException>(() => store.Scrub(Stop));
        }

        Assert.Throws<IndexBrokenException>(() => Open(Unverified));
    }

    [Fact]
    public void Damage_that_cannot_be_noted_is_told_all_the_same()
    {
        using (var store = Open(Unverified))
        {
            store.Index.AddRange(Hashes.Random(Made.Luck(), 300), 0, 0);
            store.Save();
        }
        Flip(Newest(), SegmentFile.HeadBytes);
        // Stands for a disk that takes no more writes.
        Directory.CreateDirectory(Path.Combine(Place, "damaged"));
        using var opened = Open(Unverified);

        var error = Assert.Throws<IndexBrokenException>(() => opened.Scrub(Stop));

        Assert.Contains("is altered", error.Message);
        Assert.Contains("could not be noted", error.Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_bit_of_the_ring_tables_that_is_another_is_noticed(bool isPlain)
    {
        var luck = Made.Luck();
        var options = new PdqStoreOptions { IsPlain = isPlain };
        var hashes = Hashes.Random(luck, 300 + SearchLimits.RingFromRows);
        await TwoGenerationsAsync(options, hashes.AsMemory(0, 300), hashes.AsMemory(300));
        var (from, to) = (0L, 0L);
        using (var store = Open(options))
        {
            var shape = Assert.Single(store.Index.Current.Segments).Shape;
            Assert.True(shape.HasRing);
            (from, to) = (shape.OffsetOf(Section.Directories), shape.OffsetOf(Section.Starts));
        }
        for (var round = 0; round < (Made.Long ? 1000 : 30); round++)
        {
            // A sealed file has some bytes more; the tables are most of both.
            var at = SegmentFile.HeadBytes + luck.NextInt64(from, to);
            Flip(Newest(), at);
            using (var store = Open(options))
            {
                Assert.Equal((1, 300L), (store.Generation, store.Index.Current.Count));
                Assert.NotEmpty(store.Problems);
                var entry = luck.Next(300);
                Assert.Equal([entry], Find(store, Made.Flip(hashes[entry], luck, luck.Next(32))));
            }
            Flip(Newest(), at);
        }
        using var whole = Open(options);
        Assert.Equal(2, whole.Generation);
    }

    /// <summary>A wrong answer is what a scrub is for; the process must live to have one.</summary>
    [Fact]
    public unsafe void Row_numbers_of_which_bits_are_missing_lead_to_rows_all_the_same()
    {
        var segment = Hashes.Segment(Hashes.Random(Made.Luck(), SearchLimits.RingFromRows + 1000));
        var shape = segment.Shape;
        Assert.Equal(2, shape.Highs);
        var highs = segment.Memory + shape.OffsetOf(Section.Highs);
        new Span<byte>(highs, (int)shape.LengthOf(Section.Highs)).Clear();

        for (var table = 1; table < Hashes.Chunks; table++)
        {
            var directory = segment.Ring.Directory(table);
            for (var bucket = 0; bucket < 1 << Hashes.ChunkBits; bucket++)
            {
                for (var place = directory[bucket]; place < directory[bucket + 1]; place++)
                {
                    Assert.InRange(segment.Ring.RowAt(table, bucket, place), 0, segment.Count - 1);
                }
            }
        }
        GC.KeepAlive(segment);
    }

    /// <summary>Two generations which share no file.</summary>
    private async Task TwoGenerationsAsync(
        PdqStoreOptions options,
        ReadOnlyMemory<PdqHash> first,
        ReadOnlyMemory<PdqHash> second
    )
    {
        using var store = Open(options);
        store.Index.AddRange(first.Span, 0, 0);
        store.Save();
        store.Index.AddRange(second.Span, 0, first.Length);
        await store.Index.MergedAsync();
        store.Save();
    }

    private string Newest() =>
        Directory.EnumerateFiles(Place, "segment-*").Order(StringComparer.Ordinal).Last();

    private static void Flip(string path, long at)
    {
        using var file = File.Open(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = at;
        var was = file.ReadByte();
        file.Position = at;
        file.WriteByte((byte)(was ^ 1));
    }

    private PdqStore Open(PdqStoreOptions options) => PdqStore.OpenOrCreate(Place, _ring.Keys, options);

    private static IEnumerable<int> Find(PdqStore store, PdqHash query)
    {
        var results = new List<PdqMatch>();
        store.Index.Current.Find(query, Radius.Default, results, Stop);
        return results.Select(match => match.Posting.Entry).Order();
    }
}
