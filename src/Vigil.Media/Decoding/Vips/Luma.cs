namespace Vigil.Media.Decoding.Vips;

/// <summary>Luma and chroma to RGB (ITU-T T.871, full range), in fixed point with 16 fraction bits.</summary>
internal static class Luma
{
    private const int RedFromCr = 91881; // 1.402 * 65536
    private const int GreenFromCb = 22554; // 0.344136 * 65536
    private const int GreenFromCr = 46802; // 0.714136 * 65536
    private const int BlueFromCb = 116130; // 1.772 * 65536
    private const int Half = 32768;

    /// <summary>Three bytes a pixel, in place.</summary>
    public static void ToRgb(Span<byte> pixels)
    {
        for (var at = 0; at + 3 <= pixels.Length; at += 3)
        {
            int y = pixels[at] << 16,
                cb = pixels[at + 1] - 128,
                cr = pixels[at + 2] - 128;
            pixels[at] = Clamp(y + RedFromCr * cr);
            pixels[at + 1] = Clamp(y - GreenFromCb * cb - GreenFromCr * cr);
            pixels[at + 2] = Clamp(y + BlueFromCb * cb);
        }
    }

    private static byte Clamp(int value) => (byte)Math.Clamp((value + Half) >> 16, 0, 255);
}
