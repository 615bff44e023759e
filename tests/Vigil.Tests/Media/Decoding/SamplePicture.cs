using System.Text;

namespace Vigil.Tests.Media.Decoding;

/// <summary>
/// A drawn picture with the structure of a photo: sky, hills, a lit house, texture everywhere. PDQ quality
/// 100.
/// </summary>
internal sealed class SamplePicture
{
    public SamplePicture(int width = 640, int height = 424, int seed = 7)
    {
        Width = width;
        Height = height;
        Rgb = new byte[width * height * 3];
        var noise = new Random(seed);
        var phase = seed * 0.37;
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (r, g, b) = Paint(x / (double)width, y / (double)height, phase);
                var grain = noise.NextDouble() * 14 - 7;
                var at = (y * width + x) * 3;
                Rgb[at] = Clamp(r + grain);
                Rgb[at + 1] = Clamp(g + grain);
                Rgb[at + 2] = Clamp(b + grain);
            }
        }
    }

    public int Width { get; }

    public int Height { get; }

    public byte[] Rgb { get; }

    public byte[] Grey =>
        [
            .. Enumerable
                .Range(0, Width * Height)
                .Select(at => Clamp(0.299 * Rgb[at * 3] + 0.587 * Rgb[at * 3 + 1] + 0.114 * Rgb[at * 3 + 2])),
        ];

    /// <summary>
    /// Black and white by diffusing the error (Floyd and Steinberg, 1976), one byte a pixel, 0 or 1.
    /// </summary>
    public byte[] Dithered()
    {
        var left = Grey.Select(value => (double)value).ToArray();
        var bits = new byte[left.Length];
        for (var at = 0; at < bits.Length; at++)
        {
            bits[at] = left[at] >= 128 ? (byte)1 : (byte)0;
            var error = left[at] - bits[at] * 255;
            var column = at % Width;
            Spread(at + 1, column + 1 < Width, error * 7 / 16);
            Spread(at + Width - 1, column > 0, error * 3 / 16);
            Spread(at + Width, true, error * 5 / 16);
            Spread(at + Width + 1, column + 1 < Width, error / 16);
        }
        return bits;

        void Spread(int to, bool inside, double error)
        {
            if (inside && to < left.Length)
            {
                left[to] += error;
            }
        }
    }

    public byte[] Ppm() => [.. Encoding.ASCII.GetBytes($"P6\n{Width} {Height}\n255\n"), .. Rgb];

    /// <summary>
    /// Several pictures of one size, one under the other, as the vips program wants animations.
    /// </summary>
    public static byte[] TallPpm(params SamplePicture[] frames) =>
        [
            .. Encoding.ASCII.GetBytes($"P6\n{frames[0].Width} {frames.Sum(f => f.Height)}\n255\n"),
            .. frames.SelectMany(frame => frame.Rgb),
        ];

    private static (double R, double G, double B) Paint(double x, double y, double phase)
    {
        var hill = 0.55 + 0.12 * Math.Sin(5 * x + phase) + 0.05 * Math.Sin(17 * x + 2 * phase);
        var ridge = 0.4 + 0.1 * Math.Sin(9 * x + 3 * phase);
        var sun = Math.Exp(-60 * (Math.Pow(x - 0.75 + phase % 0.3, 2) + Math.Pow(y - 0.2, 2)));
        if (x is > 0.2 and < 0.42 && y is > 0.5 and < 0.86)
        {
            var window = (int)(x * 27) % 2 == 0 && (int)(y * 19) % 2 == 0;
            return window ? (250, 220, 120) : (150 - 80 * x, 60 + 40 * y, 50);
        }
        if (y > hill)
        {
            var furrow = 25 * Math.Sin(70 * x * y + 9 * phase) + 20 * Math.Sin(40 * y - 25 * x);
            return (70 + 90 * (y - hill) + furrow, 110 - 60 * y + furrow, 40 + furrow / 2);
        }
        if (y > ridge)
        {
            return (90 + 60 * x, 100 + 50 * y, 120 + 20 * Math.Sin(50 * x));
        }
        return (
            110 + 130 * y + 140 * sun,
            150 + 90 * y + 90 * sun,
            230 - 40 * y + 20 * Math.Sin(12 * x + 8 * y)
        );
    }

    private static byte Clamp(double value) => (byte)Math.Clamp(value + 0.5, 0, 255);
}
