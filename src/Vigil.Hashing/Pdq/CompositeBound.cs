using System.Runtime.Intrinsics;

namespace Vigil.Hashing.Pdq;

/// <summary>
/// How far the reference's coefficients and samples can lie from the composite path's, and what is certain in
/// spite of it. DESIGN.md beside this file has the proof, section 6.
/// </summary>
internal sealed class CompositeBound
{
    private const int Side = PdqTransform.Side;
    private const int Samples = BoxWindow.Samples;
    private const int Lanes = 8;
    private const double Unit = CompositeAxis.Unit;

    /// <summary>Quality is cut at 100, and the sum of all steps is divided by 90.</summary>
    private const int FullQualitySteps = 100 * 90;

    /// <summary>Luma 3, and one division in each of the four passes.</summary>
    private const int RoundingsOfReference = 7;

    /// <summary>For terms of second order, which are millions of times smaller than those of first.</summary>
    private const double Allowance = 1.001;

    /// <summary>a_i: sum of |D_ik| over the 64 samples.</summary>
    private static readonly double[] Weight = new double[Side];

    /// <summary>Sum over k of |D_i0| + ... + |D_ik|: the most that any picture within 1 adds up to.</summary>
    private static readonly double[] WayOfAny = new double[Side];

    private readonly float[] _ways = new float[Side];
    private readonly double[] _coefficient = new double[PdqTransform.Coefficients];

    static CompositeBound()
    {
        for (var i = 0; i < Side; i++)
        {
            foreach (var value in PdqTransform.Row(i))
            {
                Weight[i] += Math.Abs(value);
                WayOfAny[i] += Weight[i];
            }
        }
    }

    /// <summary>
    /// epsilon: the most that each of the reference's 256 coefficients can differ from the composite path's.
    /// </summary>
    public ReadOnlySpan<double> Coefficient => _coefficient;

    /// <summary>Delta: the same for the samples of the 64x64 picture.</summary>
    public double Sample { get; private set; }

    /// <summary>Makes <see cref="Sample"/>.</summary>
    /// <param name="downscaler">After the picture.</param>
    public void SetSample(CompositeDownscaler downscaler) =>
        Sample = downscaler.Along.SampleDrift + downscaler.Down.SampleDrift + Everywhere(downscaler);

    /// <summary>s: what rounding that does not stay adds at any place.</summary>
    private static double Everywhere(CompositeDownscaler downscaler) =>
        Unit * CompositeAxis.ValueCap * (downscaler.Roundings + RoundingsOfReference) * Allowance;

    /// <summary>Makes <see cref="Coefficient"/>, after <see cref="SetSample"/>.</summary>
    /// <param name="downscaler">After the picture.</param>
    /// <param name="small">The composite path's 64x64 picture.</param>
    /// <param name="half">D times it, 16 rows of 64.</param>
    public void SetCoefficients(
        CompositeDownscaler downscaler,
        ReadOnlySpan<float> small,
        ReadOnlySpan<float> half
    )
    {
        var (along, down) = (downscaler.Along, downscaler.Down);
        var everywhere = Everywhere(downscaler);
        PdqTransform.LongestWays(small, _ways);
        var high = Range(small).High + Sample;
        for (var i = 0; i < Side; i++)
        {
            var row = half.Slice(i * Samples, Samples);
            var first = Unit * Allowance * (_ways[i] + Sample * WayOfAny[i] + high * Weight[i]);
            var (least, most) = Range(row);
            var largest = Math.Max(-least, most) + Weight[i] * Sample + 2 * first;
            for (var j = 0; j < Side; j++)
            {
                var second = Unit * Allowance * largest * (WayOfAny[j] + Weight[j]);
                // Both transforms round: the reference's and this one's.
                _coefficient[i * Side + j] =
                    Weight[i] * along.Drift[j]
                    + Weight[j] * down.Drift[i]
                    + Weight[i] * Weight[j] * everywhere
                    + 2 * (Weight[j] * first + second);
            }
        }
    }

    /// <param name="values">A multiple of 16, none of them NaN.</param>
    internal static (double Low, double High) Range(ReadOnlySpan<float> values)
    {
        var (low, high) = (Vector256.Create(values), Vector256.Create(values));
        var (otherLow, otherHigh) = (low, high);
        for (var k = 0; k < values.Length; k += 2 * Lanes)
        {
            var (one, other) = (Vector256.Create(values[k..]), Vector256.Create(values[(k + Lanes)..]));
            (low, high) = (Vector256.Min(low, one), Vector256.Max(high, one));
            (otherLow, otherHigh) = (Vector256.Min(otherLow, other), Vector256.Max(otherHigh, other));
        }
        (low, high) = (Vector256.Min(low, otherLow), Vector256.Max(high, otherHigh));
        var (least, most) = (low[0], high[0]);
        for (var lane = 1; lane < Lanes; lane++)
        {
            (least, most) = (Math.Min(least, low[lane]), Math.Max(most, high[lane]));
        }
        return (least, most);
    }

    /// <summary>
    /// True when the reference's bits are those of <paramref name="dct"/>: every coefficient above the median
    /// stays above every other one, wherever within its bound each may be.
    /// </summary>
    public bool DecidesBits(ReadOnlySpan<float> dct)
    {
        var median = PdqTransform.LowerMedian(dct);
        var (above, lowestAbove, highestBelow) = (0, double.PositiveInfinity, double.NegativeInfinity);
        for (var k = 0; k < dct.Length; k++)
        {
            if (dct[k] > median)
            {
                above++;
                lowestAbove = Math.Min(lowestAbove, dct[k] - _coefficient[k]);
            }
            else
            {
                highestBelow = Math.Max(highestBelow, dct[k] + _coefficient[k]);
            }
        }
        return above == dct.Length / 2 && lowestAbove > highestBelow;
    }

    /// <summary>
    /// True when the reference's quality is 100: the steps between neighbours reach that even if each of them
    /// is as small as the bound allows.
    /// </summary>
    /// <param name="small">The composite path's 64x64 picture.</param>
    public bool DecidesFullQuality(ReadOnlySpan<float> small) =>
        PdqGradient.LeastSteps(small, (float)(2 * Sample * Allowance + 1e-3)) >= FullQualitySteps;
}
