using Vigil.Cli.Output;
using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Media;

namespace Vigil.Cli.Lookups;

/// <summary>One entry that an input matched, in output's terms.</summary>
/// <param name="Entry">The matched hash for plain files, else the entry's id.</param>
/// <param name="Distance">Bits of 256; null when no picture matched.</param>
/// <param name="View"> Which reading of the picture matched; null for digests and for hashes given as text.
/// </param>
/// <param name="Part">Which piece of the picture matched.</param>
/// <param name="Segments">Of a video: from which second to which the entry matched; null for other
/// files.</param>
internal sealed record FoundEntry(
    string List,
    bool Test,
    string Entry,
    MatchStrength Strength,
    int? Distance,
    PictureView? View = null,
    Dihedral? Variant = null,
    PicturePart? Part = null,
    int? Frame = null,
    IReadOnlyList<VideoSegment>? Segments = null
);

/// <summary>What looking one input up gave.</summary>
/// <param name="Failure">The look-up is not complete: what was not found may still be there.</param>
internal sealed record LookupReport(string Input, IReadOnlyList<FoundEntry> Matches, Failure? Failure = null)
{
    /// <summary>Matches beyond the limit of one report.</summary>
    public int MatchesOmitted { get; init; }

    /// <summary>No picture format: looked up by digests only.</summary>
    public bool NotMedia { get; init; }

    /// <summary>The picture's data ends early; looked up by what decoded.</summary>
    public bool Truncated { get; init; }

    /// <summary>The picture's colours were not decoded: by its grey plane nothing was near.</summary>
    public bool ByGrey { get; init; }

    /// <summary>Remembered from an earlier run of the same scan.</summary>
    public bool Resumed { get; init; }

    public long Bytes { get; init; }

    /// <summary>Of all matches, also of those omitted; null when nothing matched.</summary>
    public MatchStrength? Strongest { get; init; }
}
