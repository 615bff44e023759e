using Vigil.Hashing;

namespace Vigil.Media;

/// <summary>What a video has beside the hashes of its frames.</summary>
public sealed record VideoFacts
{
    /// <summary>When the last frame is shown, in seconds from the start; 0 where no frame was asked for.</summary>
    public double LastSeconds { get; init; }

    /// <summary>The picked frames with their times, in order: the vPDQ hash of the video.</summary>
    public IReadOnlyList<VpdqFeature> Features { get; init; } = [];

    /// <summary>Null where it was not asked for.</summary>
    public TmkHash? Tmk { get; init; }

    /// <summary>When the hashed frame of this number is shown.</summary>
    /// <exception cref="ArgumentOutOfRangeException">That frame was not hashed.</exception>
    public double SecondsOf(int frame)
    {
        var (low, high) = (0, Features.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = Features[middle].Frame.CompareTo(frame);
            if (order == 0)
            {
                return Features[middle].Seconds;
            }
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }
        throw new ArgumentOutOfRangeException(nameof(frame), frame, "Not a hashed frame.");
    }
}
