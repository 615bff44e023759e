namespace Vigil.Cli.Samples;

/// <summary>Changes of colour that leave every pixel in its place.</summary>
internal static class Tones
{
    /// <summary>Each channel by itself; results are cut to 0 to 255.</summary>
    public static Picture Map(Picture picture, Func<double, double> curve)
    {
        var table = new byte[256];
        for (var value = 0; value < 256; value++)
        {
            table[value] = Colour.Clamp(curve(value), 0, 0).R;
        }
        return picture with { Rgb = [.. picture.Rgb.Select(value => table[value])] };
    }

    public static Picture Grey(Picture picture) => Each(picture, c => new Colour(c.Luma, c.Luma, c.Luma));

    /// <summary>As the warm filter of a phone.</summary>
    public static Picture Warm(Picture picture) =>
        Each(picture, c => Colour.Clamp(c.R * 1.12 + 8, c.G * 1.02, c.B * 0.82));

    /// <summary>Black and white dots by error diffusion (Floyd, Steinberg 1976).</summary>
    public static Picture Dither(Picture picture)
    {
        var error = new double[picture.Width + 2, 2];
        return picture.Rearrange(
            picture.Width,
            picture.Height,
            (x, y) =>
            {
                var (now, next) = (y % 2, (y + 1) % 2);
                if (x == 0)
                {
                    for (var i = 0; i < picture.Width + 2; i++)
                    {
                        error[i, next] = 0;
                    }
                }
                var wanted = picture[x, y].Luma + error[x + 1, now];
                var given = wanted >= 128 ? Colour.White : Colour.Black;
                var missing = (wanted - given.R) / 16;
                error[x + 2, now] += 7 * missing;
                error[x, next] += 3 * missing;
                error[x + 1, next] += 5 * missing;
                error[x + 2, next] += missing;
                return given;
            }
        );
    }

    private static Picture Each(Picture picture, Func<Colour, Colour> change) =>
        picture.Rearrange(picture.Width, picture.Height, (x, y) => change(picture[x, y]));
}
