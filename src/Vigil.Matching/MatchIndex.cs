using Vigil.Hashing;
using Vigil.Matching.Lists;

namespace Vigil.Matching;

/// <summary>What is known of a file that is looked up: digests, pictures (the file's own, upright, mirrored, frames ...), or both.</summary>
public sealed record Fingerprint
{
    public Digest? Md5 { get; init; }
    public Digest? Sha1 { get; init; }
    public Digest? Sha256 { get; init; }

    /// <summary>Every picture that stands for the file; a match reports which one by its index here.</summary>
    public IReadOnlyList<PdqResult> Pictures { get; init; } = [];
}

/// <summary>How strong a match is (see <see cref="MatchRules"/>), weakest first.</summary>
public enum MatchStrength
{
    /// <summary>One weak digest alone: a person must look.</summary>
    WeakDigest,

    /// <summary>Perceptual only: similar, never known.</summary>
    Similar,

    /// <summary>Fingerprints of one entry that contradict each other: a person must look, and an alarm.</summary>
    Contradiction,

    /// <summary>The same file, by SHA-256, by MD5 and SHA-1, or by one of them and a PDQ within 10 bits.</summary>
    Exact,

    /// <summary>Exact to a report-eligible entry, or SHA-256 equal to a file that a person here viewed in full.</summary>
    Known,
}

/// <summary>One entry that matched.</summary>
/// <param name="List">Index of the list in the order given to <see cref="MatchIndex.Build"/>.</param>
/// <param name="Entry">Index of the entry in that list.</param>
/// <param name="DistanceBits">Smallest distance of a picture to the entry's PDQ; null when PDQ did not match.</param>
/// <param name="Picture">Index of that picture in the fingerprint; null when PDQ did not match.</param>
public readonly record struct Match(
    int List,
    int Entry,
    MatchStrength Strength,
    int? DistanceBits,
    int? Picture
);

/// <summary>
/// An immutable snapshot of lists, searched exactly: every entry within its list's radius is found, always. Safe for
/// many threads. A scan for now; the interface stays when the engine for millions takes its place.
/// </summary>
public sealed class MatchIndex
{
    /// <summary>Lists in the order by which <see cref="Match.List"/> names them.</summary>
    public IReadOnlyList<SignalList> Lists => throw new NotSupportedException();

    public static MatchIndex Build(IReadOnlyList<SignalList> lists) => throw new NotSupportedException();

    /// <summary>All matching entries of all lists, strongest first, then by distance, list and entry.</summary>
    /// <param name="radius">Overrides every list's own radius; null: each list's own.</param>
    public IReadOnlyList<Match> Query(
        Fingerprint fingerprint,
        Radius? radius = null,
        CancellationToken cancellation = default
    ) => throw new NotSupportedException();
}
