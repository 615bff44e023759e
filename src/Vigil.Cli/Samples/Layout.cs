using Vigil.Media;

namespace Vigil.Cli.Samples;

/// <summary>Changes of what is in the frame and how it lies.</summary>
internal static class Layout
{
    /// <summary>Takes away a share of the width and of the height, half on each side.</summary>
    public static Picture Crop(Picture picture, double share)
    {
        var (left, top) = ((int)(picture.Width * share / 2), (int)(picture.Height * share / 2));
        return picture.Rearrange(
            picture.Width - 2 * left,
            picture.Height - 2 * top,
            (x, y) => picture[x + left, y + top]
        );
    }

    /// <summary>Black bars of an eighth of the height above and below.</summary>
    public static Picture Letterbox(Picture picture)
    {
        var bar = picture.Height / 8;
        return picture.Rearrange(
            picture.Width,
            picture.Height + 2 * bar,
            (x, y) => y < bar || y >= bar + picture.Height ? Colour.Black : picture[x, y - bar]
        );
    }

    public static Picture Mirror(Picture picture) =>
        picture.Rearrange(picture.Width, picture.Height, (x, y) => picture[picture.Width - 1 - x, y]);

    /// <summary>Clockwise.</summary>
    public static Picture Rotate90(Picture picture) =>
        picture.Rearrange(picture.Height, picture.Width, (x, y) => picture[y, picture.Height - 1 - x]);

    public static Picture Rotate180(Picture picture) =>
        picture.Rearrange(
            picture.Width,
            picture.Height,
            (x, y) => picture[picture.Width - 1 - x, picture.Height - 1 - y]
        );

    /// <summary>A line of small letters in the corner, as photo services write it.</summary>
    public static Picture Watermark(Picture picture)
    {
        const string text = "BARLEY PHOTO";
        var canvas = new Canvas(picture with { Rgb = [.. picture.Rgb] });
        var unit = picture.Width * 0.25 / Letters.WidthOf(text);
        canvas.Text(text, picture.Width * 0.84, picture.Height * 0.95, unit, Colour.White, 0.7);
        return canvas.Picture;
    }
}
