using Vigil.Hashing;

namespace Vigil.Matching;

/// <summary>A stretch of a video in which one entry matched, frame after hashed frame.</summary>
/// <param name="FromSeconds">When its first matching frame is shown.</param>
/// <param name="ToSeconds">When its last one is; the same as the first where it is one frame.</param>
/// <param name="DistanceBits">The smallest distance within it.</param>
public readonly record struct VideoSegment(double FromSeconds, double ToSeconds, int DistanceBits)
{
    /// <summary>Stretches of one entry that are told apart; what follows is put to the last.</summary>
    public const int MaxSegments = 1000;

    /// <summary>The same of a fingerprint; null where it is no video's, or the entry has no picture.</summary>
    public static IReadOnlyList<VideoSegment>? Find(
        PdqHash? entry,
        Radius radius,
        Quality floor,
        Fingerprint file
    )
    {
        ArgumentNullException.ThrowIfNull(file);
        return entry is { } picture && file.PictureSeconds is { } seconds
            ? Find(picture, radius, floor, seconds.Zip(file.Pictures))
            : null;
    }

    /// <summary>
    /// Where in a video an entry matches. A hashed frame that does not match ends a stretch; frames that were
    /// not hashed end none.
    /// </summary>
    /// <param name="entry">The entry's picture.</param>
    /// <param name="radius">Largest distance that matches.</param>
    /// <param name="floor">Frames of a lower quality do not match.</param>
    /// <param name="frames">All hashed pictures by rising time; those of one frame (mirrored, turned) follow
    /// each other.</param>
    public static IReadOnlyList<VideoSegment> Find(
        PdqHash entry,
        Radius radius,
        Quality floor,
        IEnumerable<(double Seconds, PdqResult Picture)> frames
    )
    {
        ArgumentNullException.ThrowIfNull(frames);
        var segments = new List<VideoSegment>();
        var open = false;
        foreach (var (seconds, best) in BestOfEachFrame(entry, floor, frames))
        {
            if (best > radius.Bits)
            {
                open = false;
                continue;
            }
            if (open || segments.Count == MaxSegments)
            {
                var last = segments[^1];
                segments[^1] = last with
                {
                    ToSeconds = seconds,
                    DistanceBits = Math.Min(last.DistanceBits, best),
                };
            }
            else
            {
                segments.Add(new VideoSegment(seconds, seconds, best));
            }
            open = true;
        }
        return segments;
    }

    private static IEnumerable<(double Seconds, int Distance)> BestOfEachFrame(
        PdqHash entry,
        Quality floor,
        IEnumerable<(double Seconds, PdqResult Picture)> frames
    )
    {
        (double Seconds, int Distance)? current = null;
        foreach (var (seconds, picture) in frames)
        {
            var distance = picture.Quality >= floor ? picture.Hash.DistanceTo(entry) : PdqHash.Bits + 1;
            if (current is { } frame && frame.Seconds == seconds)
            {
                current = (seconds, Math.Min(frame.Distance, distance));
                continue;
            }
            if (current is { } done)
            {
                yield return done;
            }
            current = (seconds, distance);
        }
        if (current is { } last)
        {
            yield return last;
        }
    }
}
