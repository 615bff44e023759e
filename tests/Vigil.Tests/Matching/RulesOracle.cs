using Vigil.Hashing;
using Vigil.Matching;

namespace Vigil.Tests.Matching;

/// <summary>
/// The rules once more, as a list of sentences read from the top, sharing no code with the product: the first
/// that holds decides. Written from the definitions (exact, known, similar), not from the implementation.
/// </summary>
internal static class RulesOracle
{
    public static MatchStrength? Judge(
        bool?[] digests,
        int? distance,
        int pictureQuality,
        int? entryQuality,
        int radius,
        bool eligible,
        bool viewed
    )
    {
        var (md5, sha1, sha256) = (digests[0], digests[1], digests[2]);
        var equal = digests.Count(d => d is true);
        var different = digests.Count(d => d is false);
        var clear = pictureQuality >= 80 && (entryQuality ?? 100) >= 80;
        var (near, far) = (distance is <= 10, distance is > 63);

        (bool Holds, MatchStrength? Then)[] sentences =
        [
            (equal == 0 && !(distance is { } bits && bits <= radius), null),
            (equal > 0 && different > 0, MatchStrength.Contradiction),
            (equal > 0 && clear && far, MatchStrength.Contradiction),
            (viewed, MatchStrength.Known),
            (sha256 is true && eligible, MatchStrength.Known),
            (sha256 is true, MatchStrength.Exact),
            (md5 is true && sha1 is true && eligible, MatchStrength.Known),
            (md5 is true && sha1 is true, MatchStrength.Exact),
            (equal == 1 && clear && near && eligible, MatchStrength.Known),
            (equal == 1 && clear && near, MatchStrength.Exact),
            (distance is { } within && within <= radius, MatchStrength.Similar),
            (true, MatchStrength.WeakDigest),
        ];
        return sentences.First(sentence => sentence.Holds).Then;
    }

    public static DigestComparison Word(bool? equal) =>
        equal switch
        {
            null => DigestComparison.NotComparable,
            true => DigestComparison.Equal,
            false => DigestComparison.Different,
        };

    public static Quality? Of(int? quality) => quality is { } value ? new Quality(value) : null;
}
