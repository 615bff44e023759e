using Vigil.Media;
using Vigil.Media.Renditions;
using Vigil.Tests.Media.Sandbox;
using Vigil.Tests.Media.Video;

namespace Vigil.Tests.Media.Renditions;

/// <summary>A video at a glance: grey frames at even distances, in the real sandbox.</summary>
public class ContactSheetTests
{
    [Theory(Timeout = 120_000)]
    [InlineData(10, 20)]
    [InlineData(45, 20)]
    [InlineData(1, 5)]
    public async Task Each_frame_shows_what_the_video_shows_at_the_time_below_it(int seconds, int frames)
    {
        // Every tenth of a second is a shade of its own, so that a frame tells its time.
        await using var renderer = Seen.Open(video: new VideoOptions());
        var clip = Shades(seconds);
        var sheet = await SheetAsync(renderer, clip);

        Assert.Equal(MediaOutcome.Done, sheet.Outcome);
        Assert.Equal(frames, sheet.FrameSeconds.Count);
        Assert.Equal(0, sheet.FrameSeconds[0]);
        Assert.Equal(sheet.FrameSeconds.Order(), sheet.FrameSeconds);
        Assert.Equal(seconds - 0.1, sheet.LastSeconds, 0.02);
        Assert.InRange(sheet.FrameSeconds[^1], Math.Min(seconds * 0.85, seconds - 0.25), seconds);
        Assert.Equal((320, 240, 10 * seconds), (sheet.SourceWidth, sheet.SourceHeight, sheet.Frames));
        var seen = Seen.Of(sheet);
        var columns = sheet.Width / ContactSheet.CellSide;
        for (var i = 0; i < frames; i++)
        {
            var x = i % columns * ContactSheet.CellSide + ContactSheet.CellSide / 2;
            var y =
                i / columns * (ContactSheet.CellSide + ContactSheet.CaptionHeight)
                + ContactSheet.CellSide / 2;
            var level = Median(seen, x, y);
            Assert.Equal(ShadeAt(sheet.FrameSeconds[i], seconds), level, 4.0);
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task A_sheet_is_grey_bounded_and_marked_whatever_the_video_is()
    {
        await using var renderer = Seen.Open(video: new VideoOptions());
        var sheet = await SheetAsync(renderer, Clips.Pattern(seconds: 3, size: "640x120"));
        var seen = Seen.Of(sheet);
        for (var at = 0; at < seen.Rgb.Length; at += 3)
        {
            Assert.True(seen.Rgb[at] == seen.Rgb[at + 1] && seen.Rgb[at] == seen.Rgb[at + 2]);
        }
        Assert.InRange(Math.Max(seen.Width, seen.Height), ContactSheet.CellSide, 1664);
        Assert.True(seen.Height > sheet.Height);
        var noise = Clips.Make(
            "mkv",
            [
                .. Clips.Lavfi("nullsrc=duration=1:size=240x240:rate=5"),
                "-vf",
                "geq=lum='random(1)*255'",
                "-c:v",
                "ffv1",
            ]
        );
        var plain = await SheetAsync(renderer, noise);
        var blurred = await SheetAsync(renderer, noise, BlurLevel.Strong);
        Assert.True(Seen.Of(plain).Detail(plain.Height) > 10 * Seen.Of(blurred).Detail(plain.Height));
    }

    [Fact(Timeout = 120_000)]
    public async Task What_is_no_video_or_takes_too_long_has_no_sheet_and_says_why()
    {
        await using var renderer = Seen.Open(video: new VideoOptions());
        var picture = await SheetAsync(renderer, Pools.Bmp(1));
        Assert.Equal((MediaOutcome.NotMedia, 0), (picture.Outcome, picture.Jpeg.Length));
        Assert.NotEmpty(picture.Advice);
        var limits = new VideoLimits { MaxWallTime = TimeSpan.FromMilliseconds(1) };
        await using var hurried = Seen.Open(video: new VideoOptions { Limits = limits });
        var late = await SheetAsync(hurried, Clips.Pattern(seconds: 20));
        Assert.Equal((MediaOutcome.OutOfTime, 0), (late.Outcome, late.Jpeg.Length));
        await using var without = Seen.Open();
        await Assert.ThrowsAsync<MediaSandboxException>(() => SheetAsync(without, Clips.Pattern(seconds: 1)));
    }

    private static Task<Rendition> SheetAsync(
        Renderer renderer,
        byte[] clip,
        BlurLevel blur = BlurLevel.None
    ) => renderer.SheetAsync(new MemoryStream(clip), blur, Seen.Mark, TestContext.Current.CancellationToken);

    /// <summary>Ten frames a second, from dark to light.</summary>
    private static byte[] Shades(int seconds) =>
        Clips.Make(
            "mkv",
            [
                .. Clips.Lavfi($"color=c=black:duration={seconds}:size=320x240:rate=10"),
                "-vf",
                $"format=gray,geq=lum='20+200*T/{seconds}',format=yuvj420p",
                "-c:v",
                "ffv1",
            ]
        );

    private static double ShadeAt(double time, int seconds) => 20 + 200 * time / seconds;

    /// <summary>The mark across changes some pixels, never most.</summary>
    private static double Median(Seen seen, int x, int y) =>
        Enumerable
            .Range(0, 60 * 60)
            .Select(at => (int)seen.At(x - 30 + at % 60, y - 30 + at / 60).G)
            .Order()
            .ElementAt(60 * 30);
}
