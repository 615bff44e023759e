using Vigil.Media;

namespace Vigil.Cli.Samples;

/// <summary>Draws on a picture. Places are pixels from the top left; what lies outside is cut off.</summary>
internal sealed class Canvas(Picture picture)
{
    public Picture Picture { get; } = picture;

    public int Width => Picture.Width;

    public int Height => Picture.Height;

    /// <summary>Colours every pixel by its place.</summary>
    public void Shade(Func<double, double, Colour> colour) =>
        Region(0, 0, Width, Height, (x, y) => Picture[x, y] = colour(x, y));

    public void Rectangle(
        double x,
        double y,
        double width,
        double height,
        Colour colour,
        double opacity = 1
    ) => Region(x, y, x + width, y + height, (px, py) => Blend(px, py, colour, opacity));

    public void Ellipse(double x, double y, double rx, double ry, Colour colour, double opacity = 1)
    {
        Region(
            x - rx - 1,
            y - ry - 1,
            x + rx + 1,
            y + ry + 1,
            (px, py) =>
            {
                var (dx, dy) = ((px - x) / rx, (py - y) / ry);
                var outside = (Math.Sqrt(dx * dx + dy * dy) - 1) * Math.Min(rx, ry);
                Blend(px, py, colour, opacity * Math.Clamp(0.5 - outside, 0, 1));
            }
        );
    }

    public void Disc(double x, double y, double radius, Colour colour, double opacity = 1) =>
        Ellipse(x, y, radius, radius, colour, opacity);

    public void Ring(double x, double y, double radius, double thickness, Colour colour, double opacity = 1)
    {
        var reach = radius + thickness;
        Region(
            x - reach,
            y - reach,
            x + reach,
            y + reach,
            (px, py) =>
            {
                var distance = Math.Sqrt((px - x) * (px - x) + (py - y) * (py - y));
                var inside = thickness / 2 - Math.Abs(distance - radius);
                Blend(px, py, colour, opacity * Math.Clamp(inside + 0.5, 0, 1));
            }
        );
    }

    public void Line(
        double x0,
        double y0,
        double x1,
        double y1,
        double width,
        Colour colour,
        double opacity = 1
    )
    {
        var (dx, dy) = (x1 - x0, y1 - y0);
        var square = Math.Max(dx * dx + dy * dy, 1e-9);
        Region(
            Math.Min(x0, x1) - width,
            Math.Min(y0, y1) - width,
            Math.Max(x0, x1) + width,
            Math.Max(y0, y1) + width,
            (px, py) =>
            {
                var t = Math.Clamp(((px - x0) * dx + (py - y0) * dy) / square, 0, 1);
                var (ex, ey) = (px - x0 - t * dx, py - y0 - t * dy);
                var inside = width / 2 - Math.Sqrt(ex * ex + ey * ey);
                Blend(px, py, colour, opacity * Math.Clamp(inside + 0.5, 0, 1));
            }
        );
    }

    /// <summary>Fills by the even-odd rule.</summary>
    public void Polygon(Colour colour, double opacity, params (double X, double Y)[] corners)
    {
        var top = (int)Math.Clamp(corners.Min(c => c.Y), 0, Height);
        var bottom = (int)Math.Clamp(corners.Max(c => c.Y) + 1, 0, Height);
        var crossings = new List<double>();
        for (var y = top; y < bottom; y++)
        {
            crossings.Clear();
            for (var i = 0; i < corners.Length; i++)
            {
                var (a, b) = (corners[i], corners[(i + 1) % corners.Length]);
                if (a.Y <= y != b.Y <= y)
                {
                    crossings.Add(a.X + (y - a.Y) / (b.Y - a.Y) * (b.X - a.X));
                }
            }
            crossings.Sort();
            for (var i = 0; i + 1 < crossings.Count; i += 2)
            {
                Rectangle(crossings[i], y, crossings[i + 1] - crossings[i], 1, colour, opacity);
            }
        }
    }

    /// <summary>Writes in the built-in letters, centred on a place and turned.</summary>
    /// <param name="unit">Pixels that one dot of a letter is wide and high.</param>
    /// <param name="turn">Radians, clockwise.</param>
    public void Text(
        string text,
        double x,
        double y,
        double unit,
        Colour colour,
        double opacity = 1,
        double turn = 0
    )
    {
        var (cos, sin) = (Math.Cos(turn), Math.Sin(turn));
        var (halfWide, halfHigh) = (Letters.WidthOf(text) / 2.0, Letters.Rows / 2.0);
        var reach = unit * Math.Sqrt(halfWide * halfWide + halfHigh * halfHigh);
        Region(
            x - reach,
            y - reach,
            x + reach,
            y + reach,
            (px, py) =>
            {
                var (dx, dy) = ((px - x) / unit, (py - y) / unit);
                var column = (int)Math.Floor(dx * cos + dy * sin + halfWide);
                var row = (int)Math.Floor(dy * cos - dx * sin + halfHigh);
                if (Letters.IsInk(text, column, row))
                {
                    Blend(px, py, colour, opacity);
                }
            }
        );
    }

    public void Blend(int x, int y, Colour colour, double opacity)
    {
        if (opacity > 0 && x >= 0 && y >= 0 && x < Width && y < Height)
        {
            Picture[x, y] = opacity >= 1 ? colour : Picture[x, y].Mix(colour, opacity);
        }
    }

    private void Region(double left, double top, double right, double bottom, Action<int, int> draw)
    {
        var (x0, x1) = ((int)Math.Clamp(left, 0, Width), (int)Math.Clamp(Math.Ceiling(right), 0, Width));
        var (y0, y1) = ((int)Math.Clamp(top, 0, Height), (int)Math.Clamp(Math.Ceiling(bottom), 0, Height));
        for (var y = y0; y < y1; y++)
        {
            for (var x = x0; x < x1; x++)
            {
                draw(x, y);
            }
        }
    }
}
