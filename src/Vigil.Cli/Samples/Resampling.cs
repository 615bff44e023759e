namespace Vigil.Cli.Samples;

/// <summary>Changes of size and sharpness.</summary>
internal static class Resampling
{
    /// <summary>To a smaller size: each new pixel is the mean of the area it covers.</summary>
    public static Picture Resize(Picture picture, int width, int height)
    {
        var (stepX, stepY) = (picture.Width / (double)width, picture.Height / (double)height);
        return picture.Rearrange(
            width,
            height,
            (x, y) => Mean(picture, x * stepX, y * stepY, (x + 1) * stepX, (y + 1) * stepY)
        );
    }

    /// <summary>Weights 1 2 1 in both directions, twice: about a Gaussian of one pixel.</summary>
    public static Picture Blur(Picture picture) => BlurOnce(BlurOnce(picture));

    private static Picture BlurOnce(Picture picture) =>
        picture.Rearrange(
            picture.Width,
            picture.Height,
            (x, y) =>
            {
                var (r, g, b) = (0, 0, 0);
                for (var dy = -1; dy <= 1; dy++)
                {
                    for (var dx = -1; dx <= 1; dx++)
                    {
                        var weight = (2 - Math.Abs(dx)) * (2 - Math.Abs(dy));
                        var colour = picture[
                            Math.Clamp(x + dx, 0, picture.Width - 1),
                            Math.Clamp(y + dy, 0, picture.Height - 1)
                        ];
                        (r, g, b) = (r + weight * colour.R, g + weight * colour.G, b + weight * colour.B);
                    }
                }
                return Colour.Clamp(r / 16.0, g / 16.0, b / 16.0);
            }
        );

    private static Colour Mean(Picture picture, double left, double top, double right, double bottom)
    {
        var (r, g, b, area) = (0.0, 0.0, 0.0, 0.0);
        for (var y = (int)top; y < bottom && y < picture.Height; y++)
        {
            var high = Math.Min(bottom, y + 1) - Math.Max(top, y);
            for (var x = (int)left; x < right && x < picture.Width; x++)
            {
                var weight = high * (Math.Min(right, x + 1) - Math.Max(left, x));
                var colour = picture[x, y];
                (r, g, b) = (r + weight * colour.R, g + weight * colour.G, b + weight * colour.B);
                area += weight;
            }
        }
        return Colour.Clamp(r / area, g / area, b / area);
    }
}
