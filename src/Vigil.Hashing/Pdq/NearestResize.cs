namespace Vigil.Hashing.Pdq;

/// <summary>
/// The pre-resize of the reference's command line: nearest neighbour to 512x512, whatever the shape.
/// </summary>
internal static class NearestResize
{
    /// <summary>
    /// Pixels on each side after resizing; pictures no larger on either side stay as they are.
    /// </summary>
    public const int Side = 512;

    public static bool Applies(PixelView picture) => picture.Width > Side || picture.Height > Side;

    /// <summary>
    /// Pixel (x, y) of the result is pixel (floor(x * width / 512), floor(y * height / 512)) of the picture.
    /// </summary>
    /// <param name="target">512 * 512 * bytes per pixel.</param>
    public static PixelView Into(PixelView picture, Span<byte> target)
    {
        var bytesPerPixel = (int)picture.Layout;
        var at = 0;
        for (var y = 0; y < Side; y++)
        {
            var row = picture.Row((int)((long)y * picture.Height / Side));
            for (var x = 0; x < Side; x++, at += bytesPerPixel)
            {
                var from = (int)((long)x * picture.Width / Side) * bytesPerPixel;
                row.Slice(from, bytesPerPixel).CopyTo(target[at..]);
            }
        }
        return new PixelView(target[..at], Side, Side, picture.Layout);
    }
}
