using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Vigil.Hashing.Pdq;

/// <summary>
/// Eight rows of eight floats. Turning a tile lets eight running sums along rows go on side by side.
/// </summary>
internal struct Tile8
{
    public Vector256<float> R0;
    public Vector256<float> R1;
    public Vector256<float> R2;
    public Vector256<float> R3;
    public Vector256<float> R4;
    public Vector256<float> R5;
    public Vector256<float> R6;
    public Vector256<float> R7;

    /// <summary>Rows become columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Transpose()
    {
        if (Avx.IsSupported)
        {
            TransposeAvx();
        }
        else
        {
            TransposePlain();
        }
    }

    /// <summary>Writes the rows <paramref name="stride"/> floats apart.</summary>
    // SAFETY: the caller owns 8 floats at each of destination + k * stride, k = 0 to 7.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly unsafe void Store(float* destination, nint stride)
    {
        R0.Store(destination);
        R1.Store(destination + stride);
        R2.Store(destination + 2 * stride);
        R3.Store(destination + 3 * stride);
        R4.Store(destination + 4 * stride);
        R5.Store(destination + 5 * stride);
        R6.Store(destination + 6 * stride);
        R7.Store(destination + 7 * stride);
    }

    /// <summary>Reads rows <paramref name="stride"/> floats apart.</summary>
    // SAFETY: the caller owns 8 floats at each of source + k * stride, k = 0 to 7.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Tile8 Load(float* source, nint stride) =>
        new()
        {
            R0 = Vector256.Load(source),
            R1 = Vector256.Load(source + stride),
            R2 = Vector256.Load(source + 2 * stride),
            R3 = Vector256.Load(source + 3 * stride),
            R4 = Vector256.Load(source + 4 * stride),
            R5 = Vector256.Load(source + 5 * stride),
            R6 = Vector256.Load(source + 6 * stride),
            R7 = Vector256.Load(source + 7 * stride),
        };

    /// <summary>Pairs, then quadruples within each half, then the halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void TransposeAvx()
    {
        var a0 = Avx.UnpackLow(R0, R1);
        var a1 = Avx.UnpackHigh(R0, R1);
        var a2 = Avx.UnpackLow(R2, R3);
        var a3 = Avx.UnpackHigh(R2, R3);
        var a4 = Avx.UnpackLow(R4, R5);
        var a5 = Avx.UnpackHigh(R4, R5);
        var a6 = Avx.UnpackLow(R6, R7);
        var a7 = Avx.UnpackHigh(R6, R7);
        var b0 = Avx.Shuffle(a0, a2, 0x44);
        var b1 = Avx.Shuffle(a0, a2, 0xEE);
        var b2 = Avx.Shuffle(a1, a3, 0x44);
        var b3 = Avx.Shuffle(a1, a3, 0xEE);
        var b4 = Avx.Shuffle(a4, a6, 0x44);
        var b5 = Avx.Shuffle(a4, a6, 0xEE);
        var b6 = Avx.Shuffle(a5, a7, 0x44);
        var b7 = Avx.Shuffle(a5, a7, 0xEE);
        R0 = Avx.Permute2x128(b0, b4, 0x20);
        R1 = Avx.Permute2x128(b1, b5, 0x20);
        R2 = Avx.Permute2x128(b2, b6, 0x20);
        R3 = Avx.Permute2x128(b3, b7, 0x20);
        R4 = Avx.Permute2x128(b0, b4, 0x31);
        R5 = Avx.Permute2x128(b1, b5, 0x31);
        R6 = Avx.Permute2x128(b2, b6, 0x31);
        R7 = Avx.Permute2x128(b3, b7, 0x31);
    }

    // SAFETY: both buffers hold 64 floats and every index is below 64.
    private unsafe void TransposePlain()
    {
        var rows = stackalloc float[64];
        var columns = stackalloc float[64];
        Store(rows, 8);
        for (var i = 0; i < 64; i++)
        {
            columns[i] = rows[i % 8 * 8 + i / 8];
        }
        this = Load(columns, 8);
    }
}
