namespace Vigil.Cli.Samples;

/// <summary>
/// A picture of the project's own making: red, green, blue, one byte each, rows from the top without padding.
/// </summary>
internal sealed record Picture(int Width, int Height, byte[] Rgb)
{
    public Picture(int width, int height)
        : this(width, height, new byte[checked(width * height * 3)]) { }

    public Colour this[int x, int y]
    {
        get
        {
            var at = (y * Width + x) * 3;
            return new Colour(Rgb[at], Rgb[at + 1], Rgb[at + 2]);
        }
        set
        {
            var at = (y * Width + x) * 3;
            (Rgb[at], Rgb[at + 1], Rgb[at + 2]) = (value.R, value.G, value.B);
        }
    }

    /// <summary>
    /// A new picture of which each pixel is looked up in this one, row by row from the top left.
    /// </summary>
    public Picture Rearrange(int width, int height, Func<int, int, Colour> lookUp)
    {
        var result = new Picture(width, height);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                result[x, y] = lookUp(x, y);
            }
        }
        return result;
    }
}
