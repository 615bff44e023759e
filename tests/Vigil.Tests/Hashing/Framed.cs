using Vigil.Hashing;

namespace Vigil.Tests.Hashing;

/// <summary>Pictures in pictures, drawn pixel by pixel: harmless waves of colour on plain paper.</summary>
internal sealed class Framed(int width, int height, byte r = 0, byte g = 0, byte b = 0)
{
    private readonly byte[] _rgb = Paper(width, height, r, g, b);

    public PixelView View => new(_rgb, width, height, PixelLayout.Rgb24);

    public byte[] Rgb => _rgb;

    public static byte[] Waves(int seed, int width, int height)
    {
        var random = new Random(seed);
        var waves = Enumerable
            .Range(0, 10)
            .Select(_ =>
                (X: random.NextDouble() * 30, Y: random.NextDouble() * 30, P: random.NextDouble() * 6)
            )
            .ToArray();
        var rgb = new byte[width * height * 3];
        for (var i = 0; i < rgb.Length; i++)
        {
            var (x, y) = (i / 3 % width / (double)width, i / 3 / width / (double)height);
            var value = waves.Sum(wave => Math.Cos(wave.X * x + wave.Y * y + wave.P + i % 3));
            rgb[i] = (byte)Math.Clamp(128 + value * 35, 0, 255);
        }
        return rgb;
    }

    public Framed Put(byte[] picture, int pictureWidth, int pictureHeight, int left, int top)
    {
        for (var y = 0; y < pictureHeight; y++)
        {
            var row = picture.AsSpan(y * pictureWidth * 3, pictureWidth * 3);
            row.CopyTo(_rgb.AsSpan(((top + y) * width + left) * 3));
        }
        return this;
    }

    public Framed Dot(int x, int y, byte level)
    {
        _rgb.AsSpan((y * width + x) * 3, 3).Fill(level);
        return this;
    }

    private static byte[] Paper(int width, int height, byte r, byte g, byte b)
    {
        var rgb = new byte[width * height * 3];
        for (var at = 0; at < rgb.Length; at += 3)
        {
            (rgb[at], rgb[at + 1], rgb[at + 2]) = (r, g, b);
        }
        return rgb;
    }
}
