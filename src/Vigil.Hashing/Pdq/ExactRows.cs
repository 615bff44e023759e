using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Vigil.Hashing.Pdq;

/// <summary>
/// The weighted sum of the rows under one row of samples whose means are all full. Its weights are 1, 2 to w and
/// down to 1 over w squared, so that up to w = 16 the sum before it is divided is a whole number of 16 bits:
/// w * w * 255 is at most 65,280. Nothing is rounded until the one product with 1 / (w * w).
/// </summary>
internal sealed unsafe class ExactRows
{
    private const int MaxWindow = 16;

    /// <summary>Rows that are added at once.</summary>
    private const int RowsAtOnce = 4;

    /// <summary>Bytes of a row that a vector holds.</summary>
    private const int Block = 32;

    private const int Lanes = 8;

    private ushort[] _sums = [];

    public static bool Can(int window) => Avx2.IsSupported && window <= MaxWindow;

    /// <summary>Fills <paramref name="sums"/>, a float for each byte of a row, 0 to 255.</summary>
    /// <param name="pixels">The picture's first byte.</param>
    /// <param name="start">The first of 2 windows - 1 rows; all are in the picture.</param>
    /// <param name="window">One that <see cref="Can"/> takes.</param>
    public void Sum(byte* pixels, PixelView picture, int start, int window, float* sums, int rowBytes)
    {
        if (_sums.Length < rowBytes)
        {
            _sums = GC.AllocateUninitializedArray<ushort>(rowBytes, pinned: true);
        }
        _sums.AsSpan(0, rowBytes).Clear();
        var count = 2 * window - 1;
        var rows = stackalloc byte*[RowsAtOnce];
        var weights = stackalloc byte[RowsAtOnce];
        fixed (ushort* whole = _sums)
        {
            for (var done = 0; done < count; done += RowsAtOnce)
            {
                for (var i = 0; i < RowsAtOnce; i++)
                {
                    // A row past the last is the last once more, with weight zero.
                    var row = Math.Min(done + i, count - 1);
                    rows[i] = pixels + (long)(start + row) * picture.StrideBytes;
                    weights[i] = (byte)(done + i < count ? Math.Min(row + 1, count - row) : 0);
                }
                AddRows(rows, weights, whole, rowBytes);
            }
            Divide(whole, 1f / (window * window), sums, rowBytes);
        }
    }

    /// <summary>
    /// Within each whole block of 32 the sums stand as the unpacking leaves them: columns 0 to 7, 16 to 23, 8 to 15
    /// and 24 to 31.
    /// </summary>
    // SAFETY: whole vectors are read and written while they end within a row; the rest goes byte by byte. A weight
    // is at most 16, so a pair of products is at most 8,160 and two pairs are at most 16,320.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AddRows(byte** rows, byte* weights, ushort* sums, int rowBytes)
    {
        byte* a = rows[0],
            b = rows[1],
            c = rows[2],
            d = rows[3];
        var first = Vector256.Create((short)(weights[0] | (weights[1] << 8))).AsSByte();
        var second = Vector256.Create((short)(weights[2] | (weights[3] << 8))).AsSByte();
        var x = 0;
        for (; x + Block <= rowBytes; x += Block)
        {
            var (va, vb) = (Vector256.Load(a + x), Vector256.Load(b + x));
            var (vc, vd) = (Vector256.Load(c + x), Vector256.Load(d + x));
            var low =
                Avx2.MultiplyAddAdjacent(Avx2.UnpackLow(va, vb), first)
                + Avx2.MultiplyAddAdjacent(Avx2.UnpackLow(vc, vd), second);
            var high =
                Avx2.MultiplyAddAdjacent(Avx2.UnpackHigh(va, vb), first)
                + Avx2.MultiplyAddAdjacent(Avx2.UnpackHigh(vc, vd), second);
            (Vector256.Load(sums + x) + low.AsUInt16()).Store(sums + x);
            (Vector256.Load(sums + x + Block / 2) + high.AsUInt16()).Store(sums + x + Block / 2);
        }
        for (; x < rowBytes; x++)
        {
            sums[x] += (ushort)(
                a[x] * weights[0] + b[x] * weights[1] + c[x] * weights[2] + d[x] * weights[3]
            );
        }
    }

    // SAFETY: both hold rowBytes values.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Divide(ushort* whole, float share, float* sums, int rowBytes)
    {
        var shares = Vector256.Create(share);
        var x = 0;
        for (; x + Block <= rowBytes; x += Block)
        {
            var (low, high) = (Vector256.Load(whole + x), Vector256.Load(whole + x + Block / 2));
            Store(Avx2.Permute2x128(low, high, 0x20), shares, sums + x);
            Store(Avx2.Permute2x128(low, high, 0x31), shares, sums + x + Block / 2);
        }
        for (; x < rowBytes; x++)
        {
            sums[x] = whole[x] * share;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<ushort> whole, Vector256<float> shares, float* target)
    {
        var (low, high) = Vector256.Widen(whole);
        (Vector256.ConvertToSingle(low.AsInt32()) * shares).Store(target);
        (Vector256.ConvertToSingle(high.AsInt32()) * shares).Store(target + Lanes);
    }
}
