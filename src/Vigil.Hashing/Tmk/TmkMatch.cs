using System.Runtime.Intrinsics;
using Vigil.Hashing.Tmk;

namespace Vigil.Hashing;

/// <summary>How alike two videos are by TMK+PDQF, as the reference computes it.</summary>
public static class TmkMatch
{
    /// <summary>The published limit of either level: alike. Near-identical videos reach 0.9 and more.</summary>
    public const float DefaultThreshold = 0.7f;

    private const int Lanes = 8;

    /// <summary>Cosines of both halves of the angle steps of each period, made when first needed.</summary>
    private static readonly Lazy<OffsetTable[]> Offsets = new(
        () => [.. TmkShape.PeriodFrames.Select(OffsetTable.Make)],
        LazyThreadSafetyMode.ExecutionAndPublication
    );

    /// <summary>Cosine between the mean features, -1 to 1: quick, and blind to order in time.</summary>
    public static float Level1(TmkHash a, TmkHash b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var norms = MathF.Sqrt(Dot(a.Average, a.Average)) * MathF.Sqrt(Dot(b.Average, b.Average));
        return norms > 0 ? Dot(a.Average, b.Average) / norms : 0;
    }

    /// <summary>
    /// The best agreement of the two videos over every shift in time, 0 to 1: the largest value of the
    /// temporal kernel over all periods and all offsets of each.
    /// </summary>
    public static float Level2(TmkHash a, TmkHash b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var best = float.NegativeInfinity;
        for (var period = 0; period < TmkShape.Periods; period++)
        {
            best = MathF.Max(best, BestOfPeriod(a, b, period));
        }
        return best / TmkShape.Normaliser;
    }

    /// <summary>In float and in index order, as the reference adds.</summary>
    internal static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0f;
        for (var k = 0; k < a.Length; k++)
        {
            sum += a[k] * b[k];
        }
        return sum;
    }

    private static float BestOfPeriod(TmkHash a, TmkHash b, int period)
    {
        // K(delta) = c(0) + sum over j of cos(j delta) even(j) + sin(j delta) odd(j).
        Span<float> even = stackalloc float[TmkShape.Waves];
        Span<float> odd = stackalloc float[TmkShape.Waves];
        for (var j = 0; j < TmkShape.Waves; j++)
        {
            var at = (period * TmkShape.Waves + j) * TmkShape.Dimensions;
            var cosA = Wave(a.Cosines, at);
            var sinA = Wave(a.Sines, at);
            var cosB = Wave(b.Cosines, at);
            var sinB = Wave(b.Sines, at);
            even[j] = j == 0 ? Dot(cosA, cosB) : Dot(cosA, cosB) + Dot(sinA, sinB);
            odd[j] = j == 0 ? 0 : Dot(sinA, cosB) - Dot(cosA, sinB);
        }
        var table = Offsets.Value[period];
        var best = Vector256.Create(float.NegativeInfinity);
        for (var offset = 0; offset < table.Alpha.Length; offset += Lanes)
        {
            best = Vector256.Max(best, Kernel(table, offset, even, odd));
        }
        var most = best[0];
        for (var lane = 1; lane < Lanes; lane++)
        {
            most = MathF.Max(most, best[lane]);
        }
        return most;
    }

    private static ReadOnlySpan<float> Wave(float[] waves, int at) => waves.AsSpan(at, TmkShape.Dimensions);

    /// <summary>
    /// The kernel at eight offsets. Cosine and sine of j delta come from those of (j - 1) delta by the
    /// addition formulas, in float, as in the reference: its scores have their rounding.
    /// </summary>
    private static Vector256<float> Kernel(
        OffsetTable table,
        int offset,
        ReadOnlySpan<float> even,
        ReadOnlySpan<float> odd
    )
    {
        var alpha = Vector256.Create(table.Alpha.AsSpan(offset, Lanes));
        var beta = Vector256.Create(table.Beta.AsSpan(offset, Lanes));
        var (cos, sin) = (Vector256<float>.One, Vector256<float>.Zero);
        var kernel = Vector256.Create(even[0]);
        for (var j = 1; j < even.Length; j++)
        {
            var lessCos = alpha * cos + beta * sin;
            var lessSin = alpha * sin - beta * cos;
            cos -= lessCos;
            sin -= lessSin;
            kernel += cos * Vector256.Create(even[j]);
            kernel += sin * Vector256.Create(odd[j]);
        }
        return kernel;
    }

    /// <summary>
    /// beta = sin delta and alpha = 2 sin^2 (delta / 2) for each offset of a period, delta = 2 pi offset /
    /// period; filled up to whole vectors by offset 0, which changes no maximum.
    /// </summary>
    private sealed record OffsetTable(float[] Alpha, float[] Beta)
    {
        public static OffsetTable Make(int period)
        {
            var length = (period + Lanes - 1) / Lanes * Lanes;
            var (alpha, beta) = (new float[length], new float[length]);
            for (var offset = 0; offset < period; offset++)
            {
                var delta = (float)(2.0 * Math.PI * offset / period);
                var half = (float)Math.Sin(delta / 2);
                alpha[offset] = 2 * half * half;
                beta[offset] = (float)Math.Sin(delta);
            }
            return new OffsetTable(alpha, beta);
        }
    }
}
