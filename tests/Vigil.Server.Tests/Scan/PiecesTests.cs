using System.Text.Json;
using Vigil.Cli.Samples;
using Vigil.Hashing;
using Vigil.Media;
using Vigil.Server.Features.Scan.Deciding;
using Vigil.Server.Tests.Deciding;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Scan;

/// <summary>Pictures that are known by a piece of them.</summary>
public class PiecesTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_listed_picture_in_bars_goes_to_review_and_the_why_says_by_what()
    {
        await using var server = await ListedAsync(PartKinds.Border);

        var answer = await server.ScanAsync(Barred(mirrored: true));

        // Attested list, distance 0 or near it: still no more than similar.
        Assert.Equal("review", answer.Decision);
        var finding = await WhyAsync(server, answer.ScanId);
        Assert.Equal("similar", finding.GetProperty("strength").GetString());
        Assert.Contains(
            "The picture (without its border, mirrored) within ",
            finding.GetProperty("text").GetString(),
            StringComparison.Ordinal
        );
    }

    [Fact(Timeout = 120_000)]
    public async Task Where_the_operator_set_none_the_bars_stay()
    {
        await using var server = await ListedAsync(PartKinds.None);
        Assert.Equal("none", (await server.ScanAsync(Barred(mirrored: false))).Decision);
        Assert.Equal("review", (await server.ScanAsync(Scanning.Picture)).Decision);
    }

    [Theory]
    [InlineData(PicturePart.Whole, PictureView.Stored, Dihedral.Original, "")]
    [InlineData(PicturePart.Region2, PictureView.Stored, Dihedral.Original, "picture 2 within it")]
    [InlineData(
        PicturePart.TopHalf,
        PictureView.Upright,
        Dihedral.FlipX,
        "its upper half, upright, mirrored"
    )]
    [InlineData(
        PicturePart.Innermost,
        PictureView.Flattened,
        Dihedral.Rotate90,
        "without its borders, over white, rotated by 90 degrees"
    )]
    public void Each_reading_has_words(
        PicturePart part,
        PictureView view,
        Dihedral variant,
        string expected
    ) => Assert.Equal(expected, PictureWords.Of(new FrameHash(0, view, variant, default, default, part)));

    [Fact]
    public void No_two_parts_have_the_same_words() =>
        Assert.Distinct(
            Enum.GetValues<PicturePart>()
                .Select(part =>
                    PictureWords.Of(
                        new FrameHash(0, PictureView.Stored, Dihedral.Original, default, default, part)
                    )
                )
        );

    private static byte[] Barred(bool mirrored)
    {
        var picture = Layout.Letterbox(SampleScenes.Draw(0).Picture);
        return PngWriter.Rgb(mirrored ? Layout.Mirror(picture) : picture);
    }

    private static async Task<TestServer> ListedAsync(PartKinds parts)
    {
        var server = await TestServer.StartAsync(change: options => options with { PictureParts = parts });
        server.AnswerCases();
        await server.LoadedAsync();
        var picture = SampleScenes.Draw(0).Picture;
        var view = new PixelView(picture.Rgb, picture.Width, picture.Height, PixelLayout.Rgb24);
        var hash = new PdqHasher().Hash(view);
        var list = await server.ListAsync("made");
        await server.EntryAsync(list, new SignalValue { Pdq = Made.Bytes(hash.Hash) });
        await server.WithinASecondAsync(
            new ScanFacts { Fingerprint = new Matching.Fingerprint { Pictures = [hash] } },
            Outcome.Review
        );
        return server;
    }

    private static async Task<JsonElement> WhyAsync(TestServer server, Guid scanId)
    {
        var answer = await server.Client.GetAsync(new Uri($"/v1/decisions/{scanId}", UriKind.Relative));
        return (await TestServer.JsonOf(answer)).GetProperty("findings")[0];
    }
}
