namespace Vigil.Tests.Media.Decoding;

public sealed class AnimationTests : IDisposable
{
    private readonly Folder folder = new();
    private readonly SamplePicture[] scenes =
    [
        new(320, 200, seed: 1),
        new(320, 200, seed: 5),
        new(320, 200, seed: 1),
        new(320, 200, seed: 9),
        new(320, 200, seed: 9),
    ];

    [Theory]
    [InlineData("scenes.gif[page-height=200]", 40)]
    [InlineData("scenes.webp[page-height=200,lossless]", 0)]
    [InlineData("scenes.tif[page-height=200]", 0)]
    public void Every_distinct_frame_is_hashed_when_asked_and_the_first_alone_otherwise(
        string target,
        int slack
    )
    {
        var path = Make(target);

        var first = Probe.One(path);
        var all = Probe.One(path, "--all-frames");

        Assert.Equal(("Done", 320, 200), (first.Outcome, first.Width, first.Height));
        Assert.Single(first.Pictures);
        Assert.Equal(first.Frames, all.Frames);
        Assert.Equal(first.Stored, all.Stored);
        var still = scenes.Select(Still).ToArray();
        Assert.True(still[0].BitsFrom(still[1]) > 50, "the scenes differ");
        Assert.Equal(3, all.Pictures.Count);
        Assert.InRange(all.Pictures[0].BitsFrom(still[0]), 0, slack / 4);
        Assert.InRange(all.Pictures[1].BitsFrom(still[1]), 0, slack / 4);
        Assert.InRange(all.Pictures[2].BitsFrom(still[3]), 0, slack / 4);
    }

    [Fact]
    public void Frames_that_change_a_part_are_hashed_as_shown()
    {
        // The second frame is one white pixel at 4,4 over the grey of the first: disposal "leave".
        byte[] screen = [.. "GIF89a"u8, 16, 0, 16, 0, 0x80, 0, 0, 128, 128, 128, 255, 255, 255];
        byte[] grey = [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0];
        byte[] white = [0x2C, 4, 0, 4, 0, 1, 0, 1, 0, 0, 2, 2, 0x4C, 1, 0];
        byte[] keep = [0x21, 0xF9, 4, 4, 1, 0, 0, 0];

        var file = Probe.One(
            folder.Write(
                "part.gif",
                [.. screen, .. keep, .. grey, .. keep, .. white, .. keep, .. white, 0x3B]
            ),
            "--all-frames"
        );

        Assert.Equal(("Done", 3), (file.Outcome, file.Frames));
        Assert.Equal([0, 1], file.Pictures.Where(p => p.View == "Stored").Select(p => p.Frame));
        Assert.All(file.Pictures, picture => Assert.Equal((16, 16), (picture.Width, picture.Height)));
    }

    [Fact]
    public void An_animation_cut_short_gives_the_frames_before_the_cut_and_is_marked()
    {
        var bytes = File.ReadAllBytes(Make("scenes.gif[page-height=200]"));
        var path = folder.Write("cut.gif", bytes[..(bytes.Length * 7 / 10)]);

        var hashed = Probe.One(path, "--all-frames");
        var refused = Probe.One(path, "--all-frames", "--refuse-truncated");

        Assert.Equal(("Done", true), (hashed.Outcome, hashed.Truncated));
        Assert.InRange(hashed.Stored.BitsFrom(Still(scenes[0])), 0, 10);
        Assert.Equal("RefusedTruncated", refused.Outcome);
    }

    public void Dispose() => folder.Dispose();

    private string Make(string target)
    {
        Tool.Vips("copy", folder.Write("tall.ppm", SamplePicture.TallPpm(scenes)), folder[target]);
        return folder[target.Split('[')[0]];
    }

    private ProbedPicture Still(SamplePicture scene) =>
        Probe
            .One(
                folder.Write(
                    "still.png",
                    PngWriter.Write(scene.Width, scene.Height, 8, PngWriter.Rgb, scene.Rgb)
                )
            )
            .Stored;
}
