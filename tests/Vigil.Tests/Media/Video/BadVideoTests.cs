using System.Text;
using Vigil.Media;
using Vigil.Tests.Files;

namespace Vigil.Tests.Media.Video;

/// <summary>Cut, damaged and strange files: marked or refused, never taken for whole.</summary>
public class BadVideoTests
{
    private static readonly Lazy<byte[]> IndexFirst = new(() =>
        Clips.Remux(Clips.Pattern(), "mp4", "-movflags", "+faststart")
    );

    private static readonly VideoRequest EveryFrame = new() { Sampling = FrameSampling.EveryFrame };

    [Fact(Timeout = 60_000)]
    public async Task A_cut_video_is_marked_or_refused_and_one_without_its_index_is_damaged()
    {
        await using var hasher = Clips.Open();
        var whole = await hasher.HashAsync(IndexFirst.Value, EveryFrame);
        var cut = IndexFirst.Value[..(IndexFirst.Value.Length * 2 / 3)];
        var marked = await hasher.HashAsync(cut, EveryFrame);
        var refused = await hasher.HashAsync(cut, EveryFrame with { Truncated = TruncatedPolicy.Refuse });
        var indexLast = Clips.Remux(IndexFirst.Value, "mp4");
        var lost = await hasher.HashAsync(indexLast[..(indexLast.Length * 2 / 3)], EveryFrame);

        Assert.Equal((MediaOutcome.Done, false), (whole.Outcome, whole.Truncated));
        Assert.Equal((MediaOutcome.Done, true), (marked.Outcome, marked.Truncated));
        Assert.InRange(marked.Frames, 1, 89);
        Assert.Equal(MediaOutcome.RefusedTruncated, refused.Outcome);
        Assert.Empty(refused.Hashes);
        Assert.Equal(MediaOutcome.Damaged, lost.Outcome);
        Assert.NotNull(lost.Digests);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_sound_track_is_never_decoded_and_its_damage_is_not_the_pictures()
    {
        await using var hasher = Clips.Open();
        var clip = Clips.Pattern();
        var silent = Clips.Remux(clip, "mp4", "-an");
        var a = await hasher.HashAsync(clip, EveryFrame);
        var b = await hasher.HashAsync(silent, EveryFrame);
        Assert.Equal((MediaOutcome.Done, false), (a.Outcome, a.Truncated));
        Assert.Equal((MediaOutcome.Done, false), (b.Outcome, b.Truncated));
        Assert.Equal(a.Video!.Features, b.Video!.Features);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_file_without_pictures_or_with_a_codec_that_is_not_allowed_was_not_looked_at()
    {
        await using var hasher = Clips.Open();
        var sound = Clips.Make("ogg", [.. Clips.Lavfi("sine=duration=1"), "-c:a", "libvorbis"]);
        // A codec of video games that no platform takes.
        var strange = Clips.Make(
            "avi",
            [.. Clips.Lavfi("testsrc2=duration=1:size=160x120:rate=30"), "-c:v", "asv1"]
        );
        foreach (var file in (byte[][])[sound, strange])
        {
            foreach (var request in (VideoRequest[])[EveryFrame, new() { Frames = false, Tmk = true }])
            {
                var result = await hasher.HashAsync(file, request);
                Assert.Equal(MediaOutcome.Unsupported, result.Outcome);
                Assert.Equal(file.Length, result.Digests!.LengthBytes);
                Assert.Null(result.Video);
            }
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_no_video_by_its_first_bytes_never_reaches_ffmpeg()
    {
        await using var hasher = Clips.Open();
        var text = await hasher.HashAsync(Encoding.ASCII.GetBytes("#EXTM3U\nfile:///etc/passwd\n"));
        var empty = await hasher.HashAsync([]);
        Assert.Equal((MediaOutcome.NotMedia, MediaFormat.Unknown), (text.Outcome, text.Format));
        Assert.Equal(MediaOutcome.Empty, empty.Outcome);
        Assert.NotNull(text.Digests);
        Assert.NotNull(empty.Digests);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("mkv", "libx264")]
    [InlineData("webm", "libvpx-vp9")]
    [InlineData("webm", "libvpx")]
    [InlineData("avi", "mpeg4")]
    [InlineData("mpg", "mpeg2video")]
    [InlineData("ts", "libx264")]
    [InlineData("flv", "flv")]
    [InlineData("wmv", "wmv2")]
    [InlineData("ogv", "libtheora")]
    [InlineData("mov", "prores_ks")]
    [InlineData("mp4", "libx265")]
    [InlineData("mkv", "libaom-av1")]
    [InlineData("mov", "mjpeg")]
    public async Task Every_usual_container_and_codec_is_read(string extension, string codec)
    {
        await using var hasher = Clips.Open();
        string[] quick = codec switch
        {
            "libaom-av1" => ["-cpu-used", "8", "-strict", "experimental"],
            "libx265" => ["-preset", "ultrafast", "-x265-params", "log-level=none"],
            _ => [],
        };
        var clip = Clips.Make(
            extension,
            [.. Clips.Lavfi("testsrc2=duration=1:size=160x120:rate=25"), "-c:v", codec, .. quick]
        );
        Assert.True(VideoHasher.IsVideo(clip.AsSpan(0, VideoHasher.SniffBytes)));
        var result = await hasher.HashAsync(clip, EveryFrame with { Tmk = true });
        Assert.Equal((MediaOutcome.Done, false), (result.Outcome, result.Truncated));
        Assert.Equal((160, 120, 25), (result.Width, result.Height, result.Frames));
    }

    [Fact(Timeout = 300_000)]
    public async Task Changed_bytes_cost_at_most_their_own_result()
    {
        await using var hasher = Clips.Open();
        var random = Effort.NewRandom();
        var good = Clips.Pattern(seconds: 0.5, size: "64x48");
        var expected = (await hasher.HashAsync(good, EveryFrame)).Hashes;
        var outcomes = new Dictionary<MediaOutcome, int>();
        for (var i = 0; i < Effort.Of(100); i++)
        {
            var bad = (byte[])good.Clone();
            for (var flips = random.Next(1, 30); flips > 0; flips--)
            {
                // The sniffer's own bytes stay, so that ffmpeg sees every file.
                bad[random.Next(32, bad.Length)] = (byte)random.Next(256);
            }
            var result = await hasher.HashAsync(bad, EveryFrame);
            outcomes[result.Outcome] = outcomes.GetValueOrDefault(result.Outcome) + 1;
            Assert.Equal(result.Outcome == MediaOutcome.Done, result.Hashes.Count > 0);
        }
        TestContext.Current.TestOutputHelper!.WriteLine(string.Join(", ", outcomes));
        Assert.Equal(expected, (await hasher.HashAsync(good, EveryFrame)).Hashes);
    }
}
