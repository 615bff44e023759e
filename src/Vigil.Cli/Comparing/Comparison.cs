using System.Text.Json;
using Vigil.Cli.Output;
using Vigil.Hashing;
using Vigil.Media;

namespace Vigil.Cli.Comparing;

/// <summary>One side of a comparison: pictures and digests, as many as are known.</summary>
internal sealed record Side(
    IReadOnlyList<FrameHash> Pictures,
    bool SaysQuality,
    IReadOnlyList<Digest> Digests,
    VideoFacts? Video = null
);

/// <summary>How far two files or hashes are apart.</summary>
/// <param name="Distance">Between the pictures as stored; null where one side has none.</param>
/// <param name="Best">The nearest of all views and symmetries.</param>
/// <param name="Equal">Digests that both sides have: algorithm and whether they are equal.</param>
internal sealed record Comparison(
    int? Distance,
    (int Distance, FrameHash A, FrameHash B)? Best,
    int? QualityA,
    int? QualityB,
    IReadOnlyList<(DigestAlgorithm Algorithm, bool Equal)> Equal
)
{
    /// <summary>Where both sides are videos.</summary>
    public VideoComparison? Videos { get; init; }

    public static Comparison Of(Side a, Side b, CancellationToken cancellation)
    {
        var equal = a
            .Digests.Join(
                b.Digests,
                digest => digest.Algorithm,
                digest => digest.Algorithm,
                (left, right) => (left.Algorithm, left == right)
            )
            .ToList();
        if (a.Pictures.Count == 0 || b.Pictures.Count == 0)
        {
            return new Comparison(null, null, QualityOf(a), QualityOf(b), equal)
            {
                Videos =
                    a.Video is { } left && b.Video is { } right
                        ? VideoComparison.Of(left, right, cancellation)
                        : null,
            };
        }
        // The symmetries of one side are enough: turning both only turns the pair.
        var best = a
            .Pictures.Where(hash => hash.Variant == Dihedral.Original)
            .SelectMany(left => b.Pictures.Select(right => (left.Hash.DistanceTo(right.Hash), left, right)))
            .MinBy(pair => pair.Item1);
        var plain = a.Pictures[0].Hash.DistanceTo(b.Pictures[0].Hash);
        return new Comparison(plain, best, QualityOf(a), QualityOf(b), equal);
    }

    public IEnumerable<string> Lines()
    {
        if (Distance is { } distance && Best is { } best)
        {
            yield return $"PDQ distance {distance} of {PdqHash.Bits} bits, as stored";
            yield return $"PDQ distance {best.Distance} at best: A {Describe(best.A)}, B {Describe(best.B)}";
            yield return $"quality A {QualityA?.ToString() ?? "not said"}, B {QualityB?.ToString() ?? "not said"}";
        }
        foreach (var line in Videos?.Lines() ?? [])
        {
            yield return line;
        }
        foreach (var (algorithm, equal) in Equal)
        {
            yield return $"{NameOf(algorithm)} {(equal ? "equal" : "different")}";
        }
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        if (Distance is { } distance && Best is { } best)
        {
            json.WriteNumber("distance", distance);
            json.WriteStartObject("best");
            json.WriteNumber("distance", best.Distance);
            json.WriteString("viewA", Advice.Kebab(best.A.View));
            json.WriteString("viewB", Advice.Kebab(best.B.View));
            json.WriteString("variant", best.B.Variant.ToString().ToLowerInvariant());
            json.WriteEndObject();
        }
        if (QualityA is { } qualityA)
        {
            json.WriteNumber("qualityA", qualityA);
        }

        if (QualityB is { } qualityB)
        {
            json.WriteNumber("qualityB", qualityB);
        }

        Videos?.WriteJson(json);
        json.WriteStartObject("equal");
        foreach (var (algorithm, equal) in Equal)
        {
            json.WriteBoolean(algorithm.ToString().ToLowerInvariant(), equal);
        }

        json.WriteEndObject();
    }

    private static int? QualityOf(Side side) =>
        side.SaysQuality && side.Pictures.Count > 0 ? side.Pictures[0].Quality.Value : null;

    private static string NameOf(DigestAlgorithm algorithm) =>
        algorithm switch
        {
            DigestAlgorithm.Md5 => "MD5",
            DigestAlgorithm.Sha1 => "SHA-1",
            DigestAlgorithm.Sha256 => "SHA-256",
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
        };

    private static string Describe(FrameHash hash) =>
        Advice.Kebab(hash.View)
        + (hash.Part == PicturePart.Whole ? "" : $", {Advice.Kebab(hash.Part)}")
        + (hash.Variant == Dihedral.Original ? "" : $", {hash.Variant.ToString().ToLowerInvariant()}");
}
