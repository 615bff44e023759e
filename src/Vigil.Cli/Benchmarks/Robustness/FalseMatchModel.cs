namespace Vigil.Cli.Benchmarks.Robustness;

/// <summary>
/// How likely an upload is to match one unrelated entry within a distance, also where no run can be large enough to see
/// it. Distances of unrelated hashes are taken for tosses of a coin, as many as the observed tail asks for (degrees of
/// freedom, Daugman, "How iris recognition works", 2004), once for each hash of the query. The degrees are the most for
/// which the model is nowhere below the upper bound of what was observed.
/// </summary>
internal sealed class FalseMatchModel
{
    /// <summary>
    /// Beyond the radii that are searched: from this share of all pairs on the middle begins, which says nothing of the
    /// tail.
    /// </summary>
    private const double TailShare = 1e-3;

    private FalseMatchModel(double degrees, double hashes) => (Degrees, Hashes) = (degrees, hashes);

    /// <summary>256 for ideal hashes.</summary>
    public double Degrees { get; }

    /// <summary>Hashes of a query, on average.</summary>
    public double Hashes { get; }

    public static FalseMatchModel Fit(Histogram unrelated, double hashes)
    {
        var degrees = 256.0;
        for (var bits = 0; bits < 128; bits++)
        {
            var seen = unrelated.Within(bits);
            if (seen > unrelated.Total * TailShare && bits > Matching.Radius.Max)
            {
                break;
            }
            if (seen > 0)
            {
                var bound = Statistics.ClopperPearson(seen, unrelated.Total).High;
                while (degrees > 1 && hashes * Statistics.WithinBits(bits, degrees) < bound)
                {
                    degrees -= 0.5;
                }
            }
        }
        return new FalseMatchModel(degrees, hashes);
    }

    /// <summary>The expected number of unrelated uploads in a million that match an entry of the list.</summary>
    public double PerMillion(int bits, long listSize)
    {
        var pair = Math.Min(1, Hashes * Statistics.WithinBits(bits, Degrees));
        // 1 - (1 - p)^n; below 1e-8 the first term is all that a double holds of it.
        return 1e6 * (pair < 1e-8 ? Math.Min(1, pair * listSize) : 1 - Math.Pow(1 - pair, listSize));
    }

    /// <summary>The widest radius with at most so many false matches; -1 where there is none.</summary>
    public int WidestBits(double perMillion, long listSize, int atMost)
    {
        var widest = -1;
        for (var bits = 0; bits <= atMost && PerMillion(bits, listSize) <= perMillion; bits++)
        {
            widest = bits;
        }
        return widest;
    }
}
