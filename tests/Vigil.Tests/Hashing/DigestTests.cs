using System.Text;
using Vigil.Hashing;

namespace Vigil.Tests.Hashing;

public class DigestTests
{
    // RFC 1321 A.5, RFC 3174 7.3 and FIPS 180-4 examples.
    [Theory]
    [InlineData(
        "",
        "d41d8cd98f00b204e9800998ecf8427e",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )]
    [InlineData(
        "abc",
        "900150983cd24fb0d6963f7d28e17f72",
        "a9993e364706816aba3e25717850c26c9cd0d89d",
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )]
    public void The_digests_are_those_of_the_standards(string text, string md5, string sha1, string sha256)
    {
        using var hasher = new DigestHasher();
        hasher.Append(Encoding.ASCII.GetBytes(text));
        var digests = hasher.Finish();

        Assert.Equal(md5, digests.Md5.ToHex());
        Assert.Equal(sha1, digests.Sha1.ToHex());
        Assert.Equal(sha256, digests.Sha256.ToHex());
        Assert.Equal(text.Length, digests.LengthBytes);
    }

    [Fact]
    public void A_file_given_in_any_pieces_has_the_same_digests_and_the_hasher_starts_anew()
    {
        var bytes = new byte[100_003];
        var random = new Random(3);
        random.NextBytes(bytes);
        using var hasher = new DigestHasher();
        hasher.Append(bytes);
        var whole = hasher.Finish();
        for (var at = 0; at < bytes.Length; )
        {
            var piece = Math.Min(random.Next(0, 40_000), bytes.Length - at);
            hasher.Append(bytes.AsSpan(at, piece));
            at += piece;
        }
        Assert.Equal(whole, hasher.Finish());
        Assert.Equal(0, hasher.Finish().LengthBytes);
    }

    [Theory]
    [InlineData(DigestAlgorithm.Md5, 32)]
    [InlineData(DigestAlgorithm.Sha1, 40)]
    [InlineData(DigestAlgorithm.Sha256, 64)]
    public void A_digest_reads_back_in_either_case_and_refuses_any_other_length_or_letter(
        DigestAlgorithm algorithm,
        int digits
    )
    {
        var hex = string.Concat(Enumerable.Range(0, digits).Select(i => "0123456789abcdef"[i % 16]));
        Assert.True(Digest.TryParse(algorithm, hex, out var lower));
        Assert.True(Digest.TryParse(algorithm, hex.ToUpperInvariant(), out var upper));
        Assert.Equal(lower, upper);
        Assert.True(lower == upper && !(lower != upper) && lower.Equals((object)upper));
        Assert.Equal(lower.GetHashCode(), upper.GetHashCode());
        Assert.Equal(hex, lower.ToHex());

        Span<byte> bytes = stackalloc byte[lower.Length];
        lower.CopyTo(bytes);
        Assert.Equal(lower, Digest.FromBytes(algorithm, bytes));

        Assert.False(Digest.TryParse(algorithm, hex.AsSpan(1), out _));
        Assert.False(Digest.TryParse(algorithm, hex + "00", out _));
        Assert.False(Digest.TryParse(algorithm, "g" + hex[1..], out _));
        Assert.False(Digest.TryParse(default, "", out _));
        Assert.Throws<ArgumentException>(() => Digest.FromBytes(algorithm, new byte[1]));
        Assert.Throws<ArgumentException>(() => Digest.FromBytes(default, []));
    }

    [Fact]
    public void The_same_bytes_under_another_algorithm_are_another_digest()
    {
        Assert.True(Digest.TryParse(DigestAlgorithm.Md5, new string('a', 32), out var digest));
        Assert.NotEqual(digest, default);
        Assert.False(digest.Equals("text"));
        Assert.Equal(0, default(Digest).Length);
    }

    [Fact]
    public void A_hash_value_does_not_slip_into_a_log_by_way_of_ToString()
    {
        Assert.True(Digest.TryParse(DigestAlgorithm.Sha1, new string('b', 40), out var digest));
        Assert.True(PdqHash.TryParse(new string('c', 64), out var pdq));
        var said =
            $"{digest} {pdq} {new PdqResult(pdq, new Quality(90))} {new FileDigests(digest, digest, digest, 1)}";
        Assert.DoesNotContain("bb", said, StringComparison.Ordinal);
        Assert.DoesNotContain("cc", said, StringComparison.Ordinal);
    }
}
