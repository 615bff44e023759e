namespace Vigil.Media.Decoding;

/// <summary>
/// Four inks and three lights, by the plain formula R = (1 - C)(1 - K): no profile, no paper.
/// </summary>
internal static class Inks
{
    /// <summary>Four bytes a pixel to three, in place or elsewhere.</summary>
    /// <param name="inverted">255 is no ink, as Adobe stores JPEG files.</param>
    public static void ToRgb(ReadOnlySpan<byte> cmyk, Span<byte> rgb, bool inverted)
    {
        var flip = inverted ? 0 : 255;
        for (int from = 0, to = 0; from + 4 <= cmyk.Length; from += 4, to += 3)
        {
            var k = cmyk[from + 3] ^ flip;
            rgb[to] = Scale((cmyk[from] ^ flip) * k);
            rgb[to + 1] = Scale((cmyk[from + 1] ^ flip) * k);
            rgb[to + 2] = Scale((cmyk[from + 2] ^ flip) * k);
        }
    }

    /// <summary>
    /// Inverted inks with as much black as the pixel has; the exact inverse of <see cref="ToRgb"/> but for
    /// rounding.
    /// </summary>
    public static byte[] FromRgbInverted(ReadOnlySpan<byte> rgb)
    {
        var inks = new byte[rgb.Length / 3 * 4];
        for (int from = 0, to = 0; from < rgb.Length; from += 3, to += 4)
        {
            var light = Math.Max(Math.Max(rgb[from], rgb[from + 1]), rgb[from + 2]);
            for (var channel = 0; channel < 3; channel++)
            {
                inks[to + channel] =
                    light == 0 ? (byte)255 : (byte)((rgb[from + channel] * 255 + light / 2) / light);
            }
            inks[to + 3] = light;
        }
        return inks;
    }

    private static byte Scale(int product) => (byte)((product + 127) / 255);
}
