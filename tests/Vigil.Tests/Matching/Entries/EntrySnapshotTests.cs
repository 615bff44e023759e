using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Entries;
using Vigil.Matching.Lists;
using Vigil.Matching.Search;
using Vigil.Tests.Matching.Search;

namespace Vigil.Tests.Matching.Entries;

public class EntrySnapshotTests
{
    private static readonly ListInfo Info = new() { Name = "made", Purpose = ListPurpose.KnownCsam };

    [Fact]
    public void After_any_changes_and_merges_it_finds_what_looking_at_each_entry_finds()
    {
        var luck = Made.Luck();
        for (var round = 0; round < Made.Count(40); round++)
        {
            var world = new EntryWorld(luck);
            for (var step = 0; step < 60; step++)
            {
                world.Change(luck.Next(20) == 0 ? 200 : 12);
                if (luck.Next(3) == 0)
                {
                    world.Merge();
                    Assert.InRange(world.Snapshot.Parts, 0, 9);
                }
                world.Compare();
            }
        }
    }

    [Fact]
    public void What_goes_while_segments_are_merged_is_gone_afterwards_and_what_came_back_is_there()
    {
        var (list, ids) = (
            Guid.AllBitsSet,
            Enumerable.Range(0, 3).Select(i => new Guid(i, 0, 0, new byte[8])).ToArray()
        );
        var snapshot = EntrySnapshot.Empty;
        Add(0, 1);
        Add(2);
        var merge = EntryMerge.Of(snapshot, _ => true)!;
        merge.Build();
        // One goes; another goes and comes back.
        snapshot = snapshot.With([], [(list, ids[0]), (list, ids[1])], _ => Info);
        Add(1);
        snapshot = merge.Apply(snapshot, _ => Info);

        Assert.Equal([ids[1], ids[2]], Found());
        Assert.Equal((2L, 2), (snapshot.Count, snapshot.Parts));
        snapshot = snapshot.With([], [(list, ids[1])], _ => Info);
        Assert.Equal([ids[2]], Found());

        // What was let go of meanwhile stays so.
        Assert.Equal(0, merge.Apply(EntrySnapshot.Empty, _ => Info).Parts);

        void Add(params int[] numbers)
        {
            var building = new EntryBuilder();
            foreach (var number in numbers)
            {
                Assert.True(building.Add(list, ids[number], new EntryValue { Md5 = new byte[16] }));
            }
            snapshot = snapshot.With([building.Finish()!], [], _ => Info);
        }

        Guid[] Found()
        {
            var found = new List<EntryMatch>();
            var file = new Fingerprint { Md5 = Digest.FromBytes(DigestAlgorithm.Md5, new byte[16]) };
            snapshot.Query(file, found);
            return [.. found.Select(one => one.Id).Order()];
        }
    }

    [Fact]
    public void Entries_of_a_list_that_is_not_kept_leave_with_the_merge()
    {
        var luck = Made.Luck();
        var (kept, gone) = (EntryWorld.Id(luck), EntryWorld.Id(luck));
        var building = new EntryBuilder();
        foreach (var list in new[] { kept, gone })
        {
            building.Add(list, EntryWorld.Id(luck), new EntryValue { Pdq = Made.Pdq(luck) });
        }
        var snapshot = EntrySnapshot.Empty.With([building.Finish()!], [], _ => Info);
        var merge = EntryMerge.Of(snapshot, list => list == kept)!;
        merge.Build();
        snapshot = merge.Apply(snapshot, _ => Info);
        Assert.Equal(1, snapshot.Count);
        merge = EntryMerge.Of(snapshot, _ => false)!;
        merge.Build();
        Assert.Equal(
            (0L, 0),
            (merge.Apply(snapshot, _ => Info).Count, merge.Apply(snapshot, _ => Info).Parts)
        );
        Assert.Null(EntryMerge.Of(snapshot, _ => true));
    }

    [Fact]
    public void Of_an_entry_that_comes_twice_the_later_counts_and_one_with_nothing_is_not_taken()
    {
        var (building, list, id) = (
            new EntryBuilder(),
            new Guid(1, 0, 0, new byte[8]),
            new Guid(2, 0, 0, new byte[8])
        );
        Assert.Null(building.Finish());
        Assert.False(building.Add(list, id, default));
        Assert.True(building.Add(list, id, new EntryValue { Url = new byte[32] }));
        Assert.True(building.Add(list, id, new EntryValue { Domain = new byte[32] }));
        Assert.Throws<ArgumentException>(() =>
            building.Add(list, id, new EntryValue { Sha1 = new byte[19] })
        );
        var snapshot = EntrySnapshot.Empty.With([building.Finish()!], [], _ => Info);
        var found = new List<(Guid, Guid)>();
        snapshot.Query(new byte[32], AddressKind.Url, found);
        Assert.Empty(found);
        snapshot.Query(new byte[32], AddressKind.Domain, found);
        Assert.Equal([(list, id)], found);
    }

