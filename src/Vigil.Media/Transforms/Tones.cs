using Vigil.Media.Decoding;
using Vigil.Media.Decoding.Jpeg;
using static Vigil.Media.Transforms.Drawing;

namespace Vigil.Media.Transforms;

/// <summary>Colour, encoding and what is laid over a picture.</summary>
internal static class Tones
{
    private static readonly byte[] DitherRows = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5];

    /// <summary>Through libjpeg-turbo and back, colours at half resolution (4:2:0).</summary>
    public static Pixmap Jpeg(Pixmap picture, int quality)
    {
        var file = JpegEncoder.Encode(picture.Rgb, new JpegEncoding(picture.Width, picture.Height, quality));
        Pixmap? decoded = null;
        using var frame = new DecodedFrame();
        var request = new DecodeRequest(new MediaLimits(), AllFrames: false, TruncatedPolicy.Refuse);
        JpegReader.Read(file, request, frame, (_, _, pixels) => decoded ??= Pixmap.Of(pixels));
        return decoded ?? throw new InvalidOperationException("libturbojpeg did not read what it wrote.");
    }

    /// <summary>216 colours, dithered in a pattern of 4 by 4, as programs write a GIF.</summary>
    public static Pixmap Palette(Pixmap picture) =>
        picture.Shade(
            (x, y, ink) =>
            {
                var offset = (DitherRows[y % 4 * 4 + x % 4] / 16.0 - 0.47) * 51;
                return new Ink(Step(ink.R + offset), Step(ink.G + offset), Step(ink.B + offset));
            }
        );

    public static Pixmap Grey(Pixmap picture) =>
        picture.Shade(
            (_, _, ink) =>
            {
                var luma = 0.299 * ink.R + 0.587 * ink.G + 0.114 * ink.B;
                return Ink.Clamped(luma, luma, luma);
            }
        );

    public static Pixmap Warm(Pixmap picture) =>
        picture.Shade((_, _, ink) => Ink.Clamped(ink.R * 1.15 + 8, ink.G, ink.B * 0.8));

    /// <param name="share">More than 1: stronger colours.</param>
    public static Pixmap Saturate(Pixmap picture, double share) =>
        picture.Shade(
            (_, _, ink) =>
            {
                var luma = 0.299 * ink.R + 0.587 * ink.G + 0.114 * ink.B;
                return Ink.Clamped(
                    luma + (ink.R - luma) * share,
                    luma + (ink.G - luma) * share,
                    luma + (ink.B - luma) * share
                );
            }
        );

    public static Pixmap Noise(Pixmap picture, double deviation, Random random)
    {
        return picture.Shade((_, _, ink) => Ink.Clamped(ink.R + Next(), ink.G + Next(), ink.B + Next()));

        // The sum of twelve even numbers is normal enough.
        double Next()
        {
            var sum = -6.0;
            for (var i = 0; i < 12; i++)
            {
                sum += random.NextDouble();
            }
            return sum * deviation;
        }
    }

    public static Pixmap Vignette(Pixmap picture) =>
        picture.Shade(
            (x, y, ink) =>
            {
                var (dx, dy) = (2.0 * x / picture.Width - 1, 2.0 * y / picture.Height - 1);
                return ink.Mix(Ink.Black, Math.Clamp((dx * dx + dy * dy) * 0.4, 0, 1));
            }
        );

    public static Pixmap TextAcross(Pixmap picture, Random random)
    {
        var result = Copy(picture);
        var size = Math.Max(12, picture.Width / 12);
        Write(result, picture.Width / 12, picture.Height * 3 / 4, size, 9, Ink.White, random);
        return result;
    }

    /// <summary>Four black letters below on the left, a fifth of the width.</summary>
    public static Pixmap TextInCorner(Pixmap picture, Random random)
    {
        var result = Copy(picture);
        var size = Math.Max(6, picture.Width * 6 / 100);
        Write(result, size, picture.Height - 2 * size, size, 4, Ink.Black, random);
        return result;
    }

    /// <summary>Writing all over at a third of full strength.</summary>
    public static Pixmap Watermark(Pixmap picture, Random random)
    {
        var marked = Copy(picture);
        var size = Math.Max(12, picture.Width / 20);
        for (var row = size; row < picture.Height; row += 4 * size)
        {
            Write(marked, size + row / 2 % (3 * size), row, size, 14, Ink.White, random);
        }
        return picture.Shade(
            (x, y, ink) =>
            {
                var at = 3 * (y * picture.Width + x);
                return ink.Mix(new Ink(marked.Rgb[at], marked.Rgb[at + 1], marked.Rgb[at + 2]), 0.35);
            }
        );
    }

    public static Pixmap Logo(Pixmap picture, Random random)
    {
        var result = Copy(picture);
        var side = Math.Min(picture.Width, picture.Height);
        var radius = Math.Max(4, side / 12);
        var (x, y) = (picture.Width - 2 * radius, picture.Height - 2 * radius);
        Disc(result, x, y, radius, new Ink(210, 30, 40));
        Write(result, x - radius / 2, y - radius / 4, radius / 2, 3, Ink.White, random);
        return result;
    }

    public static Pixmap Sticker(Pixmap picture)
    {
        var result = Copy(picture);
        var radius = Math.Max(6, Math.Min(picture.Width, picture.Height) / 7);
        var (x, y) = (picture.Width / 3, picture.Height / 3);
        Disc(result, x, y, radius, new Ink(255, 205, 60));
        Disc(result, x - radius / 3, y - radius / 4, radius / 7, Ink.Black);
        Disc(result, x + radius / 3, y - radius / 4, radius / 7, Ink.Black);
        return result;
    }

    private static Pixmap Copy(Pixmap picture) => picture with { Rgb = [.. picture.Rgb] };

    private static byte Step(double level) => (byte)(Math.Clamp((int)Math.Round(level / 51), 0, 5) * 51);
}
