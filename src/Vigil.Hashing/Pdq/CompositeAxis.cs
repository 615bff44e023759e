namespace Vigil.Hashing.Pdq;

/// <summary>
/// Both means of one axis and the decimation as one weighted sum for each of the 64 samples, and how far the
/// reference's rounding along this axis can move what comes out. DESIGN.md beside this file has the proof;
/// the names are its names.
/// </summary>
internal sealed class CompositeAxis
{
    /// <summary>
    /// Longest axis for which the proof's bound on intermediate values holds; the drift beyond is too large
    /// to decide anything, and is not computed.
    /// </summary>
    public const int MaxLength = 2048;

    /// <summary>u: half a unit in the last place of 1.</summary>
    public const double Unit = 1.0 / (1 << 24);

    /// <summary>No mean and no luma exceeds this, rounding included (DESIGN.md, section 6).</summary>
    public const double ValueCap = 255.5;

    private const int Samples = BoxWindow.Samples;
    private const int Lanes = 8;

    /// <summary>The coefficients of luma as the reference has them: floats.</summary>
    private static readonly double[] Luma = [0.299f, 0.587f, 0.114f];

    private readonly double[] _first = new double[MaxLength + Samples];
    private readonly double[] _second = new double[MaxLength + Samples];
    private double[] _taps = [];

    public int Length { get; private set; }

    /// <summary>Place of each sample's first value.</summary>
    public int[] Starts { get; } = new int[Samples];

    /// <summary>Values each sample is made of, 2 windows - 1 or fewer.</summary>
    public int[] Counts { get; } = new int[Samples];

    /// <summary>Values in a full mean.</summary>
    public int Window { get; private set; }

    /// <summary>
    /// Whether a sample's means are all full: its weights are then 1, 2 to Window and down to 1 again, divided by
    /// the window's square.
    /// </summary>
    public bool[] IsWhole { get; } = new bool[Samples];

    /// <summary>Floats from one sample's weights to the next: whole vectors, zero behind the last.</summary>
    public int Stride { get; private set; }

    public float[] Weights { get; private set; } = [];

    /// <summary>The same times the luma coefficients, for interleaved red, green, blue.</summary>
    public int ColourStride { get; private set; }

    public float[] ColourWeights { get; private set; } = [];

    /// <summary>
    /// X_j: what rounding in the running sums of this axis moves cosine j of it by, at most, in both passes
    /// together and for one unit of weight along the other axis.
    /// </summary>
    public double[] Drift { get; } = new double[PdqTransform.Side];

    /// <summary>The same for one of the 64 samples.</summary>
    public double SampleDrift { get; private set; }

    public void Prepare(int length)
    {
        Length = length;
        var axis = new BoxWindow(length);
        Window = axis.Window;
        if (_taps.Length < 2 * axis.Window)
        {
            _taps = new double[2 * axis.Window];
        }
        Stride = RoundUp(2 * axis.Window - 1);
        ColourStride = RoundUp(3 * (2 * axis.Window - 1));
        if (ColourWeights.Length < Samples * ColourStride)
        {
            // Stride never exceeds ColourStride, and grows with it.
            Weights = new float[Samples * ColourStride];
            ColourWeights = new float[Samples * ColourStride];
        }
        Weights.AsSpan().Clear();
        ColourWeights.AsSpan().Clear();
        for (var sample = 0; sample < Samples; sample++)
        {
            Weigh(axis, sample);
        }
        if (length <= MaxLength)
        {
            BoundDrift(axis);
        }
    }

    private static int RoundUp(int count) => (count + Lanes - 1) / Lanes * Lanes;

    /// <summary>First and last value in the mean at place <paramref name="at"/>.</summary>
    private static (int First, int Last) Box(in BoxWindow axis, int at) =>
        (Math.Max(0, at + axis.Lead - axis.Window + 1), Math.Min(axis.Length - 1, at + axis.Lead));

