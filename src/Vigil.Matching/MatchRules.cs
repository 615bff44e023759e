using Vigil.Hashing;

namespace Vigil.Matching;

/// <summary>How the file's digest of one algorithm stands to the entry's.</summary>
public enum DigestComparison
{
    /// <summary>One side or the other has none.</summary>
    NotComparable,
    Equal,
    Different,
}

/// <summary>
/// All that <see cref="MatchRules.Classify"/> looks at: one file beside one entry of one list.
/// </summary>
public readonly record struct Evidence
{
    public DigestComparison Md5 { get; init; }
    public DigestComparison Sha1 { get; init; }
    public DigestComparison Sha256 { get; init; }

    /// <summary>Bits between the picture and the entry's PDQ; null when they were not compared.</summary>
    public int? DistanceBits { get; init; }

    /// <summary>Quality of the picture that was compared.</summary>
    public Quality PictureQuality { get; init; }

    /// <summary>It is a piece of the file's picture: <see cref="Fingerprint.WholePictures"/>.</summary>
    public bool IsPiece { get; init; }

    /// <summary>Quality of the entry's PDQ where its source says it.</summary>
    public Quality? EntryQuality { get; init; }

    /// <summary>The radius in force: the list's own or its override.</summary>
    public Radius Radius { get; init; }

    /// <summary><see cref="Lists.ListInfo.IsReportEligible"/> of the entry's list.</summary>
    public bool IsReportEligible { get; init; }

    /// <summary>The file's SHA-256 equals that of a file which a person here viewed in full and confirmed.</summary>
    public bool WasViewedHere { get; init; }
}

/// <summary>The one place that tells exact, known and similar apart.</summary>
public static class MatchRules
{
    /// <summary>
    /// Distance up to which PDQ corroborates a weak digest: what PDQ's owners allow two decoders of the same
    /// file (pdq/README: within 10 bits where quality is at least 80).
    /// </summary>
    public const int CorroboratingBits = 10;

    /// <summary>How the file matches the entry; null when it does not. The README has the table.</summary>
    public static MatchStrength? Classify(in Evidence evidence)
    {
        var anyEqual = Any(evidence, DigestComparison.Equal);
        // Different digests alone contradict nothing: another encoding of the same picture has others.
        if (anyEqual && (Any(evidence, DigestComparison.Different) || PicturesContradict(evidence)))
        {
            return MatchStrength.Contradiction;
        }

        var exact =
            evidence.Sha256 == DigestComparison.Equal
            || (evidence.Md5 == DigestComparison.Equal && evidence.Sha1 == DigestComparison.Equal)
            || Corroborates(evidence);
        MatchStrength? strength = exact
            ? evidence.IsReportEligible
                ? MatchStrength.Known
                : MatchStrength.Exact
            : evidence.DistanceBits <= evidence.Radius.Bits
                ? MatchStrength.Similar
                : anyEqual
                    ? MatchStrength.WeakDigest
                    : null;
        return evidence.WasViewedHere && strength is { } found
            ? OfViewed(found, anyEqual, evidence.IsPiece)
            : strength;
    }

    /// <summary>
    /// What a match becomes where the file's SHA-256 equals that of a file which a person here viewed in full and
    /// confirmed: known, unless fingerprints contradict each other, or a piece of the picture alone is similar.
    /// </summary>
    /// <param name="found">How the file matches without that.</param>
    /// <param name="anyEqual">A digest equals the entry's.</param>
    /// <param name="isPiece">The picture that is similar is a piece of the file's.</param>
    public static MatchStrength OfViewed(MatchStrength found, bool anyEqual, bool isPiece) =>
        found == MatchStrength.Contradiction || (!anyEqual && isPiece) ? found : MatchStrength.Known;

    /// <summary>
    /// Of several pictures that stand for one file the one with the lowest rank is the evidence: one that
    /// corroborates, else one that is near at all, else a clear one. A file contradicts an entry only when no
    /// picture is near.
    /// </summary>
    internal static int PictureRank(in Evidence evidence)
    {
        if (evidence.IsPiece)
        {
            // It says nothing of the file as a whole: only where nothing else speaks it is heard before the far ones.
            return IsFar(evidence) || Any(evidence, DigestComparison.Equal) ? 4 : 1;
        }
        if (Corroborates(evidence))
        {
            return 0;
        }
        if (!IsFar(evidence))
        {
            return 1;
        }
        return IsClear(evidence) ? 2 : 3;
    }

    private static bool Any(in Evidence evidence, DigestComparison comparison) =>
        evidence.Md5 == comparison || evidence.Sha1 == comparison || evidence.Sha256 == comparison;

    private static bool Corroborates(in Evidence evidence) =>
        Any(evidence, DigestComparison.Equal)
        && IsClear(evidence)
        && !evidence.IsPiece
        && evidence.DistanceBits <= CorroboratingBits;

    private static bool PicturesContradict(in Evidence evidence) =>
        IsClear(evidence) && IsFar(evidence) && !evidence.IsPiece;

    private static bool IsClear(in Evidence evidence) =>
        evidence.PictureQuality >= Quality.Corroborating
        && (evidence.EntryQuality is not { } quality || quality >= Quality.Corroborating);

    /// <summary>
    /// Beyond what two PDQ programs make of one file: with and without the pre-resize to 512x512 they were up
    /// to 56 bits apart on 102 pictures. Unrelated pictures are 128 bits apart, give or take 8.
    /// </summary>
    private static bool IsFar(in Evidence evidence) => evidence.DistanceBits > Radius.Max;
}
