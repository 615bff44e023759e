using Vigil.Media;
using Vigil.Media.Renditions;
using Vigil.Tests.Media.Sandbox;
using Vigil.Tests.Media.Video;

namespace Vigil.Tests.Media.Renditions;

/// <summary>A video to be gone through: small grey frames, each with its true time, in the real sandbox.</summary>
public class FrameStripTests
{
    [Theory(Timeout = 180_000)]
    [InlineData(1, 1)]
    [InlineData(9, 9)]
    [InlineData(240, 240)]
    [InlineData(700, 240)]
    public async Task Frames_are_one_a_second_or_spread_and_each_shows_what_the_video_shows_at_its_time(
        int seconds,
        int frames
    )
    {
        // Every fifth of a second is a shade of its own, so that a frame tells its time.
        await using var renderer = Seen.Open(video: new VideoOptions());
        var strip = await StripAsync(renderer, Shades(seconds));

        Assert.Equal(MediaOutcome.Done, strip.Outcome);
        Assert.Equal(frames, strip.FrameSeconds.Count);
        Assert.Equal(0, strip.FrameSeconds[0]);
        Assert.Equal(seconds - 0.2, strip.LastSeconds, 0.02);
        Assert.InRange(strip.FrameSeconds[^1], seconds - Math.Max(1, 0.01 * seconds) - 0.2, seconds);
        var steps = strip.FrameSeconds.Zip(strip.FrameSeconds.Skip(1), (a, b) => b - a).ToList();
        var even = (double)seconds / frames;
        Assert.All(steps, step => Assert.InRange(step, Math.Min(1, even) - 0.21, 2 * Math.Ceiling(even)));
        var seen = Seen.Of(strip);
        for (var i = 0; i < frames; i += Math.Max(1, frames / 12))
        {
            Assert.Equal(20 + 200 * strip.FrameSeconds[i] / seconds, Median(seen, strip.Grid!, i), 4.0);
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task Each_frame_is_grey_small_and_marked_for_itself()
    {
        await using var renderer = Seen.Open(video: new VideoOptions());
        var strip = await StripAsync(renderer, Clips.Pattern(seconds: 20, size: "640x360"));
        var seen = Seen.Of(strip);
        for (var at = 0; at < seen.Rgb.Length; at += 3)
        {
            Assert.True(seen.Rgb[at] == seen.Rgb[at + 1] && seen.Rgb[at] == seen.Rgb[at + 2]);
        }
        var grid = strip.Grid!;
        Assert.Equal((16, 160), (grid.Columns, grid.Width));
        Assert.InRange(grid.Height, 161, 200);
        Assert.Equal((16 * 160, 2 * grid.Height), (seen.Width, seen.Height));
        Assert.Equal((seen.Width, seen.Height), (strip.Width, strip.Height));
        for (var i = 0; i < strip.FrameSeconds.Count; i++)
        {
            Assert.True(InkBelow(seen, grid, i) > 100, $"frame {i} names nobody");
        }
        // Where there is no frame any more, there is nothing.
        Assert.Equal(0, InkBelow(seen, grid, strip.FrameSeconds.Count));
    }

    [Fact(Timeout = 120_000)]
    public async Task Strong_blur_leaves_few_samples_of_a_frame()
    {
        await using var renderer = Seen.Open(video: new VideoOptions());
        var noise = Clips.Make(
            "mkv",
            [
                .. Clips.Lavfi("nullsrc=duration=1:size=160x160:rate=5"),
                "-vf",
                "geq=lum='random(1)*255'",
                "-c:v",
                "ffv1",
            ]
        );
        var plain = Seen.Of(await StripAsync(renderer, noise));
        var blurred = Seen.Of(await StripAsync(renderer, noise, BlurLevel.Strong));
        Assert.True(
            plain.Detail(160) > 8 * blurred.Detail(160),
            $"{plain.Detail(160)} {blurred.Detail(160)}"
        );
    }

    [Fact(Timeout = 120_000)]
    public async Task A_hostile_video_costs_its_own_result_and_the_next_is_shown_as_before()
    {
        var limits = new VideoLimits { MaxWallTime = TimeSpan.FromSeconds(10), MaxPixels = 400_000 };
        await using var renderer = Seen.Open(video: new VideoOptions { Limits = limits });
        var good = Clips.Pattern(seconds: 2);
        var before = await StripAsync(renderer, good);
        var noVideo = new byte[20_000];
        "RIFF"u8.CopyTo(noVideo);
        "AVI LIST"u8.CopyTo(noVideo.AsSpan(8));
        (byte[] File, MediaOutcome Outcome)[] files =
        [
            (Pools.Bmp(1), MediaOutcome.NotMedia),
            ([], MediaOutcome.Empty),
            (noVideo, MediaOutcome.Damaged),
            (Clips.Pattern(seconds: 1, size: "1280x720"), MediaOutcome.TooManyPixels),
        ];
        foreach (var (file, outcome) in files)
        {
            var bad = await StripAsync(renderer, file);
            Assert.Equal((outcome, 0, 0), (bad.Outcome, bad.Jpeg.Length, bad.FrameSeconds.Count));
            Assert.NotEmpty(bad.Advice);
        }
        Assert.Equal(before.Jpeg, (await StripAsync(renderer, good)).Jpeg);
        var hurry = new VideoLimits { MaxWallTime = TimeSpan.FromMilliseconds(1) };
        await using var hurried = Seen.Open(video: new VideoOptions { Limits = hurry });
        Assert.Equal(MediaOutcome.OutOfTime, (await StripAsync(hurried, Clips.Pattern(seconds: 20))).Outcome);
        Assert.Empty(Clips.Running());
    }

    private static Task<Rendition> StripAsync(
        Renderer renderer,
        byte[] clip,
        BlurLevel blur = BlurLevel.None
    ) => renderer.StripAsync(new MemoryStream(clip), blur, Seen.Mark, TestContext.Current.CancellationToken);

    /// <summary>Five frames a second, from dark to light.</summary>
    private static byte[] Shades(int seconds) =>
        Clips.Make(
            "mkv",
            [
                .. Clips.Lavfi($"color=c=black:duration={seconds}:size=32x32:rate=5"),
                "-vf",
                $"format=gray,geq=lum='20+200*T/{seconds}',format=yuvj420p",
                "-c:v",
                "ffv1",
            ]
        );

    /// <summary>The mark across changes some pixels, never most.</summary>
    private static double Median(Seen seen, FrameGrid grid, int frame)
    {
        var (left, top) = (frame % grid.Columns * grid.Width + 50, frame / grid.Columns * grid.Height + 50);
        return Enumerable
            .Range(0, 60 * 60)
            .Select(at => (int)seen.At(left + at % 60, top + at / 60).G)
            .Order()
            .ElementAt(60 * 30);
    }

    /// <summary>Light pixels of a frame's own strip.</summary>
    private static int InkBelow(Seen seen, FrameGrid grid, int frame)
    {
        var (left, top) = (frame % grid.Columns * grid.Width, frame / grid.Columns * grid.Height);
        return Enumerable
            .Range(0, grid.Width * (grid.Height - FrameStrip.CellSide))
            .Count(at =>
                seen.At(left + at % grid.Width, top + FrameStrip.CellSide + at / grid.Width).G > 128
            );
    }
}
