using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Search;

namespace Vigil.Tests.Matching.Search;

public class SegmentTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void At_every_radius_each_way_of_searching_finds_what_a_look_at_every_row_finds()
    {
        var luck = Made.Luck();
        for (var radius = 0; radius <= Radius.Max; radius++)
        {
            var query = Made.Pdq(luck);
            Check(Around(luck, query, radius), query, radius, isProbed: true);
        }
    }

    [Fact]
    public void A_row_whose_bounds_hold_from_one_chunk_only_is_found_at_every_radius_and_start()
    {
        var luck = Made.Luck();
        for (var radius = 0; radius <= Radius.Max; radius++)
        {
            var query = Made.Pdq(luck);
            PdqHash[] hashes =
            [
                .. Enumerable
                    .Range(0, Hashes.Chunks)
                    .Select(start => Hashes.Tight(query, luck, radius, start)),
                .. Enumerable.Range(0, 20).Select(_ => Hashes.Even(query, luck, radius)),
            ];
            Assert.All(hashes, hash => Assert.Equal(radius, SlowIndex.Bits(query, hash)));
            Check([.. hashes, .. Hashes.Random(luck, 1500)], query, radius, isProbed: true);
        }
    }

    [Fact]
    public void Families_and_equal_chunks_are_searched_exactly()
    {
        var luck = Made.Luck();
        foreach (var radius in new[] { 0, 7, 15, 16, 31, 32, 47, 48, 63 })
        {
            var families = Hashes.Clustered(luck, Made.Count(2500));
            Check(families, families[luck.Next(20)], radius);
            Check(families, Made.Flip(families[luck.Next(20)], luck, radius), radius);
            var equal = Hashes.EqualChunks(luck, Made.Count(2500), flips: 40, out _);
            Check(equal, equal[0], radius);
            Check(equal, Made.Flip(equal[0], luck, radius), radius);
            PdqHash[] nothing = [.. Enumerable.Repeat(default(PdqHash), 600)];
            Check(nothing, default, radius);
            Check([.. nothing, .. equal], Made.Flip(default, luck, radius), radius);
        }
    }

    [Fact]
    public void Sizes_around_every_boundary_are_searched_exactly()
    {
        var luck = Made.Luck();
        foreach (
            var count in new[] { 0, 1, 2, 31, 32, 33, 63, 64, 65, 255, 256, 257, 511, 512, 513, 4095, 4096 }
        )
        {
            var query = Made.Pdq(luck);
            PdqHash[] hashes =
            [
                .. Hashes.Random(luck, count / 2),
                .. Enumerable.Range(0, count - (count / 2)).Select(i => Made.Flip(query, luck, i % 64)),
            ];
            luck.Shuffle(hashes);
            Check(hashes, query, 31);
            Check(hashes, query, 63);
        }
    }

    [Fact]
    public void Row_numbers_are_right_on_both_sides_of_65536()
    {
        var luck = Made.Luck();
        foreach (var count in new[] { 65_535, 65_536, 65_537, 140_000 })
        {
            var hashes = Hashes.Random(luck, count);
            var segment = Hashes.Segment(hashes, ringFrom: 0, threads: 2);
            for (var table = 0; table < Probes.Chunks; table++)
            {
                AssertTableLeadsToEveryRow(segment, table);
            }
            foreach (var entry in new[] { 0, count - 1, luck.Next(count) })
            {
                var query = Hashes.Tight(hashes[entry], luck, 31, luck.Next(Hashes.Chunks));
                var hits = new List<RowHit>();
                segment.Find(query, 31, 0, hits, Stop);
                Assert.Equal(Hashes.Slow(hashes, query, 31), Hashes.Entries(segment, hits));
            }
        }
    }

    [Fact]
    public void A_segment_as_large_as_in_use_finds_every_planted_row_once()
    {
        var luck = Made.Luck();
        var hashes = Hashes.Random(luck, Made.Long ? 1_000_000 : SearchLimits.RingFromRows + 1234);
        var segment = Hashes.Segment(hashes);
        Assert.True(segment.Shape.HasRing);
        var hits = new List<RowHit>();
        for (var i = 0; i < Made.Count(20_000); i++)
        {
            var entry = luck.Next(hashes.Length);
            var query =
                i % 2 == 0
                    ? Hashes.Tight(hashes[entry], luck, 31, i / 2 % Hashes.Chunks)
                    : Made.Flip(hashes[entry], luck, luck.Next(32));
            hits.Clear();
            segment.Find(query, 31, 0, hits, Stop);
            Assert.Single(Hashes.Entries(segment, hits), found => found.Entry == entry);
            query = Hashes.Tight(hashes[entry], luck, 32, i % Hashes.Chunks);
            hits.Clear();
            segment.Find(query, 31, 0, hits, Stop);
            Assert.DoesNotContain(Hashes.Entries(segment, hits), found => found.Entry == entry);
        }
    }

    [Fact]
    public void Crowded_data_is_scanned_and_the_answer_is_as_exact()
    {
        var luck = Made.Luck();
        var hashes = Hashes.EqualChunks(luck, SearchLimits.RingFromRows * 5 / 4, flips: 24, out var centre);
        var segment = Hashes.Segment(hashes);
        Assert.True(segment.Shape.HasRing && segment.Shape.HasSlices);
        foreach (var radius in new[] { 0, 15, 31, 40, 63 })
        {
            var hits = new List<RowHit>();
            Assert.False(radius > 0 && RingSearch.TryFind(segment.Ring, [centre], radius, 0, hits, Stop));
            // One that is off the centre may share none of the crowded chunks, and then it is not given up.
            var off = Made.Flip(hashes[luck.Next(hashes.Length)], luck, luck.Next(radius + 1));
            foreach (var query in new[] { centre, off })
            {
                hits.Clear();
                segment.Find(query, radius, 0, hits, Stop);
                Assert.Equal(Hashes.Slow(hashes, query, radius), Hashes.Entries(segment, hits));
            }
        }
    }

    [Fact]
    public void A_batch_finds_what_its_queries_find_one_by_one()
    {
        var luck = Made.Luck();
        var hashes = Hashes.Clustered(luck, 3000);
        var segment = Hashes.Segment(hashes, ringFrom: 0);
        foreach (var radius in new[] { 0, 8, 15, 16, 31, 32, 47, 63 })
        {
            var queries = Enumerable
                .Range(0, RingBatch.MostQueries(Radius.Max))
                .Select(i => Made.Flip(hashes[luck.Next(hashes.Length)], luck, luck.Next(70)))
                .ToArray();
            var single = new List<RowHit>();
            for (var i = 0; i < queries.Length; i++)
            {
                segment.Scan(queries[i], radius, i, single, Stop);
            }
            var batch = new List<RowHit>();
            Assert.True(RingBatch.TryFind(segment.Ring, queries, radius, 0, batch, Stop));
            Assert.Equal(single.OrderBy(Order), batch.OrderBy(Order));
            Assert.NotEmpty(batch);
            batch.Clear();
            Assert.True(RingSearch.TryFind(segment.Ring, queries, radius, 0, batch, Stop));
            Assert.Equal(single.OrderBy(Order), batch.OrderBy(Order));
        }

        static (int, int) Order(RowHit hit) => (hit.Query, hit.Row);
    }

    [Fact]
    public void A_batch_in_several_rounds_numbers_its_queries_through()
    {
        var luck = Made.Luck();
        var hashes = Hashes.Random(luck, 2 * SearchLimits.RingFromRows);
        var segment = Hashes.Segment(hashes);
        var count = (2 * RingBatch.MostQueries(31)) + 500;
        var queries = new PdqHash[count];
        for (var i = 0; i < count; i++)
        {
            queries[i] = i % 3 == 0 ? Made.Pdq(luck) : Hashes.Even(hashes[i], luck, 31);
        }
        var hits = new List<RowHit>();
        segment.FindMany(queries, 31, hits, Stop);
        // The last round has fewer queries than are sorted.
        Assert.InRange(count % RingBatch.MostQueries(31), 1, SearchLimits.BatchFrom - 1);
        var expected = Enumerable.Range(0, count).Where(i => i % 3 != 0).Select(i => (i, i));
        var found = hits.SelectMany(hit =>
            segment.PostingsOf(hit.Row).ToArray().Select(posting => (hit.Query, posting.Entry))
        );
        Assert.Equal(expected, found.Order());
    }

    [Fact]
    public void Equal_hashes_are_one_row_with_all_their_postings()
    {
        var luck = Made.Luck();
        var one = Made.Pdq(luck);
        PdqHash[] hashes = [one, Made.Pdq(luck), one, one, Made.Pdq(luck)];
        var segment = Hashes.Segment(hashes, ringFrom: 0);
        Assert.Equal(3, segment.Count);
        var hits = new List<RowHit>();
        segment.Find(one, 0, 0, hits, Stop);
        Assert.Equal([0, 2, 3], segment.PostingsOf(Assert.Single(hits).Row).ToArray().Select(p => p.Entry));
    }

    [Fact]
    public void A_search_allocates_nothing_after_the_first()
    {
        var luck = Made.Luck();
        var ring = Hashes.Segment(Hashes.Random(luck, SearchLimits.RingFromRows));
        var scan = Hashes.Segment(Hashes.Random(luck, 5000));
        var queries = Hashes.Random(luck, SearchLimits.BatchFrom);
        var hits = new List<RowHit>();
        Search();
        Assert.Equal(0, Enumerable.Range(0, 5).Min(_ => AllocatedBytes()));

        long AllocatedBytes()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Search();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        void Search()
        {
            foreach (var query in queries)
            {
                ring.Find(query, 31, 0, hits, Stop);
                ring.Find(query, 40, 0, hits, Stop);
                scan.Find(query, 31, 0, hits, Stop);
            }
            ring.FindMany(queries, 31, hits, Stop);
        }
    }

    [Fact]
    public void A_cancelled_search_ends()
    {
        var segment = Hashes.Segment(Hashes.Random(Made.Luck(), SearchLimits.RingFromRows));
        var cancelled = new CancellationToken(canceled: true);
        var queries = new PdqHash[SearchLimits.BatchFrom];
        Assert.Throws<OperationCanceledException>(() => segment.Find(default, 31, 0, [], cancelled));
        Assert.Throws<OperationCanceledException>(() => segment.Find(default, 63, 0, [], cancelled));
        Assert.Throws<OperationCanceledException>(() => segment.Scan(default, 31, 0, [], cancelled));
        Assert.Throws<OperationCanceledException>(() => segment.FindMany(queries, 31, [], cancelled));
    }

    [Fact]
    public void More_queries_than_a_round_has_room_for_are_refused()
    {
        var segment = Hashes.Segment(Hashes.Random(Made.Luck(), 100), ringFrom: 0);
        var queries = new PdqHash[RingBatch.MostQueries(Radius.Max) + 1];
        Assert.Throws<ArgumentException>(() =>
            RingBatch.TryFind(segment.Ring, queries, Radius.Max, 0, [], Stop)
        );
    }

    /// <summary>Rows at and around the radius, in every distribution of the bits, among others.</summary>
    private static PdqHash[] Around(Random luck, PdqHash query, int radius)
    {
        var hashes = new List<PdqHash>(Hashes.Random(luck, 2000));
        for (var i = 0; i < 60; i++)
        {
            var bits = Math.Max(0, radius + luck.Next(-2, 3));
            hashes.Add(
                (i % 4) switch
                {
                    0 => Made.Flip(query, luck, bits),
                    1 => Hashes.Even(query, luck, bits),
                    2 => Hashes.Crowded(query, luck, bits),
                    _ => Hashes.Tight(query, luck, bits, luck.Next(Hashes.Chunks)),
                }
            );
        }
        return [.. hashes];
    }

    /// <param name="isProbed">The data is such that no search may give up the ring tables.</param>
    private static void Check(PdqHash[] hashes, PdqHash query, int radius, bool isProbed = false)
    {
        var expected = Hashes.Slow(hashes, query, radius);
        var scanned = Hashes.Segment(hashes, ringFrom: int.MaxValue);
        var probed = Hashes.Segment(hashes, ringFrom: 0);
        var hits = new List<RowHit>();
        scanned.Find(query, radius, 0, hits, Stop);
        Assert.Equal(expected, Hashes.Entries(scanned, hits));
        hits.Clear();
        probed.Find(query, radius, 0, hits, Stop);
        Assert.Equal(expected, Hashes.Entries(probed, hits));
        hits.Clear();
        var isDone = RingSearch.TryFind(probed.Ring, [query], radius, 0, hits, Stop);
        Assert.True(isDone || !isProbed);
        if (isDone)
        {
            Assert.Equal(expected, Hashes.Entries(probed, hits));
        }
        hits.Clear();
        isDone = RingBatch.TryFind(probed.Ring, [query], radius, 0, hits, Stop);
        Assert.True(isDone || !isProbed);
        if (isDone)
        {
            Assert.Equal(expected, Hashes.Entries(probed, hits));
        }
    }

    private static void AssertTableLeadsToEveryRow(PdqSegment segment, int table)
    {
        var seen = new bool[segment.Count];
        for (var bucket = 0; bucket < Probes.Buckets; bucket++)
        {
            foreach (var (row, place) in Places(segment, table, bucket))
            {
                Assert.False(seen[row]);
                seen[row] = true;
                Assert.Equal(bucket, Chunk(segment.HashOf(row), table));
                Assert.Equal(Sketch(segment, table, place), Chunk(segment.HashOf(row), (table + 1) % 16));
            }
        }
        Assert.DoesNotContain(false, seen);
    }

    private static unsafe List<(int Row, uint Place)> Places(PdqSegment segment, int table, int bucket)
    {
        var places = new List<(int, uint)>();
        var directory = segment.Ring.Directory(table);
        for (var place = directory[bucket]; place < directory[bucket + 1]; place++)
        {
            places.Add((segment.Ring.RowAt(table, bucket, place), place));
        }
        return places;
    }

    private static unsafe int Sketch(PdqSegment segment, int table, uint place) =>
        segment.Ring.Sketches(table)[place];

    private static int Chunk(PdqHash hash, int chunk)
    {
        ulong[] words = [hash.Word0, hash.Word1, hash.Word2, hash.Word3];
        return (int)((words[chunk / 4] >> (chunk % 4 * 16)) & 0xFFFF);
    }
}
