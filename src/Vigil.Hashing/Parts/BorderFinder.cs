namespace Vigil.Hashing.Parts;

/// <summary>
/// What a border encloses. The background is the colour of the corners; a line of pixels is border while nearly all of
/// it, and both its ends, have that colour. What is within may have a border of another colour, and so on: a picture
/// with a plain background of its own in a frame, or bars in a coloured one.
/// </summary>
internal static class BorderFinder
{
    /// <summary>Less than this on a side is left of no picture: then nothing is removed.</summary>
    public const int MinSidePixels = 50;

    /// <summary>Levels of 256 a channel may be off: what JPEG does to flat colour.</summary>
    public const int Tolerance = 16;

    /// <summary>One pixel in so many of a line may have another colour.</summary>
    public const int StrayOneIn = 50;

    /// <summary>Borders within borders that are looked for.</summary>
    public const int MaxLayers = 4;

    /// <summary>Without the border of the outermost colour.</summary>
    /// <returns>The same place where there is none, or too little within it.</returns>
    public static PixelRectangle Outermost(PixelView picture, PixelRectangle at)
    {
        var inside = Peel(picture, at);
        return inside.Width < MinSidePixels || inside.Height < MinSidePixels ? at : inside;
    }

    /// <summary>Without any border.</summary>
    public static PixelRectangle Innermost(PixelView picture, PixelRectangle at)
    {
        for (var layer = 0; layer < MaxLayers; layer++)
        {
            var inside = Outermost(picture, at);
            if (inside == at)
            {
                break;
            }
            at = inside;
        }
        return at;
    }

    /// <summary>From each side in turn, as far as the colour of its corners reaches.</summary>
    private static PixelRectangle Peel(PixelView picture, PixelRectangle at)
    {
        var (left, top, right, bottom) = (at.Left, at.Top, at.Right, at.Bottom);
        var first = Pixel(picture, left, top);
        var below = Pixel(picture, left, bottom - 1);
        var beside = Pixel(picture, right - 1, top);
        while (top < bottom && IsBorderRow(picture, left, right, top, first))
        {
            top++;
        }
        while (bottom > top && IsBorderRow(picture, left, right, bottom - 1, below))
        {
            bottom--;
        }
        if (top == bottom)
        {
            return default;
        }
        while (left < right && IsBorderColumn(picture, left, top, bottom, first))
        {
            left++;
        }
        while (right > left && IsBorderColumn(picture, right - 1, top, bottom, beside))
        {
            right--;
        }
        return new PixelRectangle(left, top, right - left, bottom - top);
    }

    private static bool IsBorderRow(
        PixelView picture,
        int left,
        int right,
        int row,
        ReadOnlySpan<byte> background
    ) =>
        AreNear(Pixel(picture, left, row), background)
        && AreNear(Pixel(picture, right - 1, row), background)
        && IsFlat(picture, left, row, right - left, stepX: 1, stepY: 0, background);

    private static bool IsBorderColumn(
        PixelView picture,
        int column,
        int top,
        int bottom,
        ReadOnlySpan<byte> background
    ) =>
        AreNear(Pixel(picture, column, top), background)
        && AreNear(Pixel(picture, column, bottom - 1), background)
        && IsFlat(picture, column, top, bottom - top, stepX: 0, stepY: 1, background);

    /// <summary>Nearly every one of <paramref name="count"/> pixels has the colour.</summary>
    internal static bool IsFlat(
        PixelView picture,
        int x,
        int y,
        int count,
        int stepX,
        int stepY,
        ReadOnlySpan<byte> colour
    )
    {
        var strays = count / StrayOneIn;
        for (var i = 0; i < count; i++, x += stepX, y += stepY)
        {
            if (!AreNear(Pixel(picture, x, y), colour) && --strays < 0)
            {
                return false;
            }
        }
        return true;
    }

    internal static bool AreNear(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        for (var channel = 0; channel < a.Length; channel++)
        {
            if (Math.Abs(a[channel] - b[channel]) > Tolerance)
            {
                return false;
            }
        }
        return true;
    }

    internal static ReadOnlySpan<byte> Pixel(PixelView picture, int x, int y) =>
        picture.Pixels.Slice(y * picture.StrideBytes + x * (int)picture.Layout, (int)picture.Layout);
}
