using Vigil.Hashing;
using Vigil.Media;
using Vigil.Tests.Hashing;

namespace Vigil.Tests.Media.Video;

/// <summary>The algorithms' owners' files, from the clips to the hashes, through the sandbox.</summary>
public class VideoVectorTests
{
    private static readonly VideoRequest EveryFrame = new() { Sampling = FrameSampling.EveryFrame };

    public static TheoryData<string> ClipNames { get; } =
    ["chair-19-sd-bar", "chair-22-with-large-logo-bar", "pattern-hd-no-bar", "pattern-sd-grey-bar"];

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(ClipNames))]
    public async Task Every_clip_has_the_reference_s_vpdq_and_tmk_hashes(string clip)
    {
        await using var hasher = Clips.Open();
        var file = Clips.Reference(clip);

        var every = await hasher.HashAsync(file, EveryFrame with { Tmk = true });
        var second = await hasher.HashAsync(file);

        Assert.Equal((MediaOutcome.Done, false), (every.Outcome, every.Truncated));
        CompareVpdq(VpdqTests.Reference(clip), every);
        CompareVpdq(VpdqTests.Reference(clip, "vpdq-1s"), second);
        Assert.Equal(every.Frames, every.Video!.Features.Count);
        Assert.Equal(every.Frames, second.Frames);
        var reference = await File.ReadAllBytesAsync(
            SharedData.Need($"vectors/tmk/{clip}.tmk"),
            TestContext.Current.CancellationToken
        );
        Assert.True(reference.AsSpan().SequenceEqual(every.Video.Tmk!.ToBytes()), "the .tmk file differs");
    }

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(ClipNames))]
    public async Task The_same_streams_with_their_index_at_the_end_or_in_another_container_have_the_same_hashes(
        string name
    )
    {
        await using var hasher = Clips.Open();
        var clip = Clips.Reference(name);
        var first = Clips.Remux(clip, "mp4", "-movflags", "+faststart");
        var last = Clips.Remux(clip, "mp4");
        Assert.True(Index(first, "moov") < Index(first, "mdat"));
        Assert.True(Index(last, "moov") > Index(last, "mdat"));
        var request = EveryFrame with { Tmk = true };

        var original = await hasher.HashAsync(clip, request);
        foreach (var other in (byte[][])[first, last, Clips.Remux(clip, "mkv", "-an")])
        {
            var result = await hasher.HashAsync(other, request);
            Assert.Equal(MediaOutcome.Done, result.Outcome);
            Assert.Equal(
                original.Video!.Features.Select(feature => (feature.Frame, feature.Quality, feature.Hash)),
                result.Video!.Features.Select(feature => (feature.Frame, feature.Quality, feature.Hash))
            );
            Assert.All(
                original.Video.Features.Zip(result.Video.Features),
                pair => Assert.Equal(pair.First.Seconds, pair.Second.Seconds, 0.002)
            );
            Assert.Equal(original.Video.Tmk!.ToBytes(), result.Video.Tmk!.ToBytes());
        }

        static int Index(byte[] file, string box) => Clips.Boxes(file).IndexOf(box);
    }

    private static void CompareVpdq(IReadOnlyList<VpdqFeature> reference, MediaResult result)
    {
        var features = result.Video!.Features;
        Assert.Equal(reference.Count, features.Count);
        var worst = 0;
        var equal = 0;
        foreach (var (expected, actual) in reference.Zip(features))
        {
            Assert.Equal(expected.Frame, actual.Frame);
            Assert.Equal(expected.Seconds, actual.Seconds, 0.001);
            var distance = expected.Hash.DistanceTo(actual.Hash);
            equal += distance == 0 ? 1 : 0;
            if (expected.Quality >= Quality.DefaultFloor)
            {
                worst = Math.Max(worst, distance);
            }
        }
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{features.Count} frames, {equal} with the very same hash, {worst} bits at most"
        );
        Assert.InRange(worst, 0, 6);
    }
}
