namespace Vigil.Media.Transforms;

/// <summary>What people and programs put around, over and beside pictures.</summary>
internal static class Drawing
{
    public static Pixmap Sheet(int width, int height, Ink ink) =>
        new Pixmap(width, height).Shade((_, _, _) => ink);

    /// <summary>Draws one picture into another; what lies outside is cut off.</summary>
    public static void Paste(Pixmap on, Pixmap picture, int left, int top)
    {
        var (from, to) = (Math.Max(0, -left), Math.Min(picture.Width, on.Width - left));
        for (var y = Math.Max(0, -top); y < picture.Height && y + top < on.Height && from < to; y++)
        {
            picture.Row(y)[(3 * from)..(3 * to)].CopyTo(on.Row(y + top)[(3 * (left + from))..]);
        }
    }

    public static void Fill(Pixmap on, int left, int top, int width, int height, Ink ink, double share = 1)
    {
        for (var y = Math.Max(0, top); y < Math.Min(on.Height, top + height); y++)
        {
            var row = on.Row(y);
            for (var x = Math.Max(0, left); x < Math.Min(on.Width, left + width); x++)
            {
                var at = 3 * x;
                var (r, g, b) = new Ink(row[at], row[at + 1], row[at + 2]).Mix(ink, share);
                (row[at], row[at + 1], row[at + 2]) = (r, g, b);
            }
        }
    }

    /// <summary>
    /// A line of writing: strokes on a grid of 4 by 6, 60 in 100 set. No font is needed, and to a fingerprint it is
    /// writing.
    /// </summary>
    public static void Write(Pixmap on, int left, int top, int size, int letters, Ink ink, Random random)
    {
        var dot = Math.Max(1, size / 6);
        for (var letter = 0; letter < letters; letter++)
        {
            for (var cell = 0; cell < 24; cell++)
            {
                if (random.Next(100) < 60)
                {
                    var x = left + (letter * 5 + cell % 4) * dot;
                    Fill(on, x, top + cell / 4 * dot, dot, dot, ink, share: 0.95);
                }
            }
            // A gap between words.
            left += random.Next(5) == 0 ? 4 * dot : 0;
        }
    }

    public static void Disc(Pixmap on, int x, int y, int radius, Ink ink)
    {
        for (var row = -radius; row <= radius; row++)
        {
            var half = (int)Math.Sqrt((double)radius * radius - row * row);
            Fill(on, x - half, y + row, 2 * half + 1, 1, ink);
        }
    }

    /// <summary>A picture of nothing in particular: discs over a slope. The other cells of a collage.</summary>
    public static Pixmap Filler(int width, int height, Random random)
    {
        var (low, high) = (Any(random), Any(random));
        var sheet = new Pixmap(width, height).Shade(
            (x, y, _) => low.Mix(high, (x + y) / (double)(width + height))
        );
        var side = Math.Min(width, height);
        for (var i = 0; i < 14; i++)
        {
            Disc(
                sheet,
                random.Next(width),
                random.Next(height),
                side / 16 + random.Next(side / 5),
                Any(random)
            );
        }
        return sheet;
    }

    private static Ink Any(Random random) =>
        new((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256));
}
