using Vigil.Hashing;

namespace Vigil.Media.Transforms;

/// <summary>A picture on its way through a transform: RGB, 8 bits, rows without padding.</summary>
internal sealed record Pixmap(int Width, int Height, byte[] Rgb)
{
    public Pixmap(int width, int height)
        : this(width, height, new byte[checked(width * height * 3)]) { }

    public PixelView View => new(Rgb, Width, Height, PixelLayout.Rgb24);

    public Span<byte> Row(int y) => Rgb.AsSpan(y * Width * 3, Width * 3);

    public static Pixmap Of(PixelView view)
    {
        var picture = new Pixmap(view.Width, view.Height);
        for (var y = 0; y < view.Height; y++)
        {
            var from = view.Row(y);
            var to = picture.Row(y);
            if (view.Layout == PixelLayout.Rgb24)
            {
                from.CopyTo(to);
                continue;
            }
            for (var x = 0; x < view.Width; x++)
            {
                to.Slice(3 * x, 3).Fill(from[x]);
            }
        }
        return picture;
    }

    public Pixmap Cut(int left, int top, int width, int height) =>
        Of(View.Cut(new PixelRectangle(left, top, width, height)));

    /// <summary>Each channel of each pixel by itself.</summary>
    public Pixmap Map(Func<byte, byte> value)
    {
        var table = new byte[256];
        for (var i = 0; i < table.Length; i++)
        {
            table[i] = value((byte)i);
        }
        return this with { Rgb = Array.ConvertAll(Rgb, level => table[level]) };
    }

    /// <summary>Each pixel by its place.</summary>
    public Pixmap Shade(Func<int, int, Ink, Ink> ink)
    {
        var result = new Pixmap(Width, Height);
        for (var y = 0; y < Height; y++)
        {
            var from = Row(y);
            var to = result.Row(y);
            for (var x = 0; x < Width; x++)
            {
                var at = 3 * x;
                var (r, g, b) = ink(x, y, new Ink(from[at], from[at + 1], from[at + 2]));
                (to[at], to[at + 1], to[at + 2]) = (r, g, b);
            }
        }
        return result;
    }
}

/// <summary>Red, green, blue.</summary>
internal readonly record struct Ink(byte R, byte G, byte B)
{
    public static readonly Ink Black = new(0, 0, 0);
    public static readonly Ink White = new(255, 255, 255);

    public static Ink Clamped(double r, double g, double b) => new(Level(r), Level(g), Level(b));

    public Ink Mix(Ink other, double share) =>
        Clamped(R + (other.R - R) * share, G + (other.G - G) * share, B + (other.B - B) * share);

    public static byte Level(double value) => (byte)Math.Clamp(Math.Round(value), 0, 255);
}
