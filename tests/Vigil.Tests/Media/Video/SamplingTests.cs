using Vigil.Media;

namespace Vigil.Tests.Media.Video;

/// <summary>Frames are picked by the time at which they are shown, never by a rate.</summary>
public class SamplingTests
{
    /// <summary>Thirty frames a second for two seconds, then three a second: no rate describes it.</summary>
    private static readonly Lazy<byte[]> Irregular = new(() =>
        Clips.Make(
            "mkv",
            [
                .. Clips.Lavfi("testsrc2=duration=6:size=160x120:rate=30"),
                "-vf",
                "select='lt(n,60)+not(mod(n,10))'",
                "-fps_mode",
                "vfr",
                "-c:v",
                "libx264",
                "-preset",
                "ultrafast",
            ]
        )
    );

    private static IEnumerable<double> TrueSeconds =>
        Enumerable.Range(0, 180).Where(n => n < 60 || n % 10 == 0).Select(n => n / 30.0);

    [Fact(Timeout = 60_000)]
    public async Task Every_frame_of_a_clip_with_an_irregular_rate_has_its_own_time()
    {
        await using var hasher = Clips.Open();
        var result = await hasher.HashAsync(
            Irregular.Value,
            new VideoRequest { Sampling = FrameSampling.EveryFrame }
        );
        var features = result.Video!.Features;
        Assert.Equal(72, result.Frames);
        Assert.Equal(Enumerable.Range(0, 72), features.Select(feature => feature.Frame));
        Assert.All(TrueSeconds.Zip(features), pair => Assert.Equal(pair.First, pair.Second.Seconds, 0.0011));
        Assert.Equal(5.667, result.Video.LastSeconds, 0.0011);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(1, new[] { 0, 30, 60, 63, 66, 69 })]
    [InlineData(0.5, new[] { 0, 15, 30, 45, 60, 62, 64, 66, 68, 70 })]
    [InlineData(10, new[] { 0 })]
    public async Task One_frame_an_interval_is_picked_whatever_the_rate_is_meanwhile(
        double interval,
        int[] frames
    )
    {
        await using var hasher = Clips.Open();
        var request = new VideoRequest { Sampling = new FrameSampling { IntervalSeconds = interval } };
        var result = await hasher.HashAsync(Irregular.Value, request);
        Assert.Equal(frames, result.Video!.Features.Select(feature => feature.Frame));
        var times = TrueSeconds.ToList();
        Assert.All(
            result.Video.Features,
            feature => Assert.Equal(times[feature.Frame], feature.Seconds, 0.0011)
        );
        Assert.Equal(72, result.Frames);
        Assert.Equal(5.667, result.Video.LastSeconds, 0.0011);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_picked_frame_has_the_hash_it_has_among_all_frames()
    {
        await using var hasher = Clips.Open();
        var every = await hasher.HashAsync(
            Irregular.Value,
            new VideoRequest { Sampling = FrameSampling.EveryFrame }
        );
        var picked = await hasher.HashAsync(Irregular.Value);
        Assert.All(
            picked.Video!.Features,
            feature => Assert.Equal(every.Video!.Features[feature.Frame], feature)
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task Times_that_were_pressed_together_hide_no_frames()
    {
        await using var hasher = Clips.Open();
        var clip = Clips.Make(
            "mp4",
            [
                .. Clips.Lavfi("testsrc2=duration=24:size=64x48:rate=30"),
                "-vf",
                "setpts=PTS/1000",
                "-fps_mode",
                "passthrough",
                "-enc_time_base",
                "1:90000",
                "-video_track_timescale",
                "90000",
                "-c:v",
                "libx264",
                "-preset",
                "ultrafast",
            ]
        );
        var result = await hasher.HashAsync(clip);
        Assert.Equal(720, result.Frames);
        Assert.InRange(result.Video!.LastSeconds, 0.001, 0.03);
        Assert.Equal([0, 300, 600], result.Video.Features.Select(feature => feature.Frame));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_first_frame_of_a_scene_is_picked_where_scenes_are_looked_for()
    {
        await using var hasher = Clips.Open();
        var clip = Clips.Make(
            "mp4",
            [
                .. Clips.Lavfi("testsrc2=duration=1.5:size=160x120:rate=30"),
                .. Clips.Lavfi("mandelbrot=size=160x120:rate=30"),
                "-filter_complex",
                "[1:v]trim=duration=1.5[b];[0:v][b]concat=n=2:v=1",
                "-c:v",
                "libx264",
            ]
        );
        var rarely = new FrameSampling { IntervalSeconds = 60 };

        var without = await hasher.HashAsync(clip, new VideoRequest { Sampling = rarely });
        var with = await hasher.HashAsync(
            clip,
            new VideoRequest { Sampling = rarely with { SceneChange = 0.3 } }
        );

        Assert.Equal([0], without.Video!.Features.Select(feature => feature.Frame));
        Assert.Equal([0, 45], with.Video!.Features.Select(feature => feature.Frame));
        Assert.Equal(1.5, with.Video.Features[1].Seconds, 0.001);
    }
}
