using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vigil.Hashing.Pdq;
using Vigil.Hashing.Tmk;

namespace Vigil.Hashing;

/// <summary>
/// TMK+PDQF of a video, frame by frame, equal to the reference (facebook/ThreatExchange, tmk/cpp) to the bit on
/// equal frames and on the same C library's sine and cosine. Its memory does not grow with the video. Not
/// for use by two threads at once.
/// </summary>
public sealed class TmkHasher
{
    /// <summary>Pixels on each side of the frames that are hashed.</summary>
    public const int FrameSide = BoxWindow.Samples;

    /// <summary>Frames a second that the video is brought to before hashing.</summary>
    public const int FramesPerSecond = 15;

    private const int Lanes = 8;

    private readonly float[] _luma = new float[FrameSide * FrameSide];
    private readonly float[] _half = new float[PdqTransform.Side * FrameSide];
    private readonly float[] _feature = new float[TmkShape.Dimensions];
    private readonly float[] _average = new float[TmkShape.Dimensions];
    private readonly float[] _cosines = new float[TmkShape.Floats];
    private readonly float[] _sines = new float[TmkShape.Floats];

    /// <summary>Frames so far.</summary>
    public int Frames { get; private set; }

    /// <summary>The next frame.</summary>
    /// <param name="frame">64x64 pixels.</param>
    /// <exception cref="ArgumentException">Another size: the video's decoder scales.</exception>
    public void Add(PixelView frame)
    {
        if (frame.Width != FrameSide || frame.Height != FrameSide)
        {
            throw new ArgumentException(
                $"TMK takes frames of {FrameSide}x{FrameSide} pixels, not {frame.Width}x{frame.Height}.",
                nameof(frame)
            );
        }
        LumaRow.Whole(frame, _luma);
        PdqTransform.Dct(_luma, _half, _feature);
        for (var k = 0; k < TmkShape.Dimensions; k++)
        {
            _average[k] += _feature[k];
        }
        Normalise(_feature);
        for (var period = 0; period < TmkShape.Periods; period++)
        {
            AddWaves(period);
        }
        Frames++;
    }

    /// <summary>The hash of all frames; the hasher is ready for the next video.</summary>
    /// <exception cref="InvalidOperationException">There was no frame.</exception>
    public TmkHash Finish()
    {
        if (Frames == 0)
        {
            throw new InvalidOperationException("A video without a frame has no TMK hash.");
        }
        Divide(_average, Frames);
        for (var wave = 0; wave < TmkShape.Periods * TmkShape.Waves; wave++)
        {
            Finish(_cosines.AsSpan(wave * TmkShape.Dimensions, TmkShape.Dimensions), wave % TmkShape.Waves);
            Finish(_sines.AsSpan(wave * TmkShape.Dimensions, TmkShape.Dimensions), wave % TmkShape.Waves);
        }
        var hash = new TmkHash(Frames, [.. _average], [.. _cosines], [.. _sines]);
        Array.Clear(_average);
        Array.Clear(_cosines);
        Array.Clear(_sines);
        Frames = 0;
        return hash;
    }

    private void AddWaves(int period)
    {
        var first = period * TmkShape.Waves * TmkShape.Dimensions;
        for (var k = 0; k < TmkShape.Dimensions; k++)
        {
            _cosines[first + k] += _feature[k];
        }
        for (var j = 1; j < TmkShape.Waves; j++)
        {
            // In the reference's order of operations: the last bit of the angle reaches the file.
            var angle = 2.0 * Math.PI * j * Frames / TmkShape.PeriodFrames[period];
            var at = first + j * TmkShape.Dimensions;
            AddScaled(_feature, Math.Cos(angle), _cosines.AsSpan(at, TmkShape.Dimensions));
            AddScaled(_feature, Math.Sin(angle), _sines.AsSpan(at, TmkShape.Dimensions));
        }
    }

    /// <summary>sum += value * factor: product and sum in double, each sum rounded to float, never fused.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddScaled(ReadOnlySpan<float> values, double factor, Span<float> sums)
    {
        var scale = Vector256.Create(factor);
        for (var k = 0; k < sums.Length; k += Lanes)
        {
            var (valueLow, valueHigh) = Vector256.Widen(Vector256.Create(values[k..]));
            var (sumLow, sumHigh) = Vector256.Widen(Vector256.Create<float>(sums[k..]));
            Vector256.Narrow(sumLow + valueLow * scale, sumHigh + valueHigh * scale).CopyTo(sums[k..]);
        }
    }

    private static void Finish(Span<float> wave, int index)
    {
        Normalise(wave);
        foreach (ref var value in wave)
        {
            value *= TmkShape.Roots[index];
        }
    }

    /// <summary>To length 1; a vector of zeros stays.</summary>
    private static void Normalise(Span<float> vector)
    {
        var norm = MathF.Sqrt(TmkMatch.Dot(vector, vector));
        if (norm > 0)
        {
            Divide(vector, norm);
        }
    }

    private static void Divide(Span<float> vector, float divisor)
    {
        foreach (ref var value in vector)
        {
            value /= divisor;
        }
    }
}
