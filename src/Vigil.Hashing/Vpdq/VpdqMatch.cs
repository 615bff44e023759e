namespace Vigil.Hashing;

/// <summary>The two published ways to compare vPDQ hashes; they count a little differently.</summary>
public enum VpdqFormula
{
    /// <summary>
    /// The reference's C++ program: a frame matches at a distance *below* the limit; all frames count.
    /// </summary>
    Program,

    /// <summary>
    /// python-threatexchange and HMA: a frame matches at a distance *up to* the limit; of frames with equal
    /// hashes only the first counts.
    /// </summary>
    Exchange,
}

/// <summary>How much of either video is in the other.</summary>
/// <param name="QueryPercent">Frames of the query with a near frame in the target, in percent.</param>
/// <param name="TargetPercent">Frames of the target with a near frame in the query, in percent.</param>
/// <param name="QueryFrames">Frames of the query that counted: good enough, and not repeated.</param>
/// <param name="TargetFrames">The same of the target.</param>
public readonly record struct VpdqScore(
    double QueryPercent,
    double TargetPercent,
    int QueryFrames,
    int TargetFrames
)
{
    /// <summary>Both percentages reach their limits. Published: query 80, target 0.</summary>
    public bool Reaches(double queryPercent, double targetPercent) =>
        QueryFrames > 0 && TargetFrames > 0 && QueryPercent >= queryPercent && TargetPercent >= targetPercent;
}

/// <summary>
/// Compares vPDQ hashes frame by frame, every frame with every frame: exact, and quadratic in the number of
/// frames (facebook/ThreatExchange, vpdq: matchTwoHash and the python extension).
/// </summary>
public static class VpdqMatch
{
    /// <summary>The published limit of distance.</summary>
    public const int DefaultDistanceBits = 31;

    /// <summary>The score of a pair of videos; 0 and 0 where one side has no frame that counts.</summary>
    /// <param name="distanceBits">0 to 256; see <see cref="VpdqFormula"/> for whether it belongs to the
    /// match.</param>
    /// <param name="floor">Frames of a lower quality do not count. Published: 50.</param>
    public static VpdqScore Score(
        IReadOnlyList<VpdqFeature> query,
        IReadOnlyList<VpdqFeature> target,
        VpdqFormula formula = VpdqFormula.Program,
        int distanceBits = DefaultDistanceBits,
        Quality? floor = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfNegative(distanceBits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(distanceBits, PdqHash.Bits);
        var lowest = floor ?? Quality.DefaultFloor;
        var (left, right) = (Counting(query, formula, lowest), Counting(target, formula, lowest));
        if (left.Length == 0 || right.Length == 0)
        {
            return new VpdqScore(0, 0, left.Length, right.Length);
        }
        var most = formula == VpdqFormula.Program ? distanceBits - 1 : distanceBits;
        return new VpdqScore(
            100.0 * Near(left, right, most, cancellation) / left.Length,
            100.0 * Near(right, left, most, cancellation) / right.Length,
            left.Length,
            right.Length
        );
    }

    /// <summary>
    /// The hashes that count. The first of equal ones decides about their quality, as in the extension.
    /// </summary>
    private static PdqHash[] Counting(IReadOnlyList<VpdqFeature> features, VpdqFormula formula, Quality floor)
    {
        var seen = formula == VpdqFormula.Exchange ? new HashSet<PdqHash>(features.Count) : null;
        var counting = new List<PdqHash>(features.Count);
        foreach (var feature in features)
        {
            if ((seen is null || seen.Add(feature.Hash)) && feature.Quality >= floor)
            {
                counting.Add(feature.Hash);
            }
        }
        return [.. counting];
    }

    /// <summary>How many of <paramref name="hashes"/> have one of <paramref name="others"/> near.</summary>
    private static int Near(PdqHash[] hashes, PdqHash[] others, int mostBits, CancellationToken cancellation)
    {
        var near = 0;
        foreach (var hash in hashes)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (ref readonly var other in others.AsSpan())
            {
                if (hash.DistanceTo(other) <= mostBits)
                {
                    near++;
                    break;
                }
            }
        }
        return near;
    }
}
