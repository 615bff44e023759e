namespace Vigil.Cli.Samples;

/// <summary>
/// The file that a transformed sample is stored as. JPEG needs the media worker, the rest is written here.
/// </summary>
internal enum SampleFormat
{
    Png,
    PngGrey,
    PngRgba,
    PngPalette64,
    PngOneBit,
    Png16,
    Bmp,
    Jpeg,
    JpegCmyk,
}

/// <summary>
/// One everyday change of a picture: what it does to the pixels, and as what it is stored afterwards.
/// </summary>
/// <param name="JpegQuality">Where <see cref="Format"/> is a JPEG.</param>
internal sealed record Transform(
    string Name,
    Func<Picture, Picture> Apply,
    SampleFormat Format = SampleFormat.Png,
    int JpegQuality = 90
)
{
    public bool IsJpeg => Format is SampleFormat.Jpeg or SampleFormat.JpegCmyk;
}

/// <summary>
/// What happens to pictures on their way through phones, web sites and office programs. Nothing here aims at
/// evading a fingerprint, and nothing that does will be added.
/// </summary>
internal static class Transforms
{
    public static IReadOnlyList<Transform> All { get; } =
    [
        new("same pixels, PNG", p => p),
        new("same pixels, PNG with opacity", p => p, SampleFormat.PngRgba),
        new("same pixels, BMP", p => p, SampleFormat.Bmp),
        new("JPEG quality 90", p => p, SampleFormat.Jpeg),
        new("JPEG quality 30", p => p, SampleFormat.Jpeg, JpegQuality: 30),
        new("CMYK JPEG", p => p, SampleFormat.JpegCmyk),
        new("resize to half", p => Resampling.Resize(p, p.Width / 2, p.Height / 2)),
        new("resize to 200 pixels", p => Resampling.Resize(p, 200, 200 * p.Height / p.Width)),
        new("light blur", Resampling.Blur),
        new("gamma 1.4", p => Tones.Map(p, v => 255 * Math.Pow(v / 255, 1 / 1.4))),
        new("brightness and contrast", p => Tones.Map(p, v => (v - 128) * 1.2 + 128 + 15)),
        new("grey", Tones.Grey, SampleFormat.PngGrey),
        new("colour tint", Tones.Warm),
        new("palette of 64 colours", p => p, SampleFormat.PngPalette64),
        new("1 bit, dithered", Tones.Dither, SampleFormat.PngOneBit),
        new("16-bit PNG", p => p, SampleFormat.Png16),
        new("small watermark", Layout.Watermark),
        new("crop 5 %", p => Layout.Crop(p, 0.05)),
        new("crop 20 %", p => Layout.Crop(p, 0.20)),
        new("letterbox", Layout.Letterbox),
        new("mirror", Layout.Mirror),
        new("rotate 90", Layout.Rotate90),
        new("rotate 180", Layout.Rotate180),
    ];

    /// <summary>The bytes of a file in a format that needs no codec.</summary>
    /// <exception cref="ArgumentException">A JPEG: encode it by the media pool.</exception>
    public static byte[] Encode(Picture picture, SampleFormat format)
    {
        switch (format)
        {
            case SampleFormat.Png:
                return PngWriter.Rgb(picture);
            case SampleFormat.PngGrey:
                return PngWriter.Grey(picture);
            case SampleFormat.PngRgba:
                return PngWriter.Rgba(picture, (_, _) => byte.MaxValue);
            case SampleFormat.PngPalette64:
                var (palette, indexes) = Quantiser.Reduce(picture, 64);
                return PngWriter.Palette(picture.Width, picture.Height, palette, indexes);
            case SampleFormat.PngOneBit:
                return PngWriter.OneBit(picture);
            case SampleFormat.Png16:
                return PngWriter.Rgb16(picture);
            case SampleFormat.Bmp:
                return BmpWriter.Rgb(picture);
            default:
                throw new ArgumentException("JPEG is encoded by the media worker.", nameof(format));
        }
    }
}
