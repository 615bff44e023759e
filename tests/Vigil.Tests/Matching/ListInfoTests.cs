using Vigil.Matching;
using Vigil.Matching.Lists;

namespace Vigil.Tests.Matching;

public class ListInfoTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("7")]
    [InlineData("list-1_b.c")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123")]
    public void A_plain_name_is_taken(string name) => Assert.Equal(name, Info(name).Name);

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("-rf")]
    [InlineData("Big")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("a\0")]
    [InlineData("ä")]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234")]
    public void Any_other_name_is_refused(string name) => Assert.Throws<ArgumentException>(() => Info(name));

    [Fact]
    public void Source_and_attestation_are_printable_and_not_endless()
    {
        Assert.Throws<ArgumentException>(() => Info("x") with { Source = "a\nb" });
        Assert.Throws<ArgumentException>(() => Info("x") with { Source = new string('s', 257) });
        Assert.Throws<ArgumentException>(() => Info("x") with { Attestation = new string('s', 4097) });
        Assert.Throws<ArgumentException>(() => Info("x") with { Attestation = "" });
        Assert.Throws<ArgumentOutOfRangeException>(() => Info("x") with { Purpose = (ListPurpose)99 });
        Assert.False(Info("x").IsReportEligible);
        Assert.True((Info("x") with { Attestation = "yes" }).IsReportEligible);
    }

    [Fact]
    public void Every_purpose_has_a_name_that_reads_back()
    {
        foreach (var purpose in Enum.GetValues<ListPurpose>())
        {
            Assert.True(
                ListPurposes.TryParse(
                    $" {ListPurposes.NameOf(purpose).ToUpperInvariant()}",
                    out var read,
                    out _
                )
            );
            Assert.Equal(purpose, read);
        }
        Assert.Equal(7, ListPurposes.Names.Count);
    }

    [Theory]
    [InlineData("political")]
    [InlineData("terror")]
    [InlineData("copyright")]
    [InlineData("0")]
    [InlineData("")]
    public void Other_purposes_are_refused_and_the_text_says_so(string purpose)
    {
        Assert.False(ListPurposes.TryParse(purpose, out _, out var refusal));
        Assert.Contains(
            "Political, terror and copyright lists are refused",
            refusal,
            StringComparison.Ordinal
        );
        Assert.Contains("known-csam", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_radius_has_0_to_63_bits()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Radius(64));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Radius(-1));
        Assert.Equal(31, Radius.Default.Bits);
    }

    private static ListInfo Info(string name) => new() { Name = name, Purpose = ListPurpose.Harmless };
}
