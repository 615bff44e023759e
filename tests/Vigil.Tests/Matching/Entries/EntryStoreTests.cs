using System.Security.Cryptography;
using Vigil.Files;
using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Entries;
using Vigil.Matching.Lists;
using Vigil.Tests.Files;
using Vigil.Tests.Matching.Search;

namespace Vigil.Tests.Matching.Entries;

public sealed class EntryStoreTests : IDisposable
{
    private static readonly ListInfo Info = new() { Name = "made", Purpose = ListPurpose.KnownCsam };
    private readonly TestRing _ring = new();

    private string Place => _ring.Folder["entries"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _ring.Dispose();

    [Fact]
    public void After_any_changes_merges_and_restarts_it_finds_what_looking_at_each_entry_finds()
    {
        var luck = Made.Luck();
        for (var round = 0; round < Made.Count(20); round++)
        {
            var world = new EntryWorld(luck);
            var store = Open($"world-{round}");
            for (var step = 1; step <= 40; step++)
            {
                world.Change(luck.Next(10) == 0 ? 150 : 10);
                if (luck.Next(3) == 0)
                {
                    world.Merge();
                }
                if (luck.Next(2) == 0)
                {
                    var mark = EntryWorld.Id(luck);
                    store.Save(world.Snapshot, step, mark);
                    store = Open($"world-{round}");
                    var state = store.States[0];
                    Assert.Equal((step, mark), (state.Sequence, state.Mark));
                    world.Snapshot = store.TryOpen(state)!.With(world.InfoOf);
                }
                world.Compare();
            }
            Assert.Empty(store.TakeProblems());
        }
    }

    [Fact]
    public void A_large_segment_is_the_same_after_opening_again()
    {
        var luck = Made.Luck();
        var segment = EntrySnapshotTests.Large(luck, out var digests, out var pictures);
        Open().Save(EntrySnapshot.Empty.With([segment], [], _ => Info), 7, Guid.Empty);

        var store = Open();
        var snapshot = store.TryOpen(store.States.Single())!.With(_ => Info);

        Assert.Equal(digests.Length, snapshot.Count);
        for (var i = 0; i < 500; i++)
        {
            var entry = luck.Next(digests.Length);
            var picture = new PdqResult(Made.Flip(pictures[entry], luck, luck.Next(32)), new Quality(100));
            var found = new List<EntryMatch>();
            snapshot.Query(new Fingerprint { Md5 = digests[entry], Pictures = [picture] }, found);
            Assert.Equal(entry, EntrySnapshotTests.IdOf(found.Single().Id));
        }
    }

    [Fact]
    public void Altered_cut_or_exchanged_files_never_give_a_wrong_answer_and_are_told()
    {
        var luck = Made.Luck();
        var pictures = new PdqHash[90];
        var snapshot = EntrySnapshot.Empty;
        var saving = Open();
        for (var save = 0; save < 3; save++)
        {
            var building = new EntryBuilder();
            for (var i = save * 30; i < (save + 1) * 30; i++)
            {
                pictures[i] = Made.Pdq(luck);
                building.Add(
                    Guid.Empty,
                    new Guid(i, 0, 0, new byte[8]),
                    new EntryValue { Pdq = pictures[i] }
                );
            }
            snapshot = snapshot.With([building.Finish()!], [], _ => Info);
            saving.Save(snapshot, save + 1, Guid.Empty);
        }
        var whole = Directory.EnumerateFiles(Place).ToDictionary(file => file, File.ReadAllBytes);
        var (fellBack, lost, same) = (0, 0, 0);
        for (var round = 0; round < (Made.Long ? 10_000 : 300); round++)
        {
            PdqStoreTests.Damage(luck, whole);
            var store = Open();
            var opened = store
                .States.Select(state => (state, snapshot: store.TryOpen(state)))
                .FirstOrDefault(one => one.snapshot is not null);
            if (opened.snapshot is null)
            {
                lost++;
                Assert.True(store.TakeProblems().Count > 0 || store.States.Count == 0);
            }
            else
            {
                var isOld = opened.state.Sequence < 3;
                (fellBack, same) = isOld ? (fellBack + 1, same) : (fellBack, same + 1);
                AssertHolds(opened.snapshot.With(_ => Info), pictures, (int)opened.state.Sequence * 30);
            }
            foreach (var path in Directory.EnumerateFiles(Place))
            {
                File.Delete(path);
            }
            foreach (var (file, bytes) in whole)
            {
                File.WriteAllBytes(file, bytes);
            }
        }
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{fellBack} fell back, {lost} to be built anew, {same} of no effect"
        );
        Assert.True(fellBack > 0 && lost > 0 && same > 0);
    }

