namespace Vigil.Tests.Hashing;

/// <summary>
/// TMK+PDQF as the paper and the notes describe it, slow and obvious: what the fast code must equal to the bit.
/// The frame's feature comes from the slow PDQ of these tests.
/// </summary>
internal static class TmkReference
{
    public static readonly int[] Periods = [2731, 4391, 9767, 14653];

    /// <summary>The file's floats after its coefficients: mean, cosine features, sine features.</summary>
    public static List<float> Floats(IReadOnlyList<byte[]> frames, float[] coefficients)
    {
        var average = new float[256];
        var waves = new float[2][][];
        for (var kind = 0; kind < 2; kind++)
        {
            waves[kind] = [.. Enumerable.Range(0, 4 * 32).Select(_ => new float[256])];
        }
        for (var t = 0; t < frames.Count; t++)
        {
            var feature = PdqReference.Coefficients64(frames[t]);
            for (var k = 0; k < 256; k++)
            {
                average[k] += feature[k];
            }
            var unit = Unit(feature);
            for (var wave = 0; wave < 4 * 32; wave++)
            {
                var angle = 2.0 * Math.PI * (wave % 32) * t / Periods[wave / 32];
                for (var k = 0; k < 256; k++)
                {
                    waves[0][wave][k] = (float)(waves[0][wave][k] + unit[k] * Math.Cos(angle));
                    waves[1][wave][k] = (float)(waves[1][wave][k] + unit[k] * Math.Sin(angle));
                }
            }
        }
        var all = new List<float>(average.Select(value => value / frames.Count));
        foreach (var kind in waves)
        {
            for (var wave = 0; wave < kind.Length; wave++)
            {
                var root = MathF.Sqrt(coefficients[wave % 32]);
                all.AddRange(Unit(kind[wave]).Select(value => value * root));
            }
        }
        return all;
    }

    /// <summary>Level 2 by direct evaluation in double: what the recurrence approximates.</summary>
    public static double Level2(List<float> a, List<float> b, float[] coefficients)
    {
        var best = double.MinValue;
        for (var period = 0; period < 4; period++)
        {
            var (even, odd) = (new double[32], new double[32]);
            for (var j = 0; j < 32; j++)
            {
                var wave = period * 32 + j;
                var (cos, sin) = (256 + 256 * wave, 256 + 256 * (128 + wave));
                even[j] = Dot(a, b, cos, cos) + (j == 0 ? 0 : Dot(a, b, sin, sin));
                odd[j] = j == 0 ? 0 : Dot(a, b, sin, cos) - Dot(a, b, cos, sin);
            }
            for (var offset = 0; offset < Periods[period]; offset++)
            {
                var delta = 2 * Math.PI * offset / Periods[period];
                var kernel = 0.0;
                for (var j = 0; j < 32; j++)
                {
                    kernel += Math.Cos(j * delta) * even[j] + Math.Sin(j * delta) * odd[j];
                }
                best = Math.Max(best, kernel);
            }
        }
        return best / (2.0 * coefficients.Skip(1).Sum(c => (double)c) + coefficients[0]);
    }

    private static double Dot(List<float> a, List<float> b, int atA, int atB) =>
        Enumerable.Range(0, 256).Sum(k => (double)a[atA + k] * b[atB + k]);

    private static float[] Unit(float[] vector)
    {
        var sum = 0f;
        foreach (var value in vector)
        {
            sum += value * value;
        }
        var norm = MathF.Sqrt(sum);
        return norm > 0 ? [.. vector.Select(value => value / norm)] : vector;
    }
}
