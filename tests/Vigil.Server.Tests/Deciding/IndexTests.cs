using Vigil.Files;
using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Entries;
using Vigil.Matching.Lists;
using Vigil.Server.Features.Scan.Deciding;
using Vigil.Server.Features.Scan.Index;
using Vigil.Server.Features.Scan.Policies;
using Vigil.Trust;

namespace Vigil.Server.Tests.Deciding;

public sealed class IndexTests : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vigil-index-test-");
    private readonly KeyRing _keys;
    private readonly TenantSecrets _secrets;
    private long _generation;

    public IndexTests()
    {
        _keys = KeyRing.OpenOrCreate(_folder.FullName);
        _secrets = new TenantSecrets(_keys, TenantId.Default);
    }

    [Fact(Timeout = 120_000)]
    public async Task After_any_changes_and_merges_it_finds_what_a_slow_search_finds()
    {
        var luck = Made.Luck();
        for (var round = 0; round < 6; round++)
        {
            var index = new TenantIndex(TenantId.Default, TimeProvider.System);
            var lists = Enumerable.Range(0, 3).Select(List).ToDictionary(list => list.Id);
            var live = new Dictionary<EntryKey, (SignalValue Value, bool IsActive)>();
            for (var step = 0; step < 120; step++)
            {
                Step(luck, index, lists, live);
                if (luck.Next(4) == 0)
                {
                    await index.MergedAsync();
                }
                Compare(luck, index, lists, live);
            }
            await index.MergedAsync();
            Compare(luck, index, lists, live);
            Assert.InRange(index.Current!.Listed.Parts, 0, 9);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Readers_never_see_half_of_a_change()
    {
        var index = new TenantIndex(TenantId.Default, TimeProvider.System);
        var lists = new Dictionary<Guid, IndexedList>();
        var (a, b) = (List(0), List(1));
        lists[a.Id] = a;
        lists[b.Id] = b;
        Apply(index, [a, b], []);
        var keys = (new EntryKey(a.Id, Guid.NewGuid()), new EntryKey(b.Id, Guid.NewGuid()));
        using var done = new CancellationTokenSource();
        var all = new System.Collections.Concurrent.ConcurrentDictionary<int, bool>();
        // Each change puts the same file on both lists or takes it from both.
        var readers = Enumerable
            .Range(0, 8)
            .Select(_ =>
                Task.Run(() =>
                {
                    while (!done.IsCancellationRequested)
                    {
                        var found = index.Current!.Find(Made.Scan("both"), Now).Count;
                        Assert.True(found is 0 or 2, $"{found} of 2");
                        all.TryAdd(found, true);
                    }
                })
            )
            .ToList();
        // As long as it takes until readers have met both states.
        for (var i = 0; i < 1000 || (all.Count < 2 && !readers.Exists(reader => reader.IsFaulted)); i++)
        {
            var value = i % 2 == 0 ? Made.File("both") : null;
            Apply(index, [], [(keys.Item1, value), (keys.Item2, value)], [Made.File($"other {i}")]);
        }
        await index.MergedAsync();
        await done.CancelAsync();

        await Task.WhenAll(readers);
        Assert.Equal([0, 2], all.Keys.Order());
    }

    [Fact(Timeout = 60_000)]
    public void A_miss_allocates_nothing()
    {
        var index = new TenantIndex(TenantId.Default, TimeProvider.System);
        var list = List(0);
        Apply(index, [list], [.. Files(list, 10_000)]);
        var facts = Made.Scan("nothing");
        var snapshot = index.Current!;
        for (var i = 0; i < 100; i++)
        {
            Assert.Empty(snapshot.Find(facts, Now));
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var found = 0;
        for (var i = 0; i < 1000; i++)
        {
            found += snapshot.Find(facts, Now).Count;
        }

        Assert.Equal(0, found);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }

    [Fact(Timeout = 60_000)]
    public void Of_too_many_matches_those_that_can_block_are_kept()
    {
        var index = new TenantIndex(TenantId.Default, TimeProvider.System);
        var shadow = List(0) with { Mode = Mode.Shadow };
        var enforced = List(1);
        // The shadows are older, and alone as many as are looked at.
        Apply(
            index,
            [shadow, enforced],
            [
                .. Enumerable
                    .Range(0, Snapshot.MaxMatches)
                    .Select(_ => (new EntryKey(shadow.Id, Guid.NewGuid()), (SignalValue?)Made.File("both"))),
            ]
        );
        var entry = new EntryKey(enforced.Id, Guid.NewGuid());
        Apply(index, [], [(entry, Made.File("both"))]);

        var found = index.Current!.Find(Made.Scan("both"), Now);

        Assert.Equal(Snapshot.MaxMatches, found.Count);
        Assert.Equal(entry.EntryId, found[0].EntryId);
    }

    [Fact(Timeout = 60_000)]
    public void A_search_that_fails_leaves_nothing_to_the_next()
    {
        var index = new TenantIndex(TenantId.Default, TimeProvider.System);
        var list = List(0);
        Apply(index, [list], [(new EntryKey(list.Id, Guid.NewGuid()), Made.File("one"))]);
        var broken = index.Current! with { Lists = new Dictionary<Guid, IndexedList>() };

        Assert.Throws<KeyNotFoundException>(() => broken.Find(Made.Scan("one"), Now));

        Assert.Empty(index.Current!.Find(Made.Scan("two"), Now));
    }

    private static IEnumerable<(EntryKey, SignalValue?)> Files(IndexedList list, int count) =>
        Enumerable
            .Range(0, count)
            .Select(i => (new EntryKey(list.Id, Guid.NewGuid()), (SignalValue?)Made.File($"file {i}")));

    private static IndexedList List(int number) =>
        new()
        {
            Id = Guid.CreateVersion7(),
            Info = new ListInfo
            {
                Name = $"list-{number}",
                Purpose = ListPurpose.KnownCsam,
                Attestation = number == 0 ? "said" : null,
            },
            Mode = Mode.Enforce,
        };

    private void Step(
        Random luck,
        TenantIndex index,
        Dictionary<Guid, IndexedList> lists,
        Dictionary<EntryKey, (SignalValue Value, bool IsActive)> live
    )
    {
        var changedLists = new List<IndexedList>();
        if (luck.Next(5) == 0 || index.Current is null)
        {
            foreach (var (id, list) in lists.ToList())
            {
                lists[id] = list with
                {
                    Mode = luck.Next(4) == 0 ? Mode.Off : Mode.Enforce,
                    Info = list.Info with { Radius = new Radius(luck.Next(0, 40)) },
                };
                changedLists.Add(lists[id]);
            }
        }
        var rows = new List<(EntryKey, SignalValue?)>();
        for (var i = luck.Next(0, 12); i > 0; i--)
        {
            var key = new EntryKey(lists.Keys.ElementAt(luck.Next(lists.Count)), Guid.NewGuid());
            rows.Add((key, Value(luck)));
        }
        foreach (var key in live.Keys.Where(_ => luck.Next(10) == 0).ToList())
        {
            // Quarantined, back again as it was, or under another signal.
            var (value, isActive) = live[key];
            rows.Add(
                (
                    key,
                    isActive ? null
                    : luck.Next(2) == 0 ? value
                    : Value(luck)
                )
            );
        }
        foreach (var (key, value) in rows)
        {
            live[key] = (value ?? live[key].Value, value is not null);
        }
        Apply(index, changedLists, rows);
    }

    private void Apply(
        TenantIndex index,
        List<IndexedList> lists,
        List<(EntryKey Key, SignalValue? Value)> rows,
        SignalValue[]? more = null
    )
    {
        var change = new IndexChange { Generation = ++_generation, DecidingGeneration = 0 };
        change.Lists.AddRange(lists);
        rows.AddRange(
            (more ?? []).Select(v => (new EntryKey(rows[0].Key.ListId, Guid.NewGuid()), (SignalValue?)v))
        );
        foreach (var (key, value) in rows)
        {
            change.Touched.Add((key.ListId, key.EntryId));
            if (value is not null)
            {
                change.Add(key, Of(value));
            }
        }
        index.Apply(_secrets, change);
    }

    private static EntryValue Of(SignalValue value) =>
        new()
        {
            Md5 = value.Md5,
            Sha1 = value.Sha1,
            Sha256 = value.Sha256,
            Pdq = value.Pdq is null ? null : PdqHash.FromBytes(value.Pdq),
            Quality = value.PdqQuality is { } quality ? new Quality(quality) : null,
        };

    /// <summary>Few values, so that many entries share them.</summary>
    private static SignalValue Value(Random luck)
    {
        var name = $"{luck.Next(20)}";
        var pdq = Made.Flip(Made.Pdq(name), luck.Next(0, 40));
        return luck.Next(4) switch
        {
            0 => Made.File(name),
            1 => new SignalValue { Pdq = Made.Bytes(pdq), PdqQuality = luck.Next(50, 101) },
            2 => new SignalValue { Md5 = Made.Sha256(name)[..16], Sha1 = Made.Sha256(name)[..20] },
            _ => new SignalValue { Sha256 = Made.Sha256(name), Pdq = Made.Bytes(pdq) },
        };
    }

    private static void Compare(
        Random luck,
        TenantIndex index,
        Dictionary<Guid, IndexedList> lists,
        Dictionary<EntryKey, (SignalValue Value, bool IsActive)> live
    )
    {
        var name = $"{luck.Next(20)}";
        var file = new Fingerprint
        {
            Md5 = Digest.FromBytes(DigestAlgorithm.Md5, Made.Sha256(name).AsSpan(0, 16)),
            Sha1 = Digest.FromBytes(DigestAlgorithm.Sha1, Made.Sha256(name).AsSpan(0, 20)),
            Sha256 = Digest.FromBytes(DigestAlgorithm.Sha256, Made.Sha256(name)),
            Pictures = [new PdqResult(Made.Flip(Made.Pdq(name), luck.Next(0, 20)), new Quality(90))],
        };
        var found = index
            .Current!.Find(new ScanFacts { Fingerprint = file }, Now)
            .Select(fact => (fact.ListId, fact.EntryId, fact.Strength, fact.DistanceBits))
            .ToHashSet();
        var expected = live.Where(pair => pair.Value.IsActive && lists[pair.Key.ListId].Mode != Mode.Off)
            .SelectMany(pair => Slow(file, lists[pair.Key.ListId].Info, pair.Key, pair.Value.Value))
            .ToHashSet();
        Assert.Equal(expected, found);
    }

    /// <summary>One entry alone in an index of its own.</summary>
    private static IEnumerable<(Guid, Guid, MatchStrength, int?)> Slow(
        Fingerprint file,
        ListInfo info,
        EntryKey key,
        SignalValue value
    )
    {
        var entry = new ListEntry
        {
            Id = "1",
            Md5 = Of(DigestAlgorithm.Md5, value.Md5),
            Sha1 = Of(DigestAlgorithm.Sha1, value.Sha1),
            Sha256 = Of(DigestAlgorithm.Sha256, value.Sha256),
            Pdq = value.Pdq is null ? null : PdqHash.FromBytes(value.Pdq),
            PdqQuality = value.PdqQuality is { } quality ? new Quality(quality) : null,
        };
        return MatchIndex
            .Build([new SignalList(info, [entry])])
            .Query(file, cancellation: Made.Stop)
            .Select(match => (key.ListId, key.EntryId, match.Strength, match.DistanceBits));

        static Digest? Of(DigestAlgorithm algorithm, byte[]? bytes) =>
            bytes is null ? null : Digest.FromBytes(algorithm, bytes);
    }

    public void Dispose()
    {
        _keys.Dispose();
        _folder.Delete(recursive: true);
    }
}