    [Fact]
    public void A_large_segment_finds_each_entry_by_each_of_its_fingerprints_and_a_miss_allocates_nothing()
    {
        var luck = Made.Luck();
        var snapshot = EntrySnapshot.Empty.With(
            [Large(luck, out var digests, out var pictures)],
            [],
            _ => Info
        );
        var found = new List<EntryMatch>();
        for (var i = 0; i < 300; i++)
        {
            var entry = luck.Next(digests.Length);
            var file = new Fingerprint
            {
                Md5 = digests[entry],
                Pictures = [new PdqResult(Made.Flip(pictures[entry], luck, 31), new Quality(100))],
            };
            found.Clear();
            snapshot.Query(file, found);
            Assert.Equal((entry, 31), (IdOf(found.Single().Id), found[0].Match.DistanceBits!.Value));
            found.Clear();
            snapshot.Query(file with { Md5 = null }, found);
            Assert.Equal(entry, IdOf(found.Single().Id));
        }
        var miss = new Fingerprint
        {
            Md5 = Made.Digest(luck, DigestAlgorithm.Md5),
            Pictures = [new PdqResult(Made.Pdq(luck), new Quality(100))],
        };
        found.Clear();
        snapshot.Query(miss, found);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            snapshot.Query(miss, found);
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100);
        Assert.Empty(found);
    }

    [Fact]
    public void A_search_that_is_under_way_ends_when_it_is_cancelled_and_leaves_nothing_to_the_next()
    {
        var luck = Made.Luck();
        var wide = Info with { Radius = new Radius(Radius.Max) };
        var snapshot = EntrySnapshot.Empty.With([Large(luck, out _, out var pictures)], [], _ => wide);
        var early = new EntryBuilder();
        early.Add(Guid.Empty, Guid.Empty, new EntryValue { Pdq = pictures[3] });
        snapshot = EntrySnapshot.Empty.With([early.Finish()!, snapshot.Views[0].Segment], [], _ => wide);
        var many = Hashes.Random(luck, 30_000).Select(hash => new PdqResult(hash, new Quality(100)));
        var video = new Fingerprint { Pictures = [new PdqResult(pictures[3], new Quality(100)), .. many] };
        var found = new List<EntryMatch>();
        using var stop = new CancellationTokenSource();
        var stopping = new Thread(() =>
        {
            // The first segment was searched: soon after, the search is within the large one.
            SpinWait.SpinUntil(() => found.Count > 0, TimeSpan.FromSeconds(30));
            Thread.Sleep(20);
            stop.Cancel();
        });
        stopping.Start();

        Assert.Throws<OperationCanceledException>(() => snapshot.Query(video, found, stop.Token));

        stopping.Join();
        Assert.Empty(found);
        var one = new Fingerprint { Pictures = [new PdqResult(pictures[5], new Quality(100))] };
        snapshot.Query(one, found, TestContext.Current.CancellationToken);
        Assert.Equal(5, IdOf(found.Single().Id));
    }

    /// <summary>More than one ring's worth, MD5 and picture each, the number of the entry as its identifier.</summary>
    internal static EntrySegment Large(Random luck, out Digest[] digests, out PdqHash[] pictures)
    {
        var building = new EntryBuilder();
        digests = new Digest[SearchLimits.RingFromRows + 500];
        pictures = new PdqHash[digests.Length];
        Span<byte> md5 = stackalloc byte[16];
        for (var i = 0; i < digests.Length; i++)
        {
            digests[i] = Made.Digest(luck, DigestAlgorithm.Md5);
            pictures[i] = Made.Pdq(luck);
            digests[i].CopyTo(md5);
            building.Add(
                new Guid(i % 3, 0, 0, new byte[8]),
                new Guid(i, 0, 0, new byte[8]),
                new EntryValue { Md5 = md5, Pdq = pictures[i] }
            );
        }
        return building.Finish()!;
    }

    internal static int IdOf(Guid id) => BitConverter.ToInt32(id.ToByteArray());
}