    private static double CountAt(in BoxWindow axis, int at) => axis.CountAt(at + axis.Lead);

    /// <summary>
    /// The mean at the sample's place of the means around it: each value's share, in double, rounded once.
    /// </summary>
    private void Weigh(in BoxWindow axis, int sample)
    {
        var place = axis.SampleAt(sample);
        var (first, last) = Box(axis, place);
        var start = Box(axis, first).First;
        var count = Box(axis, last).Last - start + 1;
        var taps = _taps.AsSpan(0, count);
        taps.Clear();
        var isWhole = CountAt(axis, place) == axis.Window;
        for (var mean = first; mean <= last; mean++)
        {
            isWhole &= CountAt(axis, mean) == axis.Window;
            var share = 1 / (CountAt(axis, place) * CountAt(axis, mean));
            var (from, to) = Box(axis, mean);
            for (var value = from; value <= to; value++)
            {
                taps[value - start] += share;
            }
        }
        (Starts[sample], Counts[sample], IsWhole[sample]) = (start, count, isWhole);
        for (var tap = 0; tap < count; tap++)
        {
            Weights[sample * Stride + tap] = (float)taps[tap];
            for (var channel = 0; channel < Luma.Length; channel++)
            {
                ColourWeights[sample * ColourStride + 3 * tap + channel] = (float)(taps[tap] * Luma[channel]);
            }
        }
    }

    private void BoundDrift(in BoxWindow axis)
    {
        // Each step adds one value and takes one away: two roundings, each at most half the spacing of floats
        // at the largest sum there can be.
        var rounding = Unit * (BinadeOf(ValueCap * (axis.Window + 1)) + BinadeOf(ValueCap * axis.Window));
        for (var j = 0; j < PdqTransform.Side; j++)
        {
            Drift[j] = rounding * TailSums(axis, j);
        }
        var farthest = 0.0;
        for (var sample = 0; sample < Samples; sample++)
        {
            farthest = Math.Max(farthest, StepsBehind(axis, axis.SampleAt(sample)));
        }
        SampleDrift = rounding * farthest;
    }

    /// <summary>The largest power of two that is not above <paramref name="value"/>.</summary>
    private static double BinadeOf(double value) => Math.Pow(2, Math.Floor(Math.Log2(value)));

    /// <summary>
    /// Sum over all steps of |what one unit of error in the running sum from that step on adds to cosine j|,
    /// for the first pass and for the second.
    /// </summary>
    private double TailSums(in BoxWindow axis, int j)
    {
        var cosine = PdqTransform.Row(j);
        var first = _first.AsSpan(0, axis.Steps);
        var second = _second.AsSpan(0, axis.Steps);
        first.Clear();
        second.Clear();
        for (var sample = 0; sample < Samples; sample++)
        {
            var place = axis.SampleAt(sample);
            var weight = cosine[sample] / CountAt(axis, place);
            second[place + axis.Lead] += weight;
            var (from, to) = Box(axis, place);
            for (var mean = from; mean <= to; mean++)
            {
                first[mean + axis.Lead] += weight / CountAt(axis, mean);
            }
        }
        var (sum, tailOfFirst, tailOfSecond) = (0.0, 0.0, 0.0);
        for (var step = axis.Steps - 1; step >= 0; step--)
        {
            tailOfFirst += first[step];
            tailOfSecond += second[step];
            sum += Math.Abs(tailOfFirst) + Math.Abs(tailOfSecond);
        }
        return sum;
    }

    /// <summary>
    /// The same for a sample by itself: the steps that lie behind it, divided as it is, in either pass.
    /// </summary>
    private static double StepsBehind(in BoxWindow axis, int place)
    {
        var (from, to) = Box(axis, place);
        var (count, first) = (CountAt(axis, place), 0.0);
        for (var mean = from; mean <= to; mean++)
        {
            first += (mean + axis.Lead + 1) / (CountAt(axis, mean) * count);
        }
        return first + (place + axis.Lead + 1) / count;
    }
}
