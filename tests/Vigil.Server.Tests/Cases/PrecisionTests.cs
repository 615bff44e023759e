using Vigil.Server.Features.Cases.Records;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

public class PrecisionTests
{
    /// <summary>
    /// R. G. Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17 (1998),
    /// table I, method 3.
    /// </summary>
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0.0000, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    [InlineData(20, 20, 0.8389, 1.0000)]
    public void The_interval_is_Wilsons(long hits, long all, double low, double high)
    {
        var found = Precision.Wilson(hits, all);
        Assert.Equal(low, found.Low, 4);
        Assert.Equal(high, found.High, 4);
    }

    [Fact]
    public void Of_few_decisions_nothing_is_said_and_no_share_is_rounded_to_all_or_none()
    {
        var few = Precision.Of("similar", 1, new Judged(18, 1, 0), 0, 19);
        Assert.Equal((null, null, null), (few.Share, few.Low, few.High));
        Assert.Equal(
            "Precision of its similar matches at 11 to 20 bits: too few decisions to say (18 confirmed, 1 not CSAM; it "
                + "takes 20).",
            few.Text
        );
        var enough = Precision.Of("exact", -1, new Judged(19, 1, 1), 7, 1);
        Assert.Equal(0.95, enough.Share);
        Assert.Equal(
            "Precision of its exact matches: 95 % (95 % interval 76.4 to 99.1 %): 19 confirmed, 1 not CSAM, of 1 "
                + "entry; 7 decided without a look at the content.",
            enough.Text
        );
        Assert.Contains(
            ": 99.9 % (",
            Precision.Of("exact", -1, new Judged(9999, 1, 0), 0, 5).Text,
            StringComparison.Ordinal
        );
        Assert.Contains(
            ": 0.1 % (",
            Precision.Of("exact", -1, new Judged(1, 9999, 0), 0, 5).Text,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Distances_stand_in_bands()
    {
        int?[] bits = [null, 0, 10, 11, 20, 21, 31, 32, 256];
        Assert.Equal([-1, 0, 0, 1, 1, 2, 2, 3, 3], bits.Select(Precision.BandOf));
        Assert.Equal(
            [null, "up to 10 bits", "11 to 20 bits", "21 to 31 bits", "over 31 bits"],
            Enumerable.Range(-1, 5).Select(Precision.NameOf)
        );
    }
}
