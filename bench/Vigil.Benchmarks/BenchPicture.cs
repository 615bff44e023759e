namespace Vigil.Benchmarks;

/// <summary>Pictures to compress: harmless, drawn here, with a photograph's size.</summary>
internal static class BenchPicture
{
    /// <summary>Soft shapes with the grain of a sensor, so that the file has a photograph's size.</summary>
    public static byte[] Draw(int seed, int width, int height)
    {
        var random = new Random(seed);
        var pixels = new byte[width * height * 3];
        var (a, b, c) = (random.NextDouble() * 8 + 2, random.NextDouble() * 6 + 2, random.NextDouble() * 5);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (u, v) = ((double)x / width, (double)y / height);
                var soft =
                    Math.Sin(a * u + c * v * v) * Math.Cos(b * v + 3 * u * v) + Math.Sin(17 * u * v + c);
                var grain = random.Next(-14, 15);
                for (var channel = 0; channel < 3; channel++)
                {
                    pixels[(y * width + x) * 3 + channel] = (byte)
                        Math.Clamp(120 + 55 * soft + 12 * channel + grain, 0, 255);
                }
            }
        }
        return pixels;
    }
}