    [Fact]
    public void A_bit_of_a_large_segment_that_is_another_is_told_and_the_state_before_serves()
    {
        var luck = Made.Luck();
        var building = new EntryBuilder();
        var first = Made.Pdq(luck);
        building.Add(Guid.Empty, new Guid(7, 0, 0, new byte[8]), new EntryValue { Pdq = first });
        var snapshot = EntrySnapshot.Empty.With([building.Finish()!], [], _ => Info);
        var saving = Open();
        saving.Save(snapshot, 1, Guid.Empty);
        var large = EntrySnapshotTests.Large(luck, out _, out _);
        Assert.True(large.Pictures.Shape.HasRing);
        saving.Save(snapshot.With([large], [], _ => Info), 2, Guid.Empty);
        var whole = Directory.EnumerateFiles(Place).ToDictionary(path => path, File.ReadAllBytes);
        var (file, bytes) = whole.MaxBy(one => one.Value.Length);
        for (var round = 0; round < (Made.Long ? 500 : 20); round++)
        {
            var at = luck.Next(bytes.Length);
            bytes[at] ^= 1;
            File.WriteAllBytes(file, bytes);
            bytes[at] ^= 1;
            var store = Open();
            Assert.Null(store.TryOpen(store.States[0]));
            Assert.NotEmpty(store.TakeProblems());
            var before = store.TryOpen(store.States.Single(state => state.Sequence == 1))!.With(_ => Info);
            var found = new List<EntryMatch>();
            before.Query(
                new Fingerprint { Pictures = [new PdqResult(first, new Quality(100))] },
                found,
                Stop
            );
            Assert.Equal((1L, 7), (before.Count, EntrySnapshotTests.IdOf(found.Single().Id)));
            foreach (var (path, was) in whole.Where(one => one.Key != file))
            {
                File.WriteAllBytes(path, was);
            }
        }
    }

    [Fact]
    public async Task The_scrub_tells_what_is_damaged_and_the_next_save_writes_it_anew()
    {
        var luck = Made.Luck();
        var world = new EntryWorld(luck);
        world.Change(500);
        var store = Open();
        store.Save(world.Snapshot, 1, Guid.Empty);
        Assert.True(await store.ScrubAsync(() => Task.CompletedTask, Stop));
        var file = Directory.EnumerateFiles(Place, "segment-*").Single();
        var bytes = File.ReadAllBytes(file);
        bytes[luck.Next(bytes.Length)] ^= 1;
        File.WriteAllBytes(file, bytes);

        Assert.False(await store.ScrubAsync(() => Task.CompletedTask, Stop));

        Assert.Contains(
            Path.GetFileName(file),
            Assert.Single(store.TakeProblems()),
            StringComparison.Ordinal
        );
        Assert.Empty(store.States);
        Assert.True(await store.ScrubAsync(() => Task.CompletedTask, Stop));
        store.Save(world.Snapshot, 1, Guid.Empty);
        Assert.True(await store.ScrubAsync(() => Task.CompletedTask, Stop));
        store = Open();
        world.Snapshot = store.TryOpen(store.States.Single())!.With(world.InfoOf);
        world.Compare();
    }

