namespace Vigil.Hashing.Parts;

/// <summary>
/// Pictures within a picture: it is cut at rows of one colour, each band at columns of one colour, and so on (the
/// recursive X-Y cut of Nagy and Seth, "Hierarchical representation of optically scanned documents", 1984). Once at
/// lines of any colour, once at those of the commonest only, for a picture may have plain lines of its own. Found on
/// every n-th pixel, then fitted to the pixel by <see cref="BorderFinder"/>.
/// </summary>
internal sealed class RegionFinder
{
    public const int MaxRegions = 8;

    /// <summary>The picture is looked at in this many steps along its longer side.</summary>
    private const int Steps = 256;

    private const int MaxDepth = 5;

    /// <summary>Pieces kept while looking; those too small for a region are none of them.</summary>
    private const int MaxFound = 256;

    /// <summary>Steps of a channel by which colours of lines are counted.</summary>
    private const int ColourSteps = 16;

    /// <summary>A region has at least this part of the picture.</summary>
    private const int MinAreaOneIn = 32;

    private readonly List<PixelRectangle> _found = new(MaxFound);
    private readonly byte[] _coarse = new byte[Steps * Steps * (int)PixelLayout.Rgb24];
    private readonly int[] _linesOf = new int[ColourSteps * ColourSteps * ColourSteps];
    private int _least;
    private bool _isCut;

    /// <summary>The largest regions, none of them the whole.</summary>
    /// <param name="inside">The picture without its border, which is no region either.</param>
    /// <param name="regions">Takes up to <see cref="MaxRegions"/>.</param>
    /// <returns>How many.</returns>
    public int Find(PixelView picture, PixelRectangle inside, Span<PixelRectangle> regions)
    {
        var step = Math.Max(1, (Math.Max(picture.Width, picture.Height) + Steps - 1) / Steps);
        var coarse = Coarse(picture, step);
        _found.Clear();
        _isCut = false;
        _least = Math.Max(1, BorderFinder.MinSidePixels / step - 2);
        var whole = PixelRectangle.WholeOf(coarse);
        Split(coarse, whole, only: default, rows: true, depth: 0);
        if (_isCut)
        {
            Split(coarse, whole, CommonestLine(coarse), rows: true, depth: 0);
        }
        _found.Sort(
            static (a, b) =>
                b.Area != a.Area ? b.Area.CompareTo(a.Area) : (a.Top, a.Left).CompareTo((b.Top, b.Left))
        );
        var count = 0;
        var near = 2 * step;
        foreach (var piece in _found)
        {
            if (count == regions.Length)
            {
                break;
            }
            var place = Fitted(picture, piece, step);
            if (
                place.Area * MinAreaOneIn >= PixelRectangle.WholeOf(picture).Area
                && place.Width >= BorderFinder.MinSidePixels
                && place.Height >= BorderFinder.MinSidePixels
                && !place.IsNear(PixelRectangle.WholeOf(picture), near)
                && !place.IsNear(inside, near)
                && !IsKnown(regions[..count], place, near)
            )
            {
                regions[count++] = place;
            }
        }
        return count;
    }

    private static bool IsKnown(ReadOnlySpan<PixelRectangle> regions, PixelRectangle place, int near)
    {
        foreach (var region in regions)
        {
            if (region.IsNear(place, near))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Every n-th pixel of every n-th row.</summary>
    private PixelView Coarse(PixelView picture, int step)
    {
        var bytes = (int)picture.Layout;
        var (width, height) = ((picture.Width + step - 1) / step, (picture.Height + step - 1) / step);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                BorderFinder
                    .Pixel(picture, x * step, y * step)
                    .CopyTo(_coarse.AsSpan((y * width + x) * bytes));
            }
        }
        return new PixelView(_coarse, width, height, picture.Layout);
    }

