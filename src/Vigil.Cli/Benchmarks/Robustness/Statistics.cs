namespace Vigil.Cli.Benchmarks.Robustness;

/// <summary>A share with what the truth lies between, at the stated confidence.</summary>
internal readonly record struct Interval(double Low, double High);

/// <summary>Binomial statistics.</summary>
internal static class Statistics
{
    /// <summary>Of all intervals of the report, both sides together.</summary>
    public const double Confidence = 0.95;

    /// <summary>
    /// The exact interval of Clopper and Pearson, "The use of confidence or fiducial limits illustrated in the case of
    /// the binomial", 1934: quantiles of the beta distribution.
    /// </summary>
    public static Interval ClopperPearson(long hits, long trials, double confidence = Confidence)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(hits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hits, trials);
        if (trials == 0)
        {
            return new Interval(0, 1);
        }
        var tail = (1 - confidence) / 2;
        return new Interval(
            hits == 0 ? 0 : BetaQuantile(tail, hits, trials - hits + 1),
            hits == trials ? 1 : BetaQuantile(1 - tail, hits + 1, trials - hits)
        );
    }

    /// <summary>
    /// How likely two unrelated hashes are within <paramref name="bits"/> of 256, if they differ like so many
    /// independent tosses of a coin: the cumulative binomial, continued between whole numbers.
    /// </summary>
    /// <param name="degrees">256 for ideal hashes, fewer where bits depend on each other.</param>
    public static double WithinBits(int bits, double degrees)
    {
        var tosses = bits * degrees / 256;
        return bits >= 256 ? 1 : IncompleteBeta(degrees - tosses, tosses + 1, 0.5);
    }

    /// <summary>The regularised incomplete beta function, by its continued fraction (DLMF 8.17.22).</summary>
    public static double IncompleteBeta(double a, double b, double x)
    {
        if (x is <= 0 or >= 1)
        {
            return x <= 0 ? 0 : 1;
        }
        // The fraction converges fast on this side of the mean only.
        if (x > (a + 1) / (a + b + 2))
        {
            return 1 - IncompleteBeta(b, a, 1 - x);
        }
        var front = Math.Exp(
            LogGamma(a + b) - LogGamma(a) - LogGamma(b) + a * Math.Log(x) + b * Math.Log(1 - x)
        );
        const double tiny = 1e-300;
        var (c, d) = (1.0, 1 / Kept(1 - (a + b) * x / (a + 1)));
        var fraction = d;
        for (var m = 1; m <= 10_000; m++)
        {
            var even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / Kept(1 + even * d);
            c = Kept(1 + even / c);
            fraction *= d * c;
            var odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / Kept(1 + odd * d);
            c = Kept(1 + odd / c);
            fraction *= d * c;
            if (Math.Abs(d * c - 1) < 1e-14)
            {
                break;
            }
        }
        return front * fraction / a;

        static double Kept(double value) => Math.Abs(value) < tiny ? tiny : value;
    }

    /// <summary>Stirling's series (DLMF 5.11.1), after stepping up to where it is exact to 1e-14.</summary>
    public static double LogGamma(double x)
    {
        var below = 0.0;
        for (; x < 15; x++)
        {
            below += Math.Log(x);
        }
        var square = 1 / (x * x);
        var series = (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680))) / x;
        return (x - 0.5) * Math.Log(x) - x + 0.5 * Math.Log(2 * Math.PI) + series - below;
    }

    private static double BetaQuantile(double share, double a, double b)
    {
        var (low, high) = (0.0, 1.0);
        // By halves of the exponent as well as of the value: bounds near zero keep their digits.
        for (var i = 0; i < 200; i++)
        {
            var middle = high < 1e-3 && low > 0 ? Math.Sqrt(low * high) : (low + high) / 2;
            if (IncompleteBeta(a, b, middle) < share)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }
        return (low + high) / 2;
    }
}
