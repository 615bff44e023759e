using System.Globalization;
using Vigil.Media.Decoding.Vips;
using static Vigil.Media.Decoding.Vips.VipsNative;

namespace Vigil.Media.Transforms;

/// <summary>Changes that libvips makes: another hand than the one that hashes.</summary>
internal static unsafe class VipsTransforms
{
    public static Pixmap Resize(Pixmap picture, int width, int height) =>
        width == picture.Width && height == picture.Height
            ? picture
            : Apply(
                picture,
                "resize",
                ("scale", Text((width + 0.01) / picture.Width)),
                ("vscale", Text((height + 0.01) / picture.Height))
            );

    /// <summary>To at most so many pixels on the longer side; smaller pictures stay.</summary>
    public static Pixmap Shrink(Pixmap picture, int side)
    {
        var scale = side / (double)Math.Max(picture.Width, picture.Height);
        return scale >= 1 ? picture : Scale(picture, scale);
    }

    public static Pixmap Scale(Pixmap picture, double x, double? y = null) =>
        Resize(
            picture,
            Math.Max(1, (int)Math.Round(picture.Width * x)),
            Math.Max(1, (int)Math.Round(picture.Height * (y ?? x)))
        );

    /// <summary>To a width, as a page shows a picture; a very high one becomes narrower.</summary>
    public static Pixmap ToWidth(Pixmap picture, int width) =>
        Scale(picture, Math.Min(width / (double)picture.Width, 4.0 * width / picture.Height));

    /// <param name="sigma">Pixels.</param>
    public static Pixmap Blur(Pixmap picture, double sigma) =>
        Apply(picture, "gaussblur", ("sigma", Text(sigma)));

    public static Pixmap Sharpen(Pixmap picture) => Apply(picture, "sharpen", ("sigma", "1"), ("m2", "3"));

    /// <param name="exponent">Over 1: brighter.</param>
    public static Pixmap Gamma(Pixmap picture, double exponent) =>
        Apply(picture, "gamma", ("exponent", Text(exponent)));

    /// <summary>Levels times <paramref name="factor"/> plus <paramref name="plus"/>.</summary>
    public static Pixmap Linear(Pixmap picture, double factor, double plus)
    {
        var (a, b) = (Text(factor), Text(plus));
        return Apply(picture, "linear", ("a", $"{a} {a} {a}"), ("b", $"{b} {b} {b}"), ("uchar", "true"));
    }

    /// <summary>In the same size: black where nothing was, and the outermost corners are lost.</summary>
    public static Pixmap Tilt(Pixmap picture, double degrees)
    {
        var tilted = Apply(picture, "rotate", ("angle", Text(degrees)), ("background", "0 0 0"));
        var sheet = new Pixmap(picture.Width, picture.Height);
        var (left, top) = ((sheet.Width - tilted.Width) / 2, (sheet.Height - tilted.Height) / 2);
        Drawing.Paste(sheet, tilted, left, top);
        return sheet;
    }

    /// <param name="angle">d90, d180 or d270, clockwise.</param>
    public static Pixmap Turn(Pixmap picture, string angle) => Apply(picture, "rot", ("angle", angle));

    /// <param name="direction">horizontal: left becomes right.</param>
    public static Pixmap Flip(Pixmap picture, string direction) =>
        Apply(picture, "flip", ("direction", direction));

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static Pixmap Apply(
        Pixmap picture,
        string operation,
        params ReadOnlySpan<(string Name, string Value)> options
    )
    {
        VipsRuntime.Start();
        // Its vector code is made at run time, and the sandbox lets no new code be made by libraries.
        vips_vector_set_enabled(0);
        // SAFETY: the pixels stay pinned until everything that reads them is disposed of.
        fixed (byte* pixels = picture.Rgb)
        {
            var length = (nuint)picture.Rgb.Length;
            using var raw = new VipsImage(
                vips_image_new_from_memory(pixels, length, picture.Width, picture.Height, 3, format: 0)
            );
            using var tagged = Require(VipsOperation.Apply("copy", raw, ("interpretation", "srgb")), "copy");
            using var changed = Require(VipsOperation.Apply(operation, tagged, options), operation);
            if (changed is not { Bands: 3, Format: SampleFormat.UInt8 })
            {
                throw new InvalidOperationException($"libvips: {operation} gave another kind of pixels.");
            }
            var result = new Pixmap(changed.Width, changed.Height);
            var rows = VipsRows.Read(
                changed,
                0,
                changed.Height,
                (first, count, samples) =>
                {
                    samples.CopyTo(result.Rgb.AsSpan(first * result.Width * 3, count * result.Width * 3));
                    return true;
                }
            );
            return rows == result.Height
                ? result
                : throw new InvalidOperationException($"libvips: {operation} ended early.");
        }
    }

    private static VipsImage Require(VipsImage? image, string operation) =>
        image ?? throw new InvalidOperationException($"libvips refused {operation}.");
}
