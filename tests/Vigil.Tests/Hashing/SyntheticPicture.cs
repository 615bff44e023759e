namespace Vigil.Tests.Hashing;

/// <summary>
/// The generators behind pdq-synthetic.csv (formulas in the reference notes, section 2.8): RGB buffers that
/// need no decoder. Kinds 1, 2, 3, 5 and 6 are degenerate: their bits are decided by rounding alone.
/// </summary>
internal static class SyntheticPicture
{
    public static byte[] Make(int kind, int width, int height)
    {
        var pixels = new byte[width * height * 3];
        var seed = 12345u + (uint)kind;
        var state = seed;
        var at = 0;
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                for (var c = 0; c < 3; c++)
                {
                    state = state * 1664525 + 1013904223;
                    pixels[at++] = Value(kind, x, y, c, width, height, seed, state);
                }
            }
        }
        return pixels;
    }

    private static byte Value(int kind, int x, int y, int c, int width, int height, uint seed, uint state)
    {
        var (dx, dy) = (x - width / 2, y - height / 3);
        return kind switch
        {
            0 => (byte)(state >> 24),
            1 => (byte)(x * 255 / (width - 1)),
            2 => (byte)(y * 255 / (height - 1)),
            3 => (byte)(((x / 8 ^ y / 8) & 1) != 0 ? 255 : 0),
            4 => (byte)(7 * x + 13 * y + 29 * c + x * y / 16 & 255),
            5 => 128,
            6 => (byte)((3 * dx * dx + 5 * dy * dy) / (width + height) + 40 * c & 255),
            _ => Blocks(6 * x / width, 6 * y / height, c, seed),
        };
    }

    private static byte Blocks(int bx, int by, int c, uint seed)
    {
        var z = (uint)bx * 73856093 ^ (uint)by * 19349663 ^ (uint)c * 83492791 ^ seed;
        return (byte)((z * 1664525 + 1013904223) >> 24);
    }
}
