namespace Vigil.Media;

/// <summary>Median and mean of the times of one thing done several times.</summary>
public readonly record struct Timing(TimeSpan Median, TimeSpan Mean);

/// <summary>
/// What decoding and hashing one picture takes, measured in a worker, on one thread, the ways to hash it in
/// turn in every round.
/// </summary>
public sealed record HashTimings
{
    public MediaFormat Format { get; init; }
    public int Width { get; init; }
    public int Height { get; init; }

    /// <summary>
    /// The library's decoder alone, to RGB or grey in memory; of other formats than JPEG with this program's
    /// handling.
    /// </summary>
    public Timing Decode { get; init; }

    /// <summary>The reference's loops as they stand, scalar.</summary>
    public Timing Plain { get; init; }

    /// <summary>The same operations in the same order, blocked and in vectors.</summary>
    public Timing Ordered { get; init; }

    /// <summary>Composite first, ordered after it where that left something open.</summary>
    public Timing Composite { get; init; }

    /// <summary>As the product hashes: whichever is expected to be faster.</summary>
    public Timing Automatic { get; init; }

    /// <summary>
    /// A JPEG's grey plane decoded and its eight hashes estimated; zero where that is not done.
    /// </summary>
    public Timing Grey { get; init; }

    /// <summary>
    /// Bits by which the farthest of the eight estimates is off; -1 where there are none.
    /// </summary>
    public int GreyBits { get; init; } = -1;

    /// <summary>The composite path was tried: the picture is not too large for it.</summary>
    public bool CompositeTried { get; init; }

    /// <summary>The composite path left nothing open.</summary>
    public bool CompositeDecided { get; init; }

    /// <summary>All four ways gave one hash and one quality.</summary>
    public bool Equal { get; init; }
}