    /// <summary>A step more on each side, and from there to where the flat colour ends.</summary>
    private static PixelRectangle Fitted(PixelView picture, PixelRectangle coarse, int step)
    {
        var left = Math.Max(0, (coarse.Left - 1) * step);
        var top = Math.Max(0, (coarse.Top - 1) * step);
        var right = Math.Min(picture.Width, (coarse.Right + 1) * step);
        var bottom = Math.Min(picture.Height, (coarse.Bottom + 1) * step);
        var wide = new PixelRectangle(left, top, right - left, bottom - top);
        return BorderFinder.Outermost(picture, wide);
    }

    /// <summary>The colour that most rows and columns of one colour have.</summary>
    private ReadOnlySpan<byte> CommonestLine(PixelView picture)
    {
        Array.Clear(_linesOf);
        var whole = PixelRectangle.WholeOf(picture);
        var best = default(ReadOnlySpan<byte>);
        var most = 0;
        for (var line = 0; line < picture.Width + picture.Height; line++)
        {
            var rows = line < picture.Height;
            var at = rows ? line : line - picture.Height;
            if (!IsFlat(picture, whole, default, rows, at))
            {
                continue;
            }
            var colour = BorderFinder.Pixel(picture, rows ? 0 : at, rows ? at : 0);
            var index = 0;
            foreach (var level in colour)
            {
                index = index * ColourSteps + level * ColourSteps / 256;
            }
            if (++_linesOf[index] > most)
            {
                most = _linesOf[index];
                best = colour;
            }
        }
        return best;
    }

    /// <param name="only">Lines of this colour divide; empty: of any.</param>
    private void Split(PixelView picture, PixelRectangle at, ReadOnlySpan<byte> only, bool rows, int depth)
    {
        if (depth == MaxDepth)
        {
            return;
        }
        var whole = rows ? at.Height : at.Width;
        var start = -1;
        var cut = false;
        for (var line = 0; line <= whole; line++)
        {
            var open = line < whole && !IsFlat(picture, at, only, rows, line);
            if (open && start < 0)
            {
                start = line;
            }
            else if (!open && start >= 0)
            {
                cut |= Take(picture, at, only, rows, start, line - start, depth);
                start = -1;
            }
        }
        // Not to be cut this way: the other way once, at the top.
        if (!cut && depth == 0 && rows)
        {
            Split(picture, at, only, rows: false, depth + 1);
        }
    }

    /// <returns>False: the band is the whole that was to be cut.</returns>
    private bool Take(
        PixelView picture,
        PixelRectangle at,
        ReadOnlySpan<byte> only,
        bool rows,
        int start,
        int length,
        int depth
    )
    {
        if (length == (rows ? at.Height : at.Width))
        {
            return false;
        }
        if (length < _least)
        {
            return true;
        }
        _isCut = true;
        var band = rows
            ? at with
            {
                Top = at.Top + start,
                Height = length,
            }
            : at with
            {
                Left = at.Left + start,
                Width = length,
            };
        // No part of it can be a region either: small print fills no place that a picture below it needs.
        if (band.Area * MinAreaOneIn * 2 < PixelRectangle.WholeOf(picture).Area || _found.Count == MaxFound)
        {
            return true;
        }
        _found.Add(band);
        Split(picture, band, only, !rows, depth + 1);
        return true;
    }

    /// <summary>A line of one colour, which is that of both its ends.</summary>
    private static bool IsFlat(
        PixelView picture,
        PixelRectangle at,
        ReadOnlySpan<byte> only,
        bool rows,
        int line
    )
    {
        var (x, y) = rows ? (at.Left, at.Top + line) : (at.Left + line, at.Top);
        var (endX, endY) = rows ? (at.Right - 1, y) : (x, at.Bottom - 1);
        var colour = BorderFinder.Pixel(picture, x, y);
        return (only.IsEmpty || BorderFinder.AreNear(only, colour))
            && BorderFinder.AreNear(BorderFinder.Pixel(picture, endX, endY), colour)
            && BorderFinder.IsFlat(
                picture,
                x,
                y,
                rows ? at.Width : at.Height,
                rows ? 1 : 0,
                rows ? 0 : 1,
                colour
            );
    }
}
