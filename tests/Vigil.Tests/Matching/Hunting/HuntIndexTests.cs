using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Hunting;

namespace Vigil.Tests.Matching.Hunting;

public class HuntIndexTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Few entries are scanned, from 8,192 on they have ring tables.</summary>
    [Theory]
    [InlineData(0, 31)]
    [InlineData(700, 31)]
    [InlineData(9000, 31)]
    [InlineData(9000, 0)]
    [InlineData(9000, 50)]
    public void A_hunt_finds_exactly_the_rows_that_comparing_every_pair_finds(int entries, int radius)
    {
        var luck = Made.Luck();
        var hunted = Enumerable.Range(0, entries).Select(i => Entry(luck, i)).ToList();
        var rows = Enumerable.Range(0, 1500).Select(i => Row(luck, hunted, i)).ToList();
        var index = HuntIndex.Build(hunted, new Radius(radius));
        Assert.Equal(entries, index.Count);

        var found = new List<int>();
        using var file = Rows.File(rows);
        using var batch = new HistoryBatch();
        var (reader, seen, part) = (new HistoryReader(file), 0, new List<int>());
        while (reader.Read(batch))
        {
            index.Find(batch, part, Stop);
            Assert.Equal(part.Order().Distinct(), part);
            found.AddRange(part.Select(row => seen + row));
            seen += batch.Count;
        }

        var expected = Enumerable.Range(0, rows.Count).Where(i => Matches(rows[i], hunted, radius)).ToList();
        Assert.Equal(expected, found);
        if (entries > 0 && radius > 0)
        {
            Assert.InRange(expected.Count, 100, rows.Count - 100);
        }
    }

    /// <summary>Batches so large that they are indexed themselves, for some thousand entries.</summary>
    [Fact]
    public void A_batch_that_is_turned_finds_what_comparing_every_pair_finds()
    {
        var luck = Made.Luck();
        var hunted = Enumerable.Range(0, 1500).Select(i => Entry(luck, i)).ToList();
        var rows = Enumerable.Range(0, 18_000).Select(i => Row(luck, hunted, i)).ToList();
        var index = HuntIndex.Build(hunted, Radius.Default);
        using var file = Rows.File(rows);
        using var batch = new HistoryBatch();
        Assert.True(new HistoryReader(file).Read(batch));
        Assert.True(batch.HashCount >= 65_536);
        var found = new List<int>();

        index.Find(batch, found, Stop);

        var expected = Enumerable
            .Range(0, batch.Count)
            .AsParallel()
            .Where(i => Matches(rows[i], hunted, Radius.Default.Bits))
            .Order();
        Assert.Equal(expected, found);
        Assert.InRange(found.Count, 1000, batch.Count - 1000);
    }

    [Fact]
    public void A_hunt_that_is_stopped_gives_nothing_half()
    {
        var luck = Made.Luck();
        var hash = Made.Balanced(luck);
        var index = HuntIndex.Build([new HuntEntry(hash, null, null, null)], Radius.Default);
        using var file = Rows.File([Rows.Of(luck, 1).With(hash)]);
        using var batch = new HistoryBatch();
        Assert.True(new HistoryReader(file).Read(batch));
        var rows = new List<int> { 7 };

        Assert.ThrowsAny<OperationCanceledException>(() =>
            index.Find(batch, rows, new CancellationToken(canceled: true))
        );
        Assert.Empty(rows);
        index.Find(batch, rows, Stop);
        Assert.Equal([0], rows);
        Assert.Equal("hunted entry", new HuntEntry(hash, null, null, null).ToString());
    }

    private static HuntEntry Entry(Random luck, int i) =>
        new(
            i % 7 == 0 ? null : Made.Balanced(luck),
            i % 3 == 0 ? Made.Digest(luck, DigestAlgorithm.Md5) : null,
            i % 3 == 1 ? Made.Digest(luck, DigestAlgorithm.Sha1) : null,
            i % 7 == 0 || i % 5 == 0 ? Made.Digest(luck, DigestAlgorithm.Sha256) : null
        );

    /// <summary>A third near some entry, a third equal by a digest of one, a third unrelated.</summary>
    private static HistoryRow Row(Random luck, List<HuntEntry> hunted, int i)
    {
        var row = Rows.Of(luck, 1 + (i % 9));
        if (hunted.Count == 0 || i % 3 == 2)
        {
            return row;
        }
        var entry = hunted[luck.Next(hunted.Count)];
        if (i % 3 == 0)
        {
            var near = entry.Pdq ?? Made.Balanced(luck);
            return row.With(Made.Balanced(luck), Made.Flip(near, luck, luck.Next(60)));
        }
        return row with
        {
            Fingerprint = row.Fingerprint with
            {
                Md5 = entry.Md5 ?? row.Fingerprint.Md5,
                Sha1 = entry.Sha1 ?? row.Fingerprint.Sha1,
                Sha256 = entry.Sha256 ?? row.Fingerprint.Sha256,
            },
        };
    }

    private static bool Matches(HistoryRow row, List<HuntEntry> hunted, int radius)
    {
        var file = row.Fingerprint;
        return hunted.Exists(entry =>
            (entry.Md5 is { } md5 && md5 == file.Md5)
            || (entry.Sha1 is { } sha1 && sha1 == file.Sha1)
            || (entry.Sha256 is { } sha256 && sha256 == file.Sha256)
            || (entry.Pdq is { } pdq && file.Pictures.Any(picture => picture.Hash.DistanceTo(pdq) <= radius))
        );
    }
}
