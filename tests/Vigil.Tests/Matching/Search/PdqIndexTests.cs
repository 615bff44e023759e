using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Search;

namespace Vigil.Tests.Matching.Search;

public class PdqIndexTests
{
    private static readonly Radius Usual = Radius.Default;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task After_any_changes_and_merges_it_finds_what_a_look_at_every_entry_finds()
    {
        var luck = Made.Luck();
        var index = new PdqIndex();
        var alive = new Dictionary<Posting, PdqHash>();
        var centres = Hashes.Random(luck, 30);
        var next = 0;
        for (var step = 0; step < Made.Count(1500); step++)
        {
            var kind = luck.Next(10);
            if (kind < 6)
            {
                Add(Made.Flip(centres[luck.Next(30)], luck, luck.Next(50)));
            }
            else if (kind < 8 && alive.Count > 0)
            {
                var (posting, hash) = alive.ElementAt(luck.Next(alive.Count));
                Assert.True(index.Remove(hash, posting));
                Assert.False(index.Remove(hash, posting));
                alive.Remove(posting);
            }
            else if (kind == 8)
            {
                var many = Hashes.Clustered(luck, luck.Next(1, 6000));
                index.AddRange(many, list: 1, next);
                foreach (var hash in many)
                {
                    alive.Add(new Posting(1, next++), hash);
                }
            }
            else if (step % 50 == 0)
            {
                await index.MergedAsync();
            }
            Compare(index.Current, alive, Made.Flip(centres[luck.Next(30)], luck, luck.Next(40)));
        }
        await index.MergedAsync();
        Assert.InRange(index.Current.Parts, 1, 8);
        Compare(index.Current, alive, alive.Values.First());

        void Add(PdqHash hash)
        {
            var posting = new Posting(0, next++);
            index.Add(hash, posting);
            alive.Add(posting, hash);
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task A_removed_entry_leaves_the_memory_with_the_merges()
    {
        var luck = Made.Luck();
        var index = new PdqIndex();
        var hashes = Hashes.Random(luck, SearchLimits.MaxDead + 10_000);
        index.AddRange(hashes, 0, 0);
        for (var i = 0; i < SearchLimits.MaxDead + 2; i++)
        {
            Assert.True(index.Remove(hashes[i], new Posting(0, i)));
        }
        await index.MergedAsync();
        Assert.Equal(hashes.Length - SearchLimits.MaxDead - 2, index.Current.Count);
        Assert.InRange(index.Current.Stored, index.Current.Count, index.Current.Count + 1000);
        Compare(index.Current, new() { }, hashes[5]);
        // Its numbers are free again.
        index.Add(hashes[0], new Posting(0, 0));
        Compare(index.Current, new() { [new Posting(0, 0)] = hashes[0] }, hashes[0]);
    }

    [Fact]
    public void Numbers_of_an_entry_just_removed_are_not_given_to_another()
    {
        var luck = Made.Luck();
        var index = new PdqIndex();
        var (one, other) = (Made.Pdq(luck), Made.Pdq(luck));
        index.Add(one, new Posting(3, 7));
        Assert.False(index.Remove(other, new Posting(3, 7)));
        Assert.True(index.Remove(one, new Posting(3, 7)));
        var error = Assert.Throws<ArgumentException>(() => index.Add(other, new Posting(3, 7)));
        Assert.DoesNotContain(other.ToHex(), error.Message);
        Assert.Throws<ArgumentException>(() => index.AddRange([one, other], 3, 6));
        Assert.Equal(0, index.Current.Count);
    }

    [Fact]
    public void A_snapshot_never_changes()
    {
        var luck = Made.Luck();
        var index = new PdqIndex();
        var hash = Made.Pdq(luck);
        var empty = index.Current;
        index.Add(hash, new Posting(0, 0));
        var one = index.Current;
        index.Add(hash, new Posting(0, 1));
        var two = index.Current;
        index.Remove(hash, new Posting(0, 0));
        foreach (var other in Hashes.Random(luck, 3 * SearchLimits.DeltaRows))
        {
            index.Add(other, new Posting(1, luck.Next()));
        }
        Assert.Empty(Find(empty, hash));
        Assert.Equal([0], Find(one, hash).Select(match => match.Posting.Entry));
        Assert.Equal([0, 1], Find(two, hash).Select(match => match.Posting.Entry));
        Assert.Equal([1], Find(index.Current, hash).Select(match => match.Posting.Entry));
    }

    [Fact]
    public void A_full_delta_is_searched_while_it_waits_for_its_merge()
    {
        var luck = Made.Luck();
        var hashes = Hashes.Random(luck, SearchLimits.DeltaRows + 1);
        var (full, open) = (new Delta(), new Delta());
        for (var i = 0; i < SearchLimits.DeltaRows; i++)
        {
            full.Add(hashes[i], new Posting(0, i));
        }
        open.Add(hashes[^1], new Posting(0, SearchLimits.DeltaRows));
        var snapshot = new PdqSnapshot([], [full], open, 1, [new Posting(0, 7)]);
        foreach (var entry in new[] { 0, 255, 256, SearchLimits.DeltaRows - 1, SearchLimits.DeltaRows })
        {
            Assert.Equal(entry, Assert.Single(Find(snapshot, hashes[entry])).Posting.Entry);
        }
        Assert.Empty(Find(snapshot, hashes[7]));
    }

    [Fact(Timeout = 120_000)]
    public async Task What_comes_while_a_merge_runs_is_there_after_it()
    {
        var luck = Made.Luck();
        var seen = 0;
        for (var round = 0; round < 20; round++)
        {
            var index = new PdqIndex();
            var hashes = Hashes.Random(luck, 30_000);
            index.AddRange(hashes, 0, 0);
            // Each of these fills a delta and begins a merge with the large segment; the next come beside it.
            var more = Hashes.Random(luck, 4 * SearchLimits.DeltaRows);
            for (var i = 0; i < more.Length; i++)
            {
                index.Add(more[i], new Posting(1, i));
                seen = Math.Max(seen, index.Current.Full.Length);
            }
            var last = Hashes.Random(luck, 300);
            index.AddRange(last, 2, 0);
            await index.MergedAsync();
            Assert.Equal(hashes.Length + more.Length + last.Length, index.Current.Count);
            for (var i = 0; i < more.Length; i += 97)
            {
                Assert.True(index.Current.Holds(more[i], new Posting(1, i)));
            }
            Assert.True(index.Current.Holds(last[^1], new Posting(2, last.Length - 1)));
        }
        Assert.True(seen > 1, "no delta was filled while a merge ran: nothing was tried");
    }

    [Fact]
    public void Each_list_is_searched_within_its_own_radius_in_one_pass()
    {
        var luck = Made.Luck();
        var index = new PdqIndex();
        var query = Made.Pdq(luck);
        for (var list = 0; list < 4; list++)
        {
            for (var bits = 0; bits <= Radius.Max; bits++)
            {
                index.Add(Made.Flip(query, luck, bits), new Posting(list, bits));
            }
        }
        var results = new List<PdqMatch>();
        index.Current.Find(query, [new Radius(10), null, new Radius(63)], results, Stop);
        Assert.Equal(Enumerable.Range(0, 11), Of(0));
        Assert.Empty(Of(1));
        Assert.Equal(Enumerable.Range(0, 64), Of(2));
        Assert.Empty(Of(3));
        results.Clear();
        index.Current.Find(query, [null, null], results, Stop);
        Assert.Empty(results);

        IEnumerable<int> Of(int list) =>
            results.Where(match => match.Posting.List == list).Select(match => match.DistanceBits).Order();
    }

    [Fact(Timeout = 120_000)]
    public async Task Readers_beside_a_writer_and_merges_see_whole_states_only()
    {
        var luck = Made.Luck();
        var index = new PdqIndex();
        var stays = Hashes.Random(luck, 2000);
        index.AddRange(stays, list: 9, firstEntry: 0);
        var flickers = Hashes.Random(luck, 4);
        var looks = new int[3];
        using var done = new CancellationTokenSource();
        var readers = Enumerable
            .Range(0, 3)
            .Select(number => Task.Run(() => Read(index, stays, flickers, number, looks, done.Token), Stop))
            .ToList();
        // Each flickering hash is there with one posting or none; what fills the deltas drives the merges.
        var filler = Hashes.Random(luck, 1000);
        var added = 0;
        for (var i = 0; i < Made.Count(100_000) || AreStillToLook(); i++, added++)
        {
            index.Add(filler[i % filler.Length], new Posting(1, i));
            if (i % 10 == 0)
            {
                index.Add(flickers[i / 10 % 4], new Posting(2, i));
                Assert.True(index.Remove(flickers[i / 10 % 4], new Posting(2, i)));
            }
        }
        await index.MergedAsync();
        await done.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Equal(2000 + added, index.Current.Count);
        Assert.InRange(index.Current.Parts, 1, 8);

        bool AreStillToLook() =>
            Array.Exists(looks, count => count < 20) && !readers.Exists(reader => reader.IsCompleted);
    }

    [Fact]
    public async Task A_search_cancelled_anywhere_leaves_the_results_as_they_were()
    {
        var luck = Made.Luck();
        var index = new PdqIndex();
        // The first part has many matches, the second takes long.
        var many = Enumerable.Repeat(Made.Pdq(luck), 20_000).ToArray();
        index.AddRange(many, 0, 0);
        var later = new PdqIndex(
            [index.Current.Segments[0], Hashes.Segment(Hashes.Random(luck, 60_000))],
            []
        );
        var results = new List<PdqMatch>();
        var cancelled = 0;
        for (var i = 0; i < 2000 && cancelled < 100; i++)
        {
            results.Clear();
            results.Add(new PdqMatch(7, new Posting(7, 7), 7));
            using var source = new CancellationTokenSource();
            var cancelling = Task.Run(
                () =>
                {
                    Thread.SpinWait(luck.Next(20_000));
                    source.Cancel();
                },
                Stop
            );
            try
            {
                later.Current.Find(many[0], new Radius(Radius.Max), results, source.Token);
            }
            catch (OperationCanceledException)
            {
                cancelled++;
                Assert.Equal([new(7, new Posting(7, 7), 7)], results);
            }
            await cancelling;
        }
        Assert.True(cancelled > 0, "no search was cancelled");
    }

    [Fact]
    public void A_search_allocates_nothing_after_the_first()
    {
        var luck = Made.Luck();
        var index = new PdqIndex();
        index.AddRange(Hashes.Random(luck, SearchLimits.RingFromRows), 0, 0);
        foreach (var hash in Hashes.Random(luck, 1000))
        {
            index.Add(hash, new Posting(1, luck.Next()));
        }
        var queries = Hashes.Random(luck, 100);
        var results = new List<PdqMatch>();
        var snapshot = index.Current;
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
                snapshot.Find(query, Usual, results, Stop);
            }
            snapshot.FindMany(queries, Usual, results, Stop);
        }
    }

