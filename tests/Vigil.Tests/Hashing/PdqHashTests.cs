using FsCheck;
using FsCheck.Fluent;
using Vigil.Hashing;

namespace Vigil.Tests.Hashing;

public class PdqHashTests
{
    private const string Sample = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22";

    [Fact]
    public void The_first_hexadecimal_digit_holds_the_highest_four_bits()
    {
        Assert.True(PdqHash.TryParse("8" + new string('0', 63), out var highest));
        Assert.Equal(1UL << 63, highest.Word3);
        Assert.True(PdqHash.TryParse(new string('0', 63) + "1", out var lowest));
        Assert.Equal(1UL, lowest.Word0);
        Assert.Equal(2, highest.DistanceTo(lowest));
    }

    [Fact]
    public void A_hash_reads_back_from_text_of_either_case_and_from_bytes()
    {
        Assert.True(PdqHash.TryParse(Sample, out var hash));
        Assert.True(PdqHash.TryParse(Sample.ToUpperInvariant(), out var upper));
        Assert.Equal(hash, upper);
        Assert.True(hash == upper && !(hash != upper) && hash.Equals((object)upper));
        Assert.Equal(hash.GetHashCode(), upper.GetHashCode());
        Assert.Equal(Sample, hash.ToHex());

        var bytes = new byte[PdqHash.ByteLength];
        hash.CopyTo(bytes);
        Assert.Equal(Convert.FromHexString(Sample), bytes);
        Assert.Equal(hash, PdqHash.FromBytes(bytes));
        Assert.Throws<ArgumentException>(() => PdqHash.FromBytes(new byte[31]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("f8f8")]
    [InlineData("x8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22")]
    [InlineData(" f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b2")]
    [InlineData("f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b2200")]
    public void Text_that_is_not_64_hexadecimal_digits_is_refused(string text)
    {
        Assert.False(PdqHash.TryParse(text, out var hash));
        Assert.Equal(default, hash);
        Assert.False(hash.Equals(text));
    }

    [Fact]
    public void The_distance_is_the_number_of_flipped_bits()
    {
        var hashes = ArbMap.Default.ArbFor<ulong>().Generator.Four();
        Prop.ForAll(
                Arb.From(hashes),
                words =>
                {
                    var hash = new PdqHash(words.Item1, words.Item2, words.Item3, words.Item4);
                    var bit = (int)(words.Item1 % 256);
                    var other = new PdqHash(
                        words.Item1 ^ (bit < 64 ? 1UL << bit : 0),
                        words.Item2 ^ (bit is >= 64 and < 128 ? 1UL << bit : 0),
                        words.Item3 ^ (bit is >= 128 and < 192 ? 1UL << bit : 0),
                        ~words.Item4 ^ (bit >= 192 ? 1UL << bit : 0)
                    );
                    return hash.DistanceTo(other) == (bit >= 192 ? 63 : 65)
                        && other.DistanceTo(hash) == hash.DistanceTo(other)
                        && hash.DistanceTo(hash) == 0;
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Quality_is_a_number_from_0_to_100_that_can_be_compared()
    {
        Assert.True(new Quality(49) < Quality.DefaultFloor && Quality.DefaultFloor <= new Quality(50));
        Assert.True(Quality.Corroborating > Quality.DefaultFloor && new Quality(80) >= Quality.Corroborating);
        Assert.True(new Quality(3).CompareTo(new Quality(4)) < 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Quality(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Quality(101));
    }
}