    [Fact]
    public void Two_states_stay_and_files_that_no_state_names_are_removed()
    {
        var luck = Made.Luck();
        var world = new EntryWorld(luck);
        var store = Open();
        File.WriteAllText(Path.Combine(Place, ".vigil-abandoned.tmp"), "cut");
        for (var i = 1; i <= 6; i++)
        {
            world.Change(100);
            world.Merge();
            store.Save(world.Snapshot, i, Guid.Empty);
        }
        Assert.Equal([6, 5], store.States.Select(state => state.Sequence));
        var names = Directory.EnumerateFiles(Place).Select(path => Path.GetFileName(path)).ToList();
        Assert.Equal(2, names.Count(name => name.StartsWith("generation-", StringComparison.Ordinal)));
        Assert.All(names, name => Assert.Matches("^(generation|segment)-[0-9a-f]+$", name));
    }

    [Fact]
    public void Another_tenant_s_keys_and_another_version_open_nothing()
    {
        var world = new EntryWorld(Made.Luck());
        world.Change(50);
        Open().Save(world.Snapshot, 1, Guid.Empty);
        _ring.Keys.NewEpoch("other");
        foreach (
            var sealer in new[] { Sealer("other"), new(_ring.Keys, KeyRing.DefaultTenant, "entries", 2) }
        )
        {
            var store = new EntryStore(Place, sealer);
            Assert.Empty(store.States);
            Assert.Single(store.TakeProblems());
        }
    }

    [Fact]
    public void After_kill_9_at_any_moment_what_was_saved_is_there()
    {
        var luck = Effort.NewRandom();
        var keys = _ring.Folder["keys"];
        for (var round = 0; round < (Made.Long ? 100 : 8); round++)
        {
            var folder = _ring.Folder[$"killed-{round % 3}"];
            using var probe = Probe.Launch("entries", folder, keys, "1000");
            var wanted = luck.Next(1, 6);
            for (var i = 0; i < wanted; i++)
            {
                _ = probe.NextLine();
            }
            SpinWait.SpinUntil(() => false, luck.Next(60));
            var saved = int.Parse(probe.Kill()[^1]);
            var store = new EntryStore(folder, Sealer());
            var state = store.States[0];
            var snapshot = store.TryOpen(state)!.With(_ => Info);
            Assert.Empty(store.TakeProblems());
            // The sequence is how many there were; every tenth was removed again.
            Assert.InRange((int)state.Sequence, saved, saved + 3000);
            for (var i = 0; i < 200; i++)
            {
                var number = luck.Next((int)state.Sequence);
                var found = new List<EntryMatch>();
                var hash = PdqHash.FromBytes(SHA256.HashData(BitConverter.GetBytes(number)));
                snapshot.Query(new Fingerprint { Pictures = [new PdqResult(hash, new Quality(100))] }, found);
                int[] expected = number % 10 == 0 ? [] : [number];
                Assert.Equal(expected, found.Select(one => EntrySnapshotTests.IdOf(one.Id)));
            }
        }
    }

    private EntryStore Open(string name = "entries") => new(_ring.Folder[name], Sealer());

    private FileSealer Sealer(string tenant = KeyRing.DefaultTenant) => new(_ring.Keys, tenant, "entries");

    private static void AssertHolds(EntrySnapshot snapshot, PdqHash[] pictures, int count)
    {
        Assert.Equal(count, snapshot.Count);
        for (var i = 0; i < pictures.Length; i += 7)
        {
            var found = new List<EntryMatch>();
            snapshot.Query(
                new Fingerprint { Pictures = [new PdqResult(pictures[i], new Quality(100))] },
                found
            );
            int[] expected = i < count ? [i] : [];
            Assert.Equal(expected, found.Select(one => EntrySnapshotTests.IdOf(one.Id)));
        }
    }
}
