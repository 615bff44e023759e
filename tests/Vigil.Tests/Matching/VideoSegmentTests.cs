using Vigil.Hashing;
using Vigil.Matching;

namespace Vigil.Tests.Matching;

public class VideoSegmentTests
{
    private static readonly PdqHash Entry = new(0, 0, 0, 0);

    /// <summary>A frame whose hash has so many bits that the entry has not.</summary>
    private static (double, PdqResult) Frame(double seconds, int distance, int quality = 100) =>
        (seconds, new PdqResult(new PdqHash((1UL << distance) - 1, 0, 0, 0), new Quality(quality)));

    [Fact]
    public void Matching_frames_that_follow_each_other_are_one_stretch_and_others_end_it()
    {
        var segments = VideoSegment.Find(
            Entry,
            new Radius(10),
            new Quality(50),
            [
                Frame(0, 11),
                Frame(1, 10),
                Frame(2, 3),
                Frame(3, 10, quality: 49),
                Frame(4, 0),
                Frame(5, 40),
                Frame(6, 1),
                Frame(9, 2),
            ]
        );
        Assert.Equal([new(1, 2, 3), new(4, 4, 0), new(6, 9, 1)], segments);
    }

    [Fact]
    public void Of_a_frame_s_mirrored_and_turned_readings_the_nearest_decides()
    {
        (double, PdqResult)[] frames = [Frame(0, 40), Frame(0, 4), Frame(0, 20), Frame(1, 40), Frame(1, 41)];
        Assert.Equal([new(0, 0, 4)], VideoSegment.Find(Entry, new Radius(10), new Quality(50), frames));
        Assert.Empty(VideoSegment.Find(Entry, new Radius(3), new Quality(50), frames));
        Assert.Empty(VideoSegment.Find(Entry, new Radius(3), new Quality(50), []));
    }

    [Fact]
    public void Stretches_are_bounded_and_the_last_takes_in_what_follows()
    {
        var flicker = Enumerable.Range(0, 3000).Select(second => Frame(second, second % 2 == 0 ? 1 : 40));
        var segments = VideoSegment.Find(Entry, new Radius(10), new Quality(50), flicker);
        Assert.Equal(VideoSegment.MaxSegments, segments.Count);
        Assert.Equal(2998, segments[^1].ToSeconds);
    }

    [Fact]
    public void Only_a_video_with_an_entry_that_has_a_picture_has_stretches()
    {
        var still = new Fingerprint { Pictures = [Frame(0, 1).Item2] };
        var video = still with { PictureSeconds = [7] };
        Assert.Null(VideoSegment.Find(Entry, new Radius(10), new Quality(50), still));
        Assert.Null(VideoSegment.Find(null, new Radius(10), new Quality(50), video));
        Assert.Equal([new(7, 7, 1)], VideoSegment.Find(Entry, new Radius(10), new Quality(50), video));
    }
}
