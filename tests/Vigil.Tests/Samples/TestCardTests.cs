using System.Security.Cryptography;
using Vigil.Cli.Samples;
using Vigil.Hashing;
using Vigil.Matching.Lists;

namespace Vigil.Tests.Samples;

public class TestCardTests
{
    [Fact]
    public void The_published_values_are_those_of_the_card()
    {
        var png = TestCard.Png;
        Assert.Equal(TestCard.Sha256, Convert.ToHexStringLower(SHA256.HashData(png)));
        Assert.Equal(TestCard.Sha1, Convert.ToHexStringLower(SHA1.HashData(png)));
        Assert.Equal(TestCard.Md5, Convert.ToHexStringLower(MD5.HashData(png)));
        var card = TestCard.Picture;
        var pdq = new PdqHasher().Hash(new PixelView(card.Rgb, card.Width, card.Height, PixelLayout.Rgb24));
        Assert.Equal(TestCard.Pdq, pdq.Hash.ToHex());
        Assert.Equal(TestCard.PdqQuality, pdq.Quality.Value);
    }

    /// <summary>
    /// Not a value to refresh: other people have published lists with it. A difference means that the card's
    /// drawing or its file changed, and that must be undone.
    /// </summary>
    [Fact]
    public void The_bytes_of_the_card_are_the_same_for_ever()
    {
        const string published = "5d1bd118e7181cf5120265d59505a73a5dcc35d603f4de22bc46dcc2d8155bbe";
        Assert.Equal(published, Convert.ToHexStringLower(SHA256.HashData(TestCard.Png)));
    }

    [Fact]
    public void Its_list_goes_all_the_way_and_is_marked_a_test()
    {
        var list = TestCard.List;
        Assert.Equal("vigil-test-card", list.Info.Name);
        Assert.True(list.Info.IsTest);
        Assert.True(list.Info.IsReportEligible);
        Assert.Equal(ListPurpose.KnownCsam, list.Info.Purpose);
        Assert.Contains("TEST", list.Info.Attestation);
        var entry = Assert.Single(list.Entries);
        Assert.Equal(TestCard.Sha256, entry.Sha256!.Value.ToHex());
        Assert.Equal(TestCard.Sha1, entry.Sha1!.Value.ToHex());
        Assert.Equal(TestCard.Md5, entry.Md5!.Value.ToHex());
        Assert.Equal(TestCard.Pdq, entry.Pdq!.Value.ToHex());
        Assert.True(entry.PdqQuality >= Quality.Corroborating);
    }

    [Fact]
    public void The_published_list_file_holds_the_card_and_nothing_else()
    {
        using var file = File.OpenRead(Path.Combine(SharedData.RepositoryRoot, "samples", "test-card.csv"));
        var row = Assert.Single(ListReader.Read(file, new ListReadOptions()));
        Assert.Equal(TestCard.List.Entries[0], row.Entry);
    }

    [Theory]
    [InlineData("md5", TestCard.Md5, true)]
    [InlineData("sha1", TestCard.Sha1, true)]
    [InlineData("sha256", TestCard.Sha256, true)]
    [InlineData("pdq", TestCard.Pdq, true)]
    [InlineData("md5", "04b5da70c51a7a0fda729f998ea2fe03", false)]
    public void It_is_known_for_a_test_by_any_of_its_fingerprints_in_anybody_s_list(
        string column,
        string value,
        bool isCard
    )
    {
        using var list = new MemoryStream(System.Text.Encoding.ASCII.GetBytes($"id,{column}\nx,{value}\n"));
        var row = Assert.Single(ListReader.Read(list, new ListReadOptions()));
        Assert.Equal(isCard, TestCard.Is(row.Entry!));
    }

    [Fact]
    public void It_is_like_none_of_the_samples()
    {
        var hasher = new PdqHasher();
        Assert.True(PdqHash.TryParse(TestCard.Pdq, out var card));
        foreach (var index in Enumerable.Range(0, SampleScenes.Names.Count()).Where(i => i % 5 == 0))
        {
            var sample = SampleScenes.Draw(index).Picture;
            var hash = hasher
                .Hash(new PixelView(sample.Rgb, sample.Width, sample.Height, PixelLayout.Rgb24))
                .Hash;
            Assert.InRange(hash.DistanceTo(card), 91, 256);
        }
    }
}
