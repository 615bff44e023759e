using System.Buffers.Binary;
using Vigil.Media;
using Vigil.Tests.Media.Renditions;
using Vigil.Tests.Media.Sandbox;

namespace Vigil.Tests.Media.Video;

/// <summary>What a video sounds like, out of the real sandbox.</summary>
public class SoundTests
{
    [Theory(Timeout = 120_000)]
    [InlineData("mp4", "aac")]
    [InlineData("mkv", "libopus")]
    [InlineData("mkv", "libmp3lame")]
    [InlineData("mkv", "flac")]
    [InlineData("avi", "pcm_s16le")]
    public async Task A_tone_of_a_video_comes_out_as_one_channel_of_plain_samples(string format, string codec)
    {
        await using var renderer = Seen.Open(video: new VideoOptions());
        var sound = await SoundAsync(renderer, Tone(3, format, codec, 48_000));

        Assert.Equal((MediaOutcome.Done, false), (sound.Outcome, sound.IsCut));
        Assert.Equal(3, sound.Seconds, 0.15);
        Assert.Equal("RIFF"u8, sound.Wav.AsSpan(0, 4));
        Assert.Equal("WAVEfmt "u8, sound.Wav.AsSpan(8, 8));
        Assert.Equal(16_000, BinaryPrimitives.ReadInt32LittleEndian(sound.Wav.AsSpan(24)));
        Assert.Equal(sound.Wav.Length - 44, BinaryPrimitives.ReadInt32LittleEndian(sound.Wav.AsSpan(40)));
        // 440 a second: so many times it rises through nothing, in the second of the three.
        var rises = Enumerable
            .Range(16_000, 16_000)
            .Count(at => Sample(sound, at) < 0 && Sample(sound, at + 1) >= 0);
        Assert.InRange(rises, 435, 445);
    }

    [Fact(Timeout = 180_000)]
    public async Task What_is_longer_than_ten_minutes_is_cut_and_says_so()
    {
        await using var renderer = Seen.Open(video: new VideoOptions());
        var sound = await SoundAsync(renderer, Tone(603, "mkv", "pcm_s16le", 8000));
        Assert.Equal((true, 600.0), (sound.IsCut, sound.Seconds));
        Assert.Equal(VideoSound.HeaderBytes + VideoSound.MaxBytes, sound.Wav.Length);
        var whole = await SoundAsync(renderer, Tone(599, "mkv", "pcm_s16le", 8000));
        Assert.Equal((false, 599.0), (whole.IsCut, Math.Round(whole.Seconds)));
    }

    [Fact(Timeout = 120_000)]
    public async Task What_has_no_sound_or_attacks_its_decoder_costs_its_own_result_alone()
    {
        await using var renderer = Seen.Open(video: new VideoOptions());
        var silent = Clips.Make("mp4", [.. Clips.Lavfi("testsrc2=duration=1:size=64x64:rate=5")]);
        var dts = Tone(1, "mkv", "dca", 48_000, "-strict", "-2");
        (byte[] File, MediaOutcome Outcome)[] files =
        [
            (silent, MediaOutcome.Unsupported),
            // Of sound, but of a decoder that is not on the list.
            (dts, MediaOutcome.Unsupported),
            (Pools.Bmp(1), MediaOutcome.NotMedia),
            ([], MediaOutcome.Empty),
        ];
        foreach (var (file, outcome) in files)
        {
            var bad = await SoundAsync(renderer, file);
            Assert.Equal((outcome, 0), (bad.Outcome, bad.Wav.Length));
            Assert.NotEmpty(bad.Advice);
        }
        Assert.Contains("no sound", (await SoundAsync(renderer, silent)).Advice, StringComparison.Ordinal);
        var hurry = new VideoLimits { MaxWallTime = TimeSpan.FromMilliseconds(1) };
        await using var hurried = Seen.Open(video: new VideoOptions { Limits = hurry });
        var late = await SoundAsync(hurried, Tone(120, "mkv", "flac", 48_000));
        Assert.Equal((MediaOutcome.OutOfTime, 0), (late.Outcome, late.Wav.Length));
        Assert.Equal(MediaOutcome.Done, (await SoundAsync(renderer, Clips.Pattern(seconds: 1))).Outcome);
        Assert.Empty(Clips.Running());
    }

    [Fact(Timeout = 120_000)]
    public async Task Frames_are_picked_without_a_decoder_of_sound_and_sound_without_one_of_pictures()
    {
        await using var renderer = Seen.Open(video: new VideoOptions());
        // The pictures cannot be read; the sound can, and is not marked as damaged for it.
        var odd = Clips.Make(
            "mkv",
            [
                .. Clips.Lavfi("testsrc2=duration=1:size=64x64:rate=5"),
                .. Clips.Lavfi("sine=duration=1"),
                "-c:v",
                "snow",
                "-strict",
                "-2",
                "-c:a",
                "flac",
            ]
        );
        var strip = await renderer.StripAsync(
            new MemoryStream(odd),
            BlurLevel.None,
            Seen.Mark,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(MediaOutcome.Unsupported, strip.Outcome);
        var sound = await SoundAsync(renderer, odd);
        Assert.Equal((MediaOutcome.Done, false), (sound.Outcome, sound.Damaged));
    }

    private static Task<VideoSound> SoundAsync(Renderer renderer, byte[] clip) =>
        renderer.SoundAsync(new MemoryStream(clip), TestContext.Current.CancellationToken);

    private static short Sample(VideoSound sound, int at) =>
        BinaryPrimitives.ReadInt16LittleEndian(sound.Wav.AsSpan(VideoSound.HeaderBytes + 2 * at));

    private static byte[] Tone(int seconds, string format, string codec, int rate, params string[] more) =>
        Clips.Make(
            format,
            [
                .. Clips.Lavfi($"color=c=black:duration={seconds}:size=16x16:rate=1"),
                .. Clips.Lavfi($"sine=frequency=440:duration={seconds}:sample_rate={rate}"),
                "-c:v",
                "mpeg4",
                "-c:a",
                codec,
                .. more,
            ]
        );
}
