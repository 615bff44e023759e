using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Search;

namespace Vigil.Tests.Matching.Search;

public class DigestTableTests
{
    [Theory]
    [InlineData(DigestAlgorithm.Md5)]
    [InlineData(DigestAlgorithm.Sha1)]
    [InlineData(DigestAlgorithm.Sha256)]
    public void Every_digest_is_found_and_no_other(DigestAlgorithm algorithm)
    {
        var luck = Made.Luck();
        foreach (var count in new[] { 0, 1, 2, 7, 8, 9, 15, 16, 17, 255, 256, 257, 5000, 20_000 })
        {
            var digests = Enumerable.Range(0, count).Select(_ => Made.Digest(luck, algorithm)).ToArray();
            var table = Table(algorithm, digests);
            for (var i = 0; i < count; i++)
            {
                Assert.Equal([new Posting(0, i)], table.Find(digests[i]).ToArray());
                Assert.Empty(table.Find(Altered(digests[i], luck)).ToArray());
            }
            for (var i = 0; i < 200; i++)
            {
                Assert.Empty(table.Find(Made.Digest(luck, algorithm)).ToArray());
            }
        }
    }

    /// <summary>As anybody can make who wants the directory to be of no use.</summary>
    [Fact]
    public void Digests_that_begin_alike_are_told_apart()
    {
        var luck = Made.Luck();
        var digests = Enumerable
            .Range(0, 3000)
            .Select(i =>
            {
                var bytes = new byte[20];
                bytes[0] = (byte)(i % 3 == 0 ? 0xFF : 0);
                BitConverter.GetBytes(i).CopyTo(bytes, 16);
                return Digest.FromBytes(DigestAlgorithm.Sha1, bytes);
            })
            .ToArray();
        luck.Shuffle(digests);
        var table = Table(DigestAlgorithm.Sha1, digests);
        for (var i = 0; i < digests.Length; i++)
        {
            Assert.Equal([new Posting(0, i)], table.Find(digests[i]).ToArray());
            Assert.Empty(table.Find(Altered(digests[i], luck)).ToArray());
        }
    }

    [Fact]
    public void A_digest_of_many_entries_leads_to_all_of_them()
    {
        var luck = Made.Luck();
        var (one, other) = (Made.Digest(luck, DigestAlgorithm.Md5), Made.Digest(luck, DigestAlgorithm.Md5));
        var table = Table(DigestAlgorithm.Md5, one, other, one, one, other);
        Assert.Equal([0, 2, 3], table.Find(one).ToArray().Select(posting => posting.Entry));
        Assert.Equal([1, 4], table.Find(other).ToArray().Select(posting => posting.Entry));
    }

    [Fact]
    public void The_filter_passes_all_that_were_added_and_one_in_a_hundred_others_at_most()
    {
        var luck = Made.Luck();
        var filter = new DigestFilter(50_000);
        var added = Enumerable.Range(0, 50_000).Select(_ => Key(luck)).ToArray();
        foreach (var key in added)
        {
            filter.Add(key);
        }
        Assert.All(added, key => Assert.True(filter.MayHold(key)));
        Assert.InRange(Enumerable.Range(0, 100_000).Count(_ => filter.MayHold(Key(luck))), 1, 1000);
    }

    private static HashKey Key(Random luck) => DigestTable.KeyOf(Made.Digest(luck, DigestAlgorithm.Sha256));

    private static DigestTable Table(DigestAlgorithm algorithm, params Digest[] digests)
    {
        using var rows = new RowList(digests.Length);
        for (var i = 0; i < digests.Length; i++)
        {
            rows.Add(new RowRecord(DigestTable.KeyOf(digests[i]), new Posting(0, i)));
        }
        return DigestTable.Build(algorithm, rows);
    }

    /// <summary>Another one: a bit in a byte of no meaning to the tests is changed.</summary>
    private static Digest Altered(Digest digest, Random luck)
    {
        var bytes = new byte[digest.Length];
        digest.CopyTo(bytes);
        bytes[luck.Next(1, 15)] ^= (byte)(1 << luck.Next(8));
        return Digest.FromBytes(digest.Algorithm, bytes);
    }
}
