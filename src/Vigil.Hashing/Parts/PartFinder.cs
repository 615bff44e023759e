using Vigil.Hashing.Parts;

namespace Vigil.Hashing;

/// <summary>
/// The pieces of a picture by which it is looked up: without its border, and the pictures within it. Keeps its
/// working memory between calls; not for use by two threads at once.
/// </summary>
public sealed class PartFinder
{
    /// <summary>Most pieces of one picture, the whole included.</summary>
    public const int MaxParts = (int)PicturePart.BottomRightQuarter + 1;

    private readonly RegionFinder _regions = new();

    /// <summary>The whole first, then the others in the order of <see cref="PicturePart"/>.</summary>
    /// <param name="kinds">Which pieces beside the whole.</param>
    /// <param name="parts">Takes up to <see cref="MaxParts"/>; none is smaller than 50 pixels on a side, the whole
    /// apart.</param>
    /// <returns>How many.</returns>
    public int Find(PixelView picture, PartKinds kinds, Span<FoundPart> parts)
    {
        var whole = PixelRectangle.WholeOf(picture);
        parts[0] = new FoundPart(PicturePart.Whole, whole);
        if (kinds == PartKinds.None)
        {
            return 1;
        }
        var count = 1;
        var inside = BorderFinder.Outermost(picture, whole);
        if (inside != whole && kinds.HasFlag(PartKinds.Border))
        {
            parts[count++] = new FoundPart(PicturePart.Borderless, inside);
            var innermost = BorderFinder.Innermost(picture, inside);
            if (innermost != inside)
            {
                parts[count++] = new FoundPart(PicturePart.Innermost, innermost);
            }
        }
        return kinds.HasFlag(PartKinds.Regions) ? AddRegions(picture, inside, parts, count) : count;
    }

    private int AddRegions(PixelView picture, PixelRectangle inside, Span<FoundPart> parts, int count)
    {
        Span<PixelRectangle> regions = stackalloc PixelRectangle[RegionFinder.MaxRegions];
        var found = _regions.Find(picture, inside, regions);
        for (var i = 0; i < found; i++)
        {
            parts[count++] = new FoundPart((PicturePart)((int)PicturePart.Region1 + i), regions[i]);
        }
        for (var part = PicturePart.LeftHalf; part <= PicturePart.BottomRightQuarter; part++)
        {
            var place = TileOf(inside, part);
            if (Math.Min(place.Width, place.Height) >= BorderFinder.MinSidePixels)
            {
                parts[count++] = new FoundPart(part, place);
            }
        }
        return count;
    }

    private static PixelRectangle TileOf(PixelRectangle of, PicturePart part)
    {
        var (left, top) = (of.Left, of.Top);
        var (halfWidth, halfHeight) = (of.Width / 2, of.Height / 2);
        var (middleX, middleY) = (of.Right - halfWidth, of.Bottom - halfHeight);
        return part switch
        {
            PicturePart.LeftHalf => new(left, top, halfWidth, of.Height),
            PicturePart.RightHalf => new(middleX, top, halfWidth, of.Height),
            PicturePart.TopHalf => new(left, top, of.Width, halfHeight),
            PicturePart.BottomHalf => new(left, middleY, of.Width, halfHeight),
            PicturePart.TopLeftQuarter => new(left, top, halfWidth, halfHeight),
            PicturePart.TopRightQuarter => new(middleX, top, halfWidth, halfHeight),
            PicturePart.BottomLeftQuarter => new(left, middleY, halfWidth, halfHeight),
            _ => new(middleX, middleY, halfWidth, halfHeight),
        };
    }
}
