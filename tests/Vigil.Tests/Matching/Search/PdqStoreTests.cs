using System.Security.Cryptography;
using Vigil.Files;
using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Search;
using Vigil.Tests.Files;

namespace Vigil.Tests.Matching.Search;

public sealed class PdqStoreTests : IDisposable
{
    private readonly TestRing _ring = new();

    private string Place => _ring.Folder["index"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _ring.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_saved_is_there_after_opening_again(bool isPlain)
    {
        var options = new PdqStoreOptions { IsPlain = isPlain };
        var luck = Made.Luck();
        var hashes = Hashes.Random(luck, 9000);
        using (var store = Open(options))
        {
            store.Index.AddRange(hashes.AsSpan(0, 3000), 0, 0);
            for (var i = 3000; i < hashes.Length; i++)
            {
                store.Index.Add(hashes[i], new Posting(0, i));
            }
            Assert.True(store.Index.Remove(hashes[5], new Posting(0, 5)));
            Assert.True(store.Index.Remove(hashes[8999], new Posting(0, 8999)));
            await store.Index.MergedAsync();
            Assert.Equal(1, store.Save());
            Assert.Equal(1, store.Save());
            store.Index.Add(hashes[5], new Posting(0, 9000));
            Assert.Equal(2, store.Save());
            store.Scrub(Stop);
        }
        using var again = Open(options);
        Assert.Equal((2, 8999L), (again.Generation, again.Index.Current.Count));
        Assert.Empty(again.Problems);
        for (var i = 0; i < hashes.Length; i++)
        {
            int[] expected = i switch
            {
                5 => [9000],
                8999 => [],
                _ => [i],
            };
            Assert.Equal(expected, Find(again, Made.Flip(hashes[i], luck, luck.Next(32))));
        }
        again.Scrub(Stop);
    }

    [Fact]
    public void A_large_segment_is_the_same_after_opening_again_sealed_and_plain()
    {
        var luck = Made.Luck();
        var hashes = Hashes.Random(luck, SearchLimits.RingFromRows + 77);
        foreach (var isPlain in new[] { false, true })
        {
            var options = new PdqStoreOptions { IsPlain = isPlain };
            var folder = _ring.Folder[$"large-{isPlain}"];
            using (var store = PdqStore.OpenOrCreate(folder, _ring.Keys, options))
            {
                store.Index.AddRange(hashes, 0, 0);
                store.Save();
            }
            using var again = PdqStore.OpenOrCreate(folder, _ring.Keys, options);
            Assert.True(Assert.Single(again.Index.Current.Segments).Shape.HasRing);
            for (var i = 0; i < 500; i++)
            {
                var entry = luck.Next(hashes.Length);
                Assert.Equal([entry], Find(again, Hashes.Tight(hashes[entry], luck, 31, i % Hashes.Chunks)));
            }
        }
    }

    [Fact]
    public void Nothing_on_disk_shows_a_hash_unless_it_was_asked_to_be_plain()
    {
        var hash = Made.Pdq(Made.Luck());
        foreach (var isPlain in new[] { false, true })
        {
            var folder = _ring.Folder[$"shown-{isPlain}"];
            using var store = PdqStore.OpenOrCreate(
                folder,
                _ring.Keys,
                new PdqStoreOptions { IsPlain = isPlain }
            );
            store.Index.Add(hash, new Posting(0, 0));
            store.Save();
            var wanted = BitConverter.GetBytes(hash.Word1);
            var shown = Directory
                .EnumerateFiles(folder, "*-*")
                .Any(f => File.ReadAllBytes(f).AsSpan().IndexOf(wanted) >= 0);
            Assert.Equal(isPlain, shown);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Altered_cut_or_exchanged_files_never_give_a_silent_wrong_answer(bool isPlain)
    {
        var luck = Made.Luck();
        var options = new PdqStoreOptions { IsPlain = isPlain };
        var hashes = Hashes.Random(luck, 600);
        using (var store = Open(options))
        {
            // Two generations, which share no file.
            store.Index.AddRange(hashes.AsSpan(0, 300), 0, 0);
            store.Save();
            store.Index.AddRange(hashes.AsSpan(300), 0, 300);
            await store.Index.MergedAsync();
            store.Save();
        }
        var whole = Directory.EnumerateFiles(Place).ToDictionary(file => file, File.ReadAllBytes);
        var (detected, same) = (0, 0);
        for (var round = 0; round < (Made.Long ? 10_000 : 400) / 2; round++)
        {
            Damage(luck, whole);
            try
            {
                using var store = Open(options);
                var isNoticed = store.Problems.Count > 0;
                Assert.True(isNoticed || store.Generation == 2, "an older state, and nothing was said");
                AssertRight(luck, store, store.Generation == 1 ? 300 : 600, hashes);
                (detected, same) = isNoticed ? (detected + 1, same) : (detected, same + 1);
            }
            catch (IndexBrokenException)
            {
                detected++;
            }
            foreach (var (file, bytes) in whole)
            {
                File.WriteAllBytes(file, bytes);
            }
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{detected} detected, {same} of no effect");
        // What happens to the generation before matters to nobody.
        Assert.True(detected > same / 2);
    }

    [Fact]
    public void An_older_segment_under_a_newer_ones_name_is_noticed()
    {
        var luck = Made.Luck();
        var plain = new PdqStoreOptions { IsPlain = true };
        using (var store = Open(plain))
        {
            store.Index.Add(Made.Pdq(luck), new Posting(0, 0));
            store.Save();
        }
        var segment = Directory.EnumerateFiles(Place, "segment-*").Single();
        var older = File.ReadAllBytes(segment);
        Directory.Delete(Place, recursive: true);
        using (var store = Open(plain))
        {
            store.Index.Add(Made.Pdq(luck), new Posting(0, 0));
            store.Save();
        }
        // Whole, of the right name and number, with a right checksum: only not the one that was saved.
        File.WriteAllBytes(segment, older);
        var error = Assert.Throws<IndexBrokenException>(() => Open(plain));
        Assert.Contains("an older one", error.Message);
    }

    [Fact]
    public void A_folder_put_back_to_an_older_state_is_noticed_by_who_remembers_the_generation()
    {
        using (var store = Open())
        {
            store.Index.Add(default, new Posting(0, 0));
            store.Save();
            store.Index.Add(default, new Posting(0, 1));
            store.Save();
        }
        File.Delete(Path.Combine(Place, StoreManifest.NameOf(2)));
        Open().Dispose();
        Assert.Throws<IndexBrokenException>(() => Open(new PdqStoreOptions { MinGeneration = 2 }));
    }

    [Fact]
    public void The_scrub_finds_what_was_altered_under_a_mapped_index()
    {
        var luck = Made.Luck();
        var options = new PdqStoreOptions { IsPlain = true, VerifiesAtOpen = false };
        using (var store = Open(options))
        {
            store.Index.AddRange(Hashes.Random(luck, 5000), 0, 0);
            store.Save();
        }
        var file = Directory.EnumerateFiles(Place, "segment-*").Single();
        for (var round = 0; round < 20; round++)
        {
            var bytes = File.ReadAllBytes(file);
            var at = luck.Next(SegmentFile.HeadBytes, SegmentFile.HeadBytes + (5000 * 32));
            bytes[at] ^= 1;
            File.WriteAllBytes(file, bytes);
            using (var store = Open(options))
            {
                Assert.Empty(store.Problems);
                Assert.Throws<IndexBrokenException>(() => store.Scrub(Stop));
            }
            bytes[at] ^= 1;
            File.WriteAllBytes(file, bytes);
            using var whole = Open(options);
            whole.Scrub(Stop);
        }
    }

    [Fact]
    public void One_process_at_a_time_has_it_open()
    {
        using var store = Open();
        var error = Assert.Throws<FileInUseException>(() => Open());
        Assert.Contains("let it end first", error.Message);
    }

    [Fact]
    public void Files_of_generations_before_the_last_two_are_removed()
    {
        var luck = Made.Luck();
        using var store = Open();
        for (var i = 0; i < 6; i++)
        {
            store.Index.Add(Made.Pdq(luck), new Posting(0, i));
            store.Save();
        }
        var names = Directory.EnumerateFiles(Place).Select(path => Path.GetFileName(path)).ToList();
        Assert.Equal(2, names.Count(name => name.StartsWith("generation-", StringComparison.Ordinal)));
        Assert.Equal(2, names.Count(name => name.StartsWith("segment-", StringComparison.Ordinal)));
    }

    [Fact]
    public void After_kill_9_at_any_moment_no_saved_entry_is_lost()
    {
        var luck = Effort.NewRandom();
        var keys = _ring.Folder["keys"];
        for (var round = 0; round < (Made.Long ? 100 : 8); round++)
        {
            var folder = _ring.Folder[$"killed-{round % 3}"];
            using var probe = Probe.Launch("index", folder, keys, "1000");
            var wanted = luck.Next(1, 6);
            for (var i = 0; i < wanted; i++)
            {
                _ = probe.NextLine();
            }
            SpinWait.SpinUntil(() => false, luck.Next(60));
            var saved = int.Parse(probe.Kill()[^1]);
            using var store = PdqStore.OpenOrCreate(folder, _ring.Keys);
            var count = (int)store.Index.Current.Count;
            Assert.Empty(store.Problems);
            Assert.InRange(count, saved, saved + 3200);
            foreach (var entry in Enumerable.Range(0, 200).Select(_ => luck.Next(count)).Append(count - 1))
            {
                Assert.Equal([entry], Find(store, HashOf(entry)));
            }
        }
    }

    private static PdqHash HashOf(int number) =>
        PdqHash.FromBytes(SHA256.HashData(BitConverter.GetBytes(number)));

    private PdqStore Open(PdqStoreOptions? options = null) =>
        PdqStore.OpenOrCreate(Place, _ring.Keys, options);

    [Fact]
    public void A_save_that_fails_half_way_and_is_made_again_loses_nothing()
    {
        var luck = Made.Luck();
        var hashes = Hashes.Random(luck, 5000);
        using (var store = Open(new PdqStoreOptions()))
        {
            // A segment of its own, and what came one by one.
            store.Index.AddRange(hashes.AsSpan(0, 4900), 0, 0);
            for (var i = 4900; i < hashes.Length; i++)
            {
                store.Index.Add(hashes[i], new Posting(0, i));
            }
            var inTheWay = Path.Combine(Place, "segment-0000000000000001-1");
            Directory.CreateDirectory(inTheWay);
            Assert.ThrowsAny<IOException>(() => store.Save());
            Assert.Equal(0, store.Generation);
            Directory.Delete(inTheWay);
            Assert.Equal(2, store.Save());
        }
        using var again = Open(new PdqStoreOptions());
        Assert.Empty(again.Problems);
        AssertRight(luck, again, hashes.Length, hashes);
    }

    /// <summary>One file of the folder flipped, cut, lengthened, spliced, removed, or put under another's name.</summary>
    internal static void Damage(Random luck, Dictionary<string, byte[]> whole)
    {
        var files = whole.Keys.Where(file => new FileInfo(file).Length > 0).Order().ToList();
        var (file, other) = (files[luck.Next(files.Count)], files[luck.Next(files.Count)]);
        switch (luck.Next(8))
        {
            case 0:
                File.Delete(file);
                break;
            case 1:
                File.WriteAllBytes(file, whole[other]);
                break;
            default:
                File.WriteAllBytes(file, Tamper.AtRandom(whole[file], whole[other], luck));
                break;
        }
    }

    /// <summary>Every entry below the count is found, and none above it.</summary>
    private static void AssertRight(Random luck, PdqStore store, int count, PdqHash[] hashes)
    {
        Assert.Equal(count, store.Index.Current.Count);
        for (var i = 0; i < 40; i++)
        {
            var entry = luck.Next(hashes.Length);
            int[] expected = entry < count ? [entry] : [];
            Assert.Equal(expected, Find(store, Made.Flip(hashes[entry], luck, luck.Next(32))));
        }
    }

    private static IEnumerable<int> Find(PdqStore store, PdqHash query)
    {
        var results = new List<PdqMatch>();
        store.Index.Current.Find(query, Radius.Default, results, Stop);
        return results.Select(match => match.Posting.Entry).Order();
    }
}
