namespace Vigil.Matching;

/// <summary>How strong a match is (see <see cref="MatchRules"/>), weakest first.</summary>
public enum MatchStrength
{
    /// <summary>One weak digest alone: a person must look.</summary>
    WeakDigest,

    /// <summary>Perceptual only: similar, never known.</summary>
    Similar,

    /// <summary>
    /// Fingerprints of one entry that contradict each other: a person must look, and an alarm.
    /// </summary>
    Contradiction,

    /// <summary>
    /// The same file, by SHA-256, by MD5 and SHA-1, or by one of them and a PDQ within 10 bits.
    /// </summary>
    Exact,

    /// <summary>
    /// Exact to a report-eligible entry, or SHA-256 equal to a file that a person here viewed in full and
    /// confirmed.
    /// </summary>
    Known,
}

/// <summary>One entry that matched.</summary>
/// <param name="List">Index of the list in the order given to <see cref="MatchIndex.Build"/>.</param>
/// <param name="Entry">Index of the entry in that list.</param>
/// <param name="DistanceBits"> Smallest distance of a picture to the entry's PDQ; null when PDQ did not
/// match. </param>
/// <param name="Picture">Index of that picture in the fingerprint; null when PDQ did not match.</param>
public readonly record struct Match(
    int List,
    int Entry,
    MatchStrength Strength,
    int? DistanceBits,
    int? Picture
);
