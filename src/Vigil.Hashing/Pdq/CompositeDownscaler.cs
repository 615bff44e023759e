using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Vigil.Hashing.Pdq;

/// <summary>
/// The filter and its decimation as one weighted sum a sample: rows of bytes are added up under each of the
/// 64 rows of samples, then 64 short sums along the result make its samples, luma included. Five times less
/// work than the ordered path, and other bits: <see cref="CompositeBound"/> says what they still decide.
/// </summary>
internal sealed unsafe class CompositeDownscaler
{
    /// <summary>Axes kept: pictures that follow each other are often of the same few sizes.</summary>
    private const int KeptAxes = 8;

    /// <summary>Rows that are added at once, so that a sum is loaded and stored once for them.</summary>
    private const int RowsAtOnce = 4;

    private const int Lanes = 8;

    /// <summary>Additions a lane goes through when a vector's are added up: pairs of pairs of pairs, or one
    /// after the other.</summary>
    private static readonly int AdditionsAcross = Avx.IsSupported ? 3 : Lanes;

    private const int Samples = BoxWindow.Samples;

    private readonly CompositeAxis[] _axes = new CompositeAxis[KeptAxes];
    private readonly PinnedFloats _sums = new();
    private readonly ExactRows _exact = new();
    private int _oldest;

    /// <summary>The axis of the last picture's rows.</summary>
    public CompositeAxis Along { get; private set; } = null!;

    /// <summary>The axis of the last picture's columns.</summary>
    public CompositeAxis Down { get; private set; } = null!;

    /// <summary>
    /// Roundings that a term of a sample's weighted sum goes through at most: its two weights, two products,
    /// and the additions after it.
    /// </summary>
    public int Roundings { get; private set; }

    /// <summary>Fills the 64x64 small picture, row by row, near the reference's but not equal.</summary>
    /// <param name="picture">5 pixels or more on each side; nothing is known of the error where one is longer than
    /// <see cref="CompositeAxis.MaxLength"/>.</param>
    /// <param name="small">4096 floats: luma, 0 to 255.</param>
    public void Downscale(PixelView picture, Span<float> small)
    {
        Along = Axis(picture.Width, inUse: null);
        Down = Axis(picture.Height, inUse: Along);
        var colour = picture.Layout == PixelLayout.Rgb24;
        var rowBytes = picture.Width * (int)picture.Layout;
        var stride = colour ? Along.ColourStride : Along.Stride;
        var weights = colour ? Along.ColourWeights : Along.Weights;
        Roundings = 2 + Down.Counts.Max() + 2 + stride / Lanes + AdditionsAcross;
        // What vectors read beyond the row stays zero.
        var sums = _sums.Zeroed(rowBytes + stride + Lanes);
        fixed (byte* pixels = picture.Pixels)
        fixed (float* allWeights = weights)
        {
            for (var row = 0; row < Samples; row++)
            {
                if (Down.IsWhole[row] && ExactRows.Can(Down.Window))
                {
                    _exact.Sum(pixels, picture, Down.Starts[row], Down.Window, sums, rowBytes);
                }
                else
                {
                    SumRows(pixels, picture, row, sums, rowBytes);
                }
                SumAlong(sums, allWeights, stride, (int)picture.Layout, small.Slice(row * Samples, Samples));
            }
        }
    }

    /// <summary>Made once for a length; the oldest that the picture does not need makes room.</summary>
    private CompositeAxis Axis(int length, CompositeAxis? inUse)
    {
        foreach (var axis in _axes)
        {
            if (axis?.Length == length)
            {
                return axis;
            }
        }
        do
        {
            _oldest = (_oldest + 1) % KeptAxes;
        } while (inUse is not null && _axes[_oldest] == inUse);
        var made = _axes[_oldest] ??= new CompositeAxis();
        made.Prepare(length);
        return made;
    }

    /// <summary>Weighted sums of the rows under one row of samples, a float for each byte of a row.</summary>
    // SAFETY: rows Starts to Starts + Counts - 1 are in the picture; a row past the last is the last with
    // weight zero.
    private void SumRows(byte* pixels, PixelView picture, int sample, float* sums, int rowBytes)
    {
        new Span<float>(sums, rowBytes).Clear();
        var count = Down.Counts[sample];
        var rows = stackalloc byte*[RowsAtOnce];
        fixed (float* weights = &Down.Weights[sample * Down.Stride])
        {
            for (var done = 0; done < count; done += RowsAtOnce)
            {
                for (var i = 0; i < RowsAtOnce; i++)
                {
                    var row = Down.Starts[sample] + Math.Min(done + i, count - 1);
                    rows[i] = pixels + (long)row * picture.StrideBytes;
                }
                AddRows(rows, weights + done, sums, rowBytes);
            }
        }
    }

    // SAFETY: whole vectors are read while they end within a row; the rest goes byte by byte.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AddRows(byte** rows, float* weights, float* sums, int rowBytes)
    {
        byte* a = rows[0],
            b = rows[1],
            c = rows[2],
            d = rows[3];
        var (wa, wb) = (Vector256.Create(weights[0]), Vector256.Create(weights[1]));
        var (wc, wd) = (Vector256.Create(weights[2]), Vector256.Create(weights[3]));
        var x = 0;
        for (; x + Lanes <= rowBytes; x += Lanes)
        {
            var sum = Vector256.Load(sums + x);
            sum = Vector256.MultiplyAddEstimate(Eight(a + x), wa, sum);
            sum = Vector256.MultiplyAddEstimate(Eight(b + x), wb, sum);
            sum = Vector256.MultiplyAddEstimate(Eight(c + x), wc, sum);
            sum = Vector256.MultiplyAddEstimate(Eight(d + x), wd, sum);
            sum.Store(sums + x);
        }
        for (; x < rowBytes; x++)
        {
            sums[x] = sums[x] + a[x] * weights[0] + b[x] * weights[1] + c[x] * weights[2] + d[x] * weights[3];
        }
    }

    // SAFETY: the caller has 8 readable bytes at source.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Eight(byte* source) =>
        Avx2.IsSupported
            ? Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(source))
            : LumaRow.EightGrey(source);

    // SAFETY: a sample's values start in the row; `stride` floats from there on were made by Zeroed above.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void SumAlong(float* sums, float* weights, int stride, int bytesPerPixel, Span<float> small)
    {
        for (var sample = 0; sample < Samples; sample++, weights += stride)
        {
            var from = sums + Along.Starts[sample] * bytesPerPixel;
            var sum = Vector256<float>.Zero;
            for (var x = 0; x < stride; x += Lanes)
            {
                sum = Vector256.MultiplyAddEstimate(
                    Vector256.Load(from + x),
                    Vector256.Load(weights + x),
                    sum
                );
            }
            small[sample] = Vector256.Sum(sum);
        }
    }
}
