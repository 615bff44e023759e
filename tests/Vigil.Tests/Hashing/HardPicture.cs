using Vigil.Hashing;

namespace Vigil.Tests.Hashing;

/// <summary>Pictures made to strain rounding, and a few that look like pictures.</summary>
internal static class HardPicture
{
    public const int Kinds = 12;

    /// <summary>Kinds that have structure and contrast enough to be decided now and then.</summary>
    public const int FirstNatural = 8;

    public static byte[] Make(int kind, int width, int height, PixelLayout layout, Random random)
    {
        var channels = (int)layout;
        var pixels = new byte[width * height * channels];
        var (phase, tone) = (random.NextDouble() * 6, new[] { 1.0, 0.8, 0.6 });
        var waves = Waves(random);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (u, v) = ((double)x / width, (double)y / height);
                var grey = kind switch
                {
                    // Random; flat; ramps; contrast as large as there is.
                    0 => random.Next(256),
                    1 => 129 + (int)(phase * 10),
                    2 => 255 * u,
                    3 => 255 * v,
                    4 => random.Next(2) * 255,
                    5 => (x + y) % 2 * 255,
                    // Sums that keep crossing powers of two, where the spacing of floats changes.
                    6 => x / Math.Max(1, (width + 127) / 128) % 2 == 0 ? 120 : 136,
                    7 => 255 - random.Next(3),
                    // Soft shapes with grain, as photographs have.
                    _ => 128 + Sum(waves, u, v) + random.Next(-kind, kind + 1),
                };
                for (var channel = 0; channel < channels; channel++)
                {
                    var value = kind < FirstNatural ? grey : grey * tone[channel] + 20 * channel;
                    pixels[(y * width + x) * channels + channel] = (byte)Math.Clamp(value, 0, 255);
                }
            }
        }
        return pixels;
    }

    private readonly record struct Wave(double Across, double Down, double Phase, double Height);

    private static Wave[] Waves(Random random) =>
        [
            .. Enumerable
                .Range(1, 20)
                .Select(i => new Wave(
                    random.Next(-20, 21),
                    random.Next(0, 21),
                    random.NextDouble() * 6.28,
                    90.0 / (1 + i / 3.0)
                )),
        ];

    private static double Sum(Wave[] waves, double u, double v)
    {
        var sum = 0.0;
        foreach (var wave in waves)
        {
            sum += wave.Height * Math.Sin(Math.PI * (wave.Across * u + wave.Down * v) + wave.Phase);
        }
        return sum;
    }
}
