namespace Vigil.Hashing.Tmk;

/// <summary>
/// The numbers TMK+PDQF fixes: four periods and 32 Fourier coefficients (Poullot et al., "Temporal Matching
/// Kernel with Explicit Feature Maps", ACM Multimedia 2015, beta = 32), and features of 256 floats.
/// </summary>
internal static class TmkShape
{
    public const int Periods = 4;

    /// <summary>Fourier coefficients a period, the constant included.</summary>
    public const int Waves = 32;

    /// <summary>Floats of a frame's feature: PDQ's 16x16 cosine transform before its signs are taken.</summary>
    public const int Dimensions = 256;

    /// <summary>Floats of all periods' cosine features, and as many of sine features.</summary>
    public const int Floats = Periods * Waves * Dimensions;

    private const double Beta = 32;

    /// <summary>Frames, at 15 a second.</summary>
    public static readonly int[] PeriodFrames = [2731, 4391, 9767, 14653];

    /// <summary>
    /// a(0) = (I(0, beta) - exp(-beta)) / (2 sinh beta), a(j) = I(j, beta) / sinh beta; I is the modified
    /// Bessel function of the first kind. In float, as the file has them.
    /// </summary>
    public static readonly float[] Coefficients = MakeCoefficients();

    /// <summary>Their square roots, which the features of a file are multiplied by.</summary>
    public static readonly float[] Roots = [.. Coefficients.Select(MathF.Sqrt)];

    /// <summary>What level 2 is divided by: a(0) + 2 (a(1) + a(2) + ...), rounded after each term.</summary>
    public static readonly float Normaliser = Coefficients
        .Skip(1)
        .Aggregate(Coefficients[0], (sum, coefficient) => (float)(sum + 2.0 * coefficient));

    private static float[] MakeCoefficients()
    {
        var coefficients = new float[Waves];
        var sinh = Math.Sinh(Beta);
        coefficients[0] = (float)((Bessel(0) - Math.Exp(-Beta)) / (2 * sinh));
        for (var j = 1; j < Waves; j++)
        {
            coefficients[j] = (float)(Bessel(j) / sinh);
        }
        return coefficients;
    }

    /// <summary>I(n, beta) = sum over k of (beta / 2)^(2k + n) / (k! (k + n)!): all terms positive.</summary>
    private static double Bessel(int n)
    {
        var term = 1.0;
        for (var k = 1; k <= n; k++)
        {
            term *= Beta / 2 / k;
        }
        var sum = term;
        for (var k = 1; term > sum * 1e-18; k++)
        {
            term *= Beta / 2 * (Beta / 2) / ((double)k * (k + n));
            sum += term;
        }
        return sum;
    }
}