    private static void Read(
        PdqIndex index,
        PdqHash[] stays,
        PdqHash[] flickers,
        int number,
        int[] looks,
        CancellationToken done
    )
    {
        var luck = new Random(number);
        var results = new List<PdqMatch>();
        while (!done.IsCancellationRequested)
        {
            var entry = luck.Next(stays.Length);
            results.Clear();
            index.Current.Find(Made.Flip(stays[entry], luck, 20), Usual, results, CancellationToken.None);
            Assert.Equal([entry], results.Select(match => match.Posting.Entry));
            results.Clear();
            index.Current.Find(flickers[luck.Next(4)], Usual, results, CancellationToken.None);
            Assert.InRange(results.Count, 0, 1);
            Volatile.Write(ref looks[number], looks[number] + 1);
        }
    }

    private static IEnumerable<PdqMatch> Find(PdqSnapshot snapshot, PdqHash query)
    {
        var results = new List<PdqMatch>();
        snapshot.Find(query, Usual, results, Stop);
        return results.OrderBy(match => match.Posting.List).ThenBy(match => match.Posting.Entry);
    }

    private static void Compare(PdqSnapshot snapshot, Dictionary<Posting, PdqHash> alive, PdqHash query)
    {
        var expected = alive
            .Select(pair => new PdqMatch(0, pair.Key, query.DistanceTo(pair.Value)))
            .Where(match => match.DistanceBits <= Usual.Bits)
            .OrderBy(match => match.Posting.List)
            .ThenBy(match => match.Posting.Entry);
        Assert.Equal(expected, Find(snapshot, query));
    }
}
