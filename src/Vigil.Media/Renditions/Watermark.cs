using Vigil.Media.Transforms;

namespace Vigil.Media.Renditions;

/// <summary>
/// Who sees a picture, burnt in: in full on a strip below it, which covers nothing, and faintly across it, so
/// that a piece cut out or a photograph of the screen still names the viewer.
/// </summary>
internal static class Watermark
{
    /// <summary>Narrower pictures get black beside them: a line holds ten letters at least.</summary>
    public const int MinWidth = 64;

    private const int Advance = Letters.Columns + 1;

    /// <summary>Of full strength, across the picture.</summary>
    private const double Faint = 0.22;

    /// <summary>Pixels of a dot of the strip's letters.</summary>
    public static int DotOf(int width) => Math.Clamp(width / 320, 1, 4);

    /// <summary>The strip's lines, for a picture of this width.</summary>
    public static IReadOnlyList<string> LinesOf(string text, int width)
    {
        var canvas = Math.Max(width, MinWidth);
        var dot = DotOf(canvas);
        var letters = (canvas - 2 * dot) / (Advance * dot);
        return [.. text.ToUpperInvariant().Chunk(letters).Select(line => new string(line))];
    }

    public static (int Width, int Height) SizeOf(string text, int width, int height)
    {
        var canvas = Math.Max(width, MinWidth);
        var strip = LinesOf(text, width).Count * (Letters.Rows + 2) * DotOf(canvas);
        return (canvas, height + strip);
    }

    public static Pixmap Burn(Pixmap picture, string text)
    {
        var (width, height) = SizeOf(text, picture.Width, picture.Height);
        var canvas = new Pixmap(width, height);
        Drawing.Paste(canvas, Across(picture, text.ToUpperInvariant()), 0, 0);
        var dot = DotOf(width);
        var top = picture.Height + dot;
        foreach (var line in LinesOf(text, picture.Width))
        {
            Write(canvas, line, dot, top, dot, Ink.White);
            top += (Letters.Rows + 2) * dot;
        }
        return canvas;
    }

    public static void Write(Pixmap on, string text, int left, int top, int dot, Ink ink, double share = 1)
    {
        for (var row = 0; row < Letters.Rows; row++)
        {
            for (var column = 0; column < Letters.WidthOf(text); column++)
            {
                if (Letters.IsInk(text, column, row))
                {
                    Drawing.Fill(on, left + column * dot, top + row * dot, dot, dot, ink, share);
                }
            }
        }
    }

    /// <summary>Light with a dark shadow, so that it shows on every ground.</summary>
    private static Pixmap Across(Pixmap picture, string text)
    {
        var marked = picture with { Rgb = [.. picture.Rgb] };
        var dot = Math.Clamp(picture.Width / 200, 1, 6);
        var (wide, high) = ((Letters.WidthOf(text) + 2 * Advance) * dot, 6 * Letters.Rows * dot);
        for (var (row, top) = (0, high / 3); top < picture.Height; row++, top += high)
        {
            for (var left = -(row % 3) * wide / 3; left < picture.Width; left += wide)
            {
                Write(marked, text, left + dot, top + dot, dot, Ink.Black, Faint);
                Write(marked, text, left, top, dot, Ink.White, Faint);
            }
        }
        return marked;
    }
}
