using System.Diagnostics;
using Vigil.Files;
using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Lists;

namespace Vigil.Tests.Matching;

public sealed class SealedListTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vigil-lists").FullName;
    private readonly KeyRing _keys;

    public SealedListTests() => _keys = KeyRing.OpenOrCreate(Path.Combine(_folder, "keys"));

    public void Dispose()
    {
        _keys.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string At(string name) => Path.Combine(_folder, name);

    [Fact]
    public void A_list_comes_back_as_it_was_saved()
    {
        var luck = Made.Luck();
        var info = new ListInfo
        {
            Name = "a.list-1_x",
            Purpose = ListPurpose.GeneratedCsam,
            Source = "Söurce 例",
            Attestation = "recorded 2026",
            Radius = new Radius(63),
            QualityFloor = new Quality(7),
            IsTest = true,
        };
        var entries = Enumerable.Range(0, 500).Select(i => Entry(luck, i)).ToArray();
        foreach (
            var list in new[] { new SignalList(info, entries), Made.List("empty", Array.Empty<PdqHash>()) }
        )
        {
            SealedList.Save(At("one.vlist"), _keys, list);
            var loaded = SealedList.Load(At("one.vlist"), _keys);
            Assert.Equal(list.Info, loaded.Info);
            Assert.Equal(list.Entries, loaded.Entries);
        }
    }

    [Fact]
    public void Hash_values_do_not_stand_on_the_disk()
    {
        var hash = Made.Balanced(Made.Luck());
        SealedList.Save(At("one.vlist"), _keys, Made.List("secret-name", Enumerable.Repeat(hash, 100)));
        var bytes = File.ReadAllBytes(At("one.vlist"));
        var value = new byte[PdqHash.ByteLength];
        hash.CopyTo(value);
        Assert.Equal(-1, bytes.AsSpan().IndexOf(value.AsSpan(0, 8)));
        Assert.Equal(-1, bytes.AsSpan().IndexOf("secret-name"u8));
    }

    [Fact]
    public void Another_lists_file_a_cut_one_and_an_altered_one_do_not_open()
    {
        var hashes = Enumerable.Repeat(Made.Pdq(Made.Luck()), 5000);
        SealedList.Save(At("one.vlist"), _keys, Made.List("one", hashes));
        File.Copy(At("one.vlist"), At("two.vlist"));
        Assert.Throws<SealBrokenException>(() => SealedList.Load(At("two.vlist"), _keys));
        var bytes = File.ReadAllBytes(At("one.vlist"));
        foreach (var length in new[] { 0, 10, 65_536, bytes.Length - 1 })
        {
            File.WriteAllBytes(At("one.vlist"), bytes[..length]);
            Assert.Throws<SealBrokenException>(() => SealedList.Load(At("one.vlist"), _keys));
        }
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(At("one.vlist"), bytes);
        Assert.Throws<SealBrokenException>(() => SealedList.Load(At("one.vlist"), _keys));
    }

    [Fact]
    public void A_save_that_fails_leaves_the_old_list()
    {
        var list = Made.List("one", Made.Pdq(Made.Luck()));
        SealedList.Save(At("one.vlist"), _keys, list);
        static IEnumerable<ListEntry> Failing()
        {
            yield return new ListEntry { Id = "1", Pdq = default(PdqHash) };
            throw new ListFormatException("cut");
        }
        Assert.Throws<ListFormatException>(() =>
            SealedList.Save(At("one.vlist"), _keys, list.Info, Failing())
        );
        var none = new[] { new ListEntry { Id = "1" } };
        Assert.Throws<ArgumentException>(() => SealedList.Save(At("one.vlist"), _keys, list.Info, none));
        Assert.Equal(list.Entries, SealedList.Load(At("one.vlist"), _keys).Entries);
        Assert.Equal(["one.vlist"], Directory.GetFiles(_folder).Select(Path.GetFileName));
    }

    [Fact]
    public void Sealed_bytes_that_are_no_list_of_this_version_are_refused_clearly()
    {
        var whole = new MemoryStream();
        ListCodec.Write(
            whole,
            Made.List("x", Array.Empty<PdqHash>()).Info,
            [new ListEntry { Id = "1", Pdq = default(PdqHash) }]
        );
        var good = whole.ToArray();
        Assert.Single(Load(good).Entries);
        Assert.Contains("not a Vigil list", Failure([.. "NOPE"u8, .. good[4..]]));
        Assert.Contains("format 2", Failure([.. "VLST"u8, 2, .. good[5..]]));
        for (var length = 5; length < good.Length; length++)
        {
            Failure(good[..length]);
        }
        Assert.Contains("Import", Failure([.. good, 0]));
        // The number of entries, the purpose, the flags, the length of the name.
        foreach (var at in new[] { good.Length - 8, 8, 17, 6 })
        {
            var bad = good.ToArray();
            bad[at] ^= 0xf0;
            Failure(bad);
        }
    }

    private string Failure(byte[] bytes) => Assert.Throws<ListFormatException>(() => Load(bytes)).Message;

    /// <summary>Sealed by hand under the name that the list would have.</summary>
    private SignalList Load(byte[] bytes)
    {
        using (
            var writer = SealedFile.CreateWriter(
                File.Create(At("x.vlist")),
                _keys,
                new SealContext(KeyRing.DefaultTenant, "list/x.vlist", 1) { BeforeDrill = true }
            )
        )
        {
            writer.Write(bytes);
            writer.Complete();
        }
        return SealedList.Load(At("x.vlist"), _keys);
    }

    /// <summary>1,000,000 entries in long runs.</summary>
    [Fact]
    public void A_long_list_is_written_in_constant_memory_and_read_back()
    {
        var count = Made.Long ? 1_000_000 : 100_000;
        var clock = Stopwatch.StartNew();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        WeakReference? first = null;
        var isFirstGone = false;
        IEnumerable<ListEntry> Entries()
        {
            var luck = new Random(1);
            for (var i = 0; i < count; i++)
            {
                if (i == count / 2)
                {
                    GC.Collect();
                    isFirstGone |= first is { IsAlive: false };
                }
                yield return Entry(luck, i);
            }
        }
        var watched = Made.Watched(Entries(), reference => first ??= reference, entry => entry);
        SealedList.Save(At("long.vlist"), _keys, Made.List("long", Array.Empty<PdqHash>()).Info, watched);
        var written = clock.Elapsed;
        clock.Restart();
        var loaded = SealedList.Load(At("long.vlist"), _keys);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{count} entries: {new FileInfo(At("long.vlist")).Length} bytes, written {written} (with making them), "
                + $"read {clock.Elapsed}, "
                + $"{(GC.GetTotalMemory(true) - before) / count} bytes an entry in memory"
        );
        Assert.Equal(count, loaded.Entries.Count);
        Assert.True(loaded.Entries.SequenceEqual(Entries()));
        Assert.True(isFirstGone, "the writer holds what it wrote");
    }

    private static ListEntry Entry(Random luck, int number) =>
        new()
        {
            Id = $"id-{number}",
            IsIdFromRow = number % 7 == 0,
            Md5 = number % 2 == 0 ? Made.Digest(luck, DigestAlgorithm.Md5) : null,
            Sha1 = number % 3 == 0 ? Made.Digest(luck, DigestAlgorithm.Sha1) : null,
            Sha256 = number % 5 == 0 ? Made.Digest(luck, DigestAlgorithm.Sha256) : null,
            Pdq = Made.Pdq(luck),
            PdqQuality = number % 4 == 0 ? new Quality(number % 101) : null,
            Category = number % 6 == 0 ? $"c{number % 2000}" : null,
        };
}
