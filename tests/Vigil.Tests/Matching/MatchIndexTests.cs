using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Lists;

namespace Vigil.Tests.Matching;

public class MatchIndexTests
{
    private static readonly Quality Fine = new(100);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(64)]
    public void Every_one_of_n_identical_entries_is_found(int n)
    {
        var luck = Made.Luck();
        var hash = Made.Pdq(luck);
        var index = MatchIndex.Build([Made.List("same", Enumerable.Repeat(hash, n))]);
        foreach (var bits in new[] { 0, 1, 31, 32 })
        {
            var found = index.Find(Picture(Made.Flip(hash, luck, bits)));
            Assert.Equal(bits == 32 ? [] : Enumerable.Range(0, n), found.Select(match => match.Entry));
            Assert.All(found, match => Assert.Equal(bits, match.DistanceBits));
        }
    }

    [Fact]
    public void At_every_radius_what_lies_inside_is_found_and_what_lies_outside_is_not()
    {
        var luck = Made.Luck();
        for (var radius = 0; radius <= Radius.Max; radius++)
        {
            var query = Made.Pdq(luck);
            // Rows before them, so that the planted ones fall on both the vector steps and the remainder.
            var others = Enumerable.Range(0, luck.Next(40)).Select(_ => Made.Flip(query, luck, 128));
            var distances = new[] { radius - 1, radius, radius + 1 }.Where(d => d >= 0).ToArray();
            PdqHash[] hashes = [.. others, .. distances.Select(d => Made.Flip(query, luck, d))];
            var found = MatchIndex
                .Build([Made.List("planted", hashes)])
                .Find(Picture(query), new Radius(radius));
            Assert.Equal(distances.Where(d => d <= radius), found.Select(match => match.DistanceBits!.Value));
            Assert.All(
                found,
                match => Assert.Equal(match.DistanceBits, SlowIndex.Bits(query, hashes[match.Entry]))
            );
        }
    }

    [Fact]
    public void Flips_crowded_into_one_word_do_not_hide_an_entry()
    {
        var luck = Made.Luck();
        var query = Made.Pdq(luck);
        for (var bits = 0; bits <= 64; bits++)
        {
            for (var word = 0; word < 4; word++)
            {
                var positions = Enumerable.Range(word * 64, bits).ToArray();
                var list = Made.List("crowded", Enumerable.Repeat(Made.FlipAt(query, positions), 1));
                var found = MatchIndex.Build([list]).Find(Picture(query), new Radius(Radius.Max));
                Assert.Equal(bits <= Radius.Max ? 1 : 0, found.Count);
            }
        }
    }

    [Fact]
    public void A_search_finds_exactly_what_nested_loops_find()
    {
        var luck = Made.Luck();
        var rounds = Made.Count(1500);
        var matches = 0;
        var strengths = new HashSet<MatchStrength>();
        for (var round = 0; round < rounds; round++)
        {
            var files = Enumerable.Range(0, 3).Select(_ => RandomFile(luck)).ToArray();
            var lists = Enumerable.Range(0, luck.Next(4)).Select(i => RandomList(luck, i, files)).ToArray();
            var index = MatchIndex.Build(lists);
            foreach (var file in files)
            {
                Radius? radius = luck.Next(2) == 0 ? null : new Radius(luck.Next(Radius.Max + 1));
                var found = index.Find(file, radius);
                Assert.Equal(SlowIndex.Query(lists, file, radius), found);
                matches += found.Count;
                strengths.UnionWith(found.Select(match => match.Strength));
            }
        }
        Assert.True(matches > rounds, $"only {matches} matches in {rounds} rounds");
        Assert.Equal(Enum.GetValues<MatchStrength>().Order(), strengths.Order());
    }

    [Fact]
    public void Every_row_is_reached_across_the_ends_of_the_blocks()
    {
        var luck = Made.Luck();
        foreach (var count in new[] { 65_535, 65_536, 65_537, 131_072 + 5 })
        {
            var hashes = Enumerable.Range(0, count).Select(_ => Made.Pdq(luck)).ToArray();
            var index = MatchIndex.Build([Made.List("long", hashes)]);
            var sorted = Enumerable.Range(0, count).OrderBy(i => hashes[i].Word0).ToArray();
            foreach (var row in new[] { 0, 1, 15, 16, 65_519, 65_534, 65_535, 65_536, count - 2, count - 1 })
            {
                var entry = sorted[Math.Min(row, count - 1)];
                var found = index.Find(Picture(Made.Flip(hashes[entry], luck, 31)));
                Assert.Equal([entry], found.Select(match => match.Entry));
            }
        }
    }

    [Fact]
    public void A_list_is_searched_within_its_own_radius_unless_another_is_asked_for()
    {
        var luck = Made.Luck();
        var query = Made.Pdq(luck);
        var hash = Made.Flip(query, luck, 20);
        var narrow = With(Made.List("narrow", hash), info => info with { Radius = new Radius(19) });
        var wide = With(Made.List("wide", hash), info => info with { Radius = new Radius(20) });
        var index = MatchIndex.Build([narrow, wide]);
        Assert.Equal([1], index.Find(Picture(query)).Select(match => match.List));
        Assert.Equal([0, 1], index.Find(Picture(query), new Radius(20)).Select(match => match.List));
        Assert.Empty(index.Find(Picture(query), new Radius(19)));
    }

    [Fact]
    public void A_picture_below_a_lists_floor_is_not_compared_with_it_by_PDQ()
    {
        var luck = Made.Luck();
        var hash = Made.Pdq(luck);
        var usual = Made.List("usual", hash);
        var lenient = With(Made.List("lenient", hash), info => info with { QualityFloor = new Quality(20) });
        var index = MatchIndex.Build([usual, lenient]);
        Assert.Equal([0, 1], index.Find(Picture(hash, 50)).Select(match => match.List));
        Assert.Equal([1], index.Find(Picture(hash, 49)).Select(match => match.List));
        Assert.Empty(index.Find(Picture(hash, 19)));
    }

    [Fact]
    public void One_digest_in_several_entries_and_lists_finds_them_all()
    {
        var luck = Made.Luck();
        foreach (var algorithm in Enum.GetValues<DigestAlgorithm>())
        {
            var digest = Made.Digest(luck, algorithm);
            IEnumerable<ListEntry> Entries() =>
                Enumerable
                    .Range(0, 100)
                    .Select(i => WithDigest(i % 25 == 7 ? digest : Made.Digest(luck, algorithm)));
            var index = MatchIndex.Build([Made.List("a", Entries()), Made.List("b", Entries())]);
            var found = index.Find(FileWithDigest(digest));
            Assert.Equal([7, 32, 57, 82, 7, 32, 57, 82], found.Select(match => match.Entry));
            Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1], found.Select(match => match.List));
            Assert.Empty(index.Find(FileWithDigest(Made.Digest(luck, algorithm))));
        }
    }

    [Fact]
    public void A_match_names_the_closest_of_the_files_pictures()
    {
        var luck = Made.Luck();
        var hash = Made.Pdq(luck);
        var file = new Fingerprint
        {
            Pictures =
            [
                new PdqResult(Made.Flip(hash, luck, 30), Fine),
                new PdqResult(Made.Flip(hash, luck, 4), Fine),
                new PdqResult(Made.Flip(hash, luck, 9), Fine),
            ],
        };
        var match = Assert.Single(MatchIndex.Build([Made.List("one", hash)]).Find(file));
        Assert.Equal(new Match(0, 0, MatchStrength.Similar, 4, 1), match);
    }

    [Fact]
    public void A_miss_allocates_nothing()
    {
        var luck = Made.Luck();
        var entries = Enumerable
            .Range(0, 70_000)
            .Select(i => new ListEntry
            {
                Id = "",
                Pdq = Made.Pdq(luck),
                Md5 = Made.Digest(luck, DigestAlgorithm.Md5),
                Sha256 = Made.Digest(luck, DigestAlgorithm.Sha256),
            });
        var index = MatchIndex.Build([Made.List("many", entries)]);
        var file = new Fingerprint
        {
            Md5 = Made.Digest(luck, DigestAlgorithm.Md5),
            Sha1 = Made.Digest(luck, DigestAlgorithm.Sha1),
            Sha256 = Made.Digest(luck, DigestAlgorithm.Sha256),
            Pictures = [new PdqResult(Made.Pdq(luck), Fine), new PdqResult(Made.Pdq(luck), Fine)],
        };
        var results = new List<Match>();
        index.Query(file, results, cancellation: Stop);
        // A collection caused by another thread charges this one for the rest of its allocation buffer: the
        // least of several measurements is the query's own.
        var least = Enumerable
            .Range(0, 5)
            .Min(_ => AllocatedBytes(() => index.Query(file, results, cancellation: Stop)));
        Assert.Equal(0, least);
        Assert.Empty(results);
    }

    [Fact]
    public void A_search_cancelled_after_its_first_match_leaves_no_half_answer()
    {
        var hash = Made.Pdq(Made.Luck());
        var index = MatchIndex.Build([Made.List("one", hash)]);
        var results = new List<Match> { new(9, 9, default, 0, 0) };
        using var source = new CancellationTokenSource();
        var pictures = new CancellingPictures(new PdqResult(hash, new Quality(100)), source);
        Assert.Throws<OperationCanceledException>(() =>
            index.Query(new Fingerprint { Pictures = pictures }, results, cancellation: source.Token)
        );
        Assert.Empty(results);
    }

    /// <summary>
    /// Two pictures, both on the list; whoever asks for the second has been cancelled meanwhile.
    /// </summary>
    private sealed class CancellingPictures(PdqResult picture, CancellationTokenSource source)
        : IReadOnlyList<PdqResult>
    {
        public int Count => 2;

        public PdqResult this[int index]
        {
            get
            {
                if (index == 1)
                {
                    source.Cancel();
                }
                return picture;
            }
        }

        public IEnumerator<PdqResult> GetEnumerator() =>
            Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }

    [Fact]
    public void Many_threads_get_the_same_answer()
    {
        var luck = Made.Luck();
        var hashes = Enumerable.Range(0, 5000).Select(_ => Made.Pdq(luck)).ToArray();
        var index = MatchIndex.Build([Made.List("shared", hashes)]);
        Parallel.For(
            0,
            400,
            i => Assert.Equal([i], index.Find(Picture(hashes[i])).Select(match => match.Entry))
        );
    }

    [Fact]
    public void An_index_of_nothing_finds_nothing()
    {
        var file = Picture(Made.Pdq(Made.Luck())) with
        {
            Md5 = Made.Digest(Made.Luck(), DigestAlgorithm.Md5),
        };
        Assert.Empty(MatchIndex.Build([]).Find(file));
        var empty = MatchIndex.Build([Made.List("empty", Array.Empty<PdqHash>())]);
        Assert.Empty(empty.Find(file));
        Assert.Empty(empty.Find(new Fingerprint()));
        Assert.Equal("empty", Assert.Single(empty.Lists).Info.Name);
    }

    [Fact]
    public void A_digest_in_the_wrong_place_is_refused_and_not_shown()
    {
        var sha1 = Made.Digest(Made.Luck(), DigestAlgorithm.Sha1);
        var list = Made.List("odd", [new ListEntry { Id = "", Md5 = sha1 }]);
        var building = Assert.Throws<ArgumentException>(() => MatchIndex.Build([list]));
        var asking = Assert.Throws<ArgumentException>(() =>
            MatchIndex.Build([]).Find(new Fingerprint { Md5 = sha1 })
        );
        Assert.DoesNotContain(sha1.ToHex(), building.Message + asking.Message);
    }

    private static long AllocatedBytes(Action query)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++)
        {
            query();
        }
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static Fingerprint RandomFile(Random luck) =>
        new()
        {
            Md5 = Maybe(luck, DigestAlgorithm.Md5),
            Sha1 = Maybe(luck, DigestAlgorithm.Sha1),
            Sha256 = Maybe(luck, DigestAlgorithm.Sha256),
            Pictures =
            [
                .. Enumerable
                    .Range(0, luck.Next(4))
                    .Select(_ => new PdqResult(Made.Pdq(luck), new Quality(luck.Next(40, 101)))),
            ],
        };

    private static Digest? Maybe(Random luck, DigestAlgorithm algorithm) =>
        luck.Next(3) == 0 ? null : Made.Digest(luck, algorithm);

    /// <summary>
    /// Entries that agree with one of the files in some of their fingerprints and differ in others.
    /// </summary>
    private static SignalList RandomList(Random luck, int number, Fingerprint[] files)
    {
        var entries = Enumerable
            .Range(0, luck.Next(60))
            .Select(_ =>
            {
                var file = files[luck.Next(files.Length)];
                PdqHash? near =
                    file.Pictures.Count == 0
                        ? null
                        : Made.Flip(file.Pictures[luck.Next(file.Pictures.Count)].Hash, luck, luck.Next(80));
                return new ListEntry
                {
                    Id = "",
                    Md5 = luck.Next(3) == 0 ? file.Md5 : Maybe(luck, DigestAlgorithm.Md5),
                    Sha1 = luck.Next(3) == 0 ? file.Sha1 : null,
                    Sha256 = luck.Next(4) == 0 ? file.Sha256 : null,
                    Pdq =
                        luck.Next(3) == 0 ? near
                        : luck.Next(2) == 0 ? Made.Pdq(luck)
                        : null,
                    PdqQuality = luck.Next(2) == 0 ? null : new Quality(luck.Next(60, 101)),
                };
            });
        return With(
            Made.List($"list{number}", entries),
            info =>
                info with
                {
                    Radius = new Radius(luck.Next(Radius.Max + 1)),
                    QualityFloor = new Quality(luck.Next(30, 80)),
                    Attestation = luck.Next(2) == 0 ? "attested" : null,
                }
        );
    }

    private static SignalList With(SignalList list, Func<ListInfo, ListInfo> change) =>
        list with
        {
            Info = change(list.Info),
        };

    private static Fingerprint Picture(PdqHash hash, int quality = 100) =>
        new() { Pictures = [new PdqResult(hash, new Quality(quality))] };

    private static ListEntry WithDigest(Digest digest) =>
        digest.Algorithm switch
        {
            DigestAlgorithm.Md5 => new ListEntry { Id = "", Md5 = digest },
            DigestAlgorithm.Sha1 => new ListEntry { Id = "", Sha1 = digest },
            _ => new ListEntry { Id = "", Sha256 = digest },
        };

    private static Fingerprint FileWithDigest(Digest digest) =>
        digest.Algorithm switch
        {
            DigestAlgorithm.Md5 => new Fingerprint { Md5 = digest },
            DigestAlgorithm.Sha1 => new Fingerprint { Sha1 = digest },
            _ => new Fingerprint { Sha256 = digest },
        };
}
