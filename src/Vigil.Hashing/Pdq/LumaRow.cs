using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Vigil.Hashing.Pdq;

/// <summary>
/// Eight neighbouring pixels of a row as float luma: 0.299 R + 0.587 G + 0.114 B, left to right, never fused.
/// </summary>
internal static class LumaRow
{
    /// <summary>Bytes that <see cref="EightRgb"/> reads: eight more than the pixels take.</summary>
    public const int RgbReadBytes = 32;

    // SAFETY: the caller has RgbReadBytes readable bytes at source.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector256<float> EightRgb(byte* source)
    {
        // The 12 bytes of pixels 0 to 3 to the lower half, those of pixels 4 to 7 to the upper.
        var spread = Vector256.Create(0, 1, 2, 0, 3, 4, 5, 0);
        var bytes = Vector256.Shuffle(Vector256.Load((int*)source), spread).AsByte();
        var red = Channel(bytes, Pick(0));
        var green = Channel(bytes, Pick(1));
        var blue = Channel(bytes, Pick(2));
        return red * Vector256.Create(0.299f)
            + green * Vector256.Create(0.587f)
            + blue * Vector256.Create(0.114f);
    }

    // SAFETY: the caller has 8 readable bytes at source.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector256<float> EightGrey(byte* source)
    {
        var bytes = Vector128.CreateScalar(*(ulong*)source).AsByte();
        var wide = Vector256.WidenLower(Vector128.WidenLower(bytes).ToVector256Unsafe());
        return Vector256.ConvertToSingle(wide.AsInt32());
    }

    /// <summary>Pixel by pixel, for the ends of rows: <paramref name="count"/> values of luma.</summary>
    // SAFETY: the caller has count pixels at source and count floats at luma.
    public static unsafe void Pixels(byte* source, int count, PixelLayout layout, float* luma)
    {
        for (var i = 0; i < count; i++)
        {
            luma[i] =
                layout == PixelLayout.Grey8
                    ? source[i]
                    : 0.299f * source[3 * i] + 0.587f * source[3 * i + 1] + 0.114f * source[3 * i + 2];
        }
    }

    /// <summary>A whole small picture, row after row.</summary>
    public static unsafe void Whole(PixelView picture, Span<float> luma)
    {
        for (var y = 0; y < picture.Height; y++)
        {
            // SAFETY: both spans are checked to hold a row.
            fixed (byte* source = picture.Row(y))
            fixed (float* target = luma.Slice(y * picture.Width, picture.Width))
            {
                Pixels(source, picture.Width, picture.Layout, target);
            }
        }
    }

    /// <summary>
    /// Byte <paramref name="channel"/> of each 3-byte pixel of a half, as the lowest byte of a 32-bit lane.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Pick(byte channel)
    {
        const byte none = 0xFF;
        var lower = Vector128.Create(
            channel,
            none,
            none,
            none,
            (byte)(channel + 3),
            none,
            none,
            none,
            (byte)(channel + 6),
            none,
            none,
            none,
            (byte)(channel + 9),
            none,
            none,
            none
        );
        var upper = Vector128.Create(
            (byte)(channel + 16),
            none,
            none,
            none,
            (byte)(channel + 19),
            none,
            none,
            none,
            (byte)(channel + 22),
            none,
            none,
            none,
            (byte)(channel + 25),
            none,
            none,
            none
        );
        return Vector256.Create(lower, upper);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Channel(Vector256<byte> bytes, Vector256<byte> pick) =>
        Vector256.ConvertToSingle(Vector256.Shuffle(bytes, pick).AsInt32());
}
