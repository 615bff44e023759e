using Vigil.Hashing;

namespace Vigil.Media.Decoding.Vips;

/// <summary>
/// Pulls one frame out of an image of libvips as 8-bit grey or RGB with the alpha channel apart.
/// </summary>
internal static class FrameLoader
{
    /// <summary>True when the samples need a look at their values before they can be scaled.</summary>
    public static bool NeedsRange(VipsImage image) => image.Format != SampleFormat.UInt8 && image.IsPlain;

    /// <summary>Complex numbers are a Fourier transform, not a picture.</summary>
    public static bool IsPicture(VipsImage image) =>
        image.Format is not (SampleFormat.Complex or SampleFormat.DoubleComplex);

    /// <summary>The extent of the colour samples, alpha apart.</summary>
    /// <returns>Null when the decoder failed.</returns>
    public static SampleRange? Measure(VipsImage image)
    {
        double min = double.MaxValue,
            max = double.MinValue;
        var bands = image.Bands;
        var colours = ColourBands(bands);
        var format = image.Format;
        var read = VipsRows.Read(
            image,
            0,
            image.Height,
            (_, rows, samples) =>
            {
                var count = rows * image.Width * bands;
                for (var pixel = 0; pixel < count; pixel += bands)
                {
                    for (var band = 0; band < colours; band++)
                    {
                        var sample = SampleRange.Read(samples, pixel + band, format);
                        if (double.IsFinite(sample))
                        {
                            min = Math.Min(min, sample);
                            max = Math.Max(max, sample);
                        }
                    }
                }
                // 16-bit samples above a byte use their full range: the rest need not be looked at.
                return format != SampleFormat.UInt16 || max <= byte.MaxValue;
            }
        );
        var whole = format is not (SampleFormat.Single or SampleFormat.Double);
        return read == 0 ? null
            : max < min ? SampleRange.Bytes
            : SampleRange.Of(min, max, whole);
    }

    /// <param name="image">Opened for reading from the top.</param>
    /// <param name="top">First row of the frame.</param>
    /// <param name="height">Rows of the frame.</param>
    /// <param name="range">From <see cref="Measure"/>, or what the format says.</param>
    /// <param name="frame">Gets size, pixels and alpha.</param>
    /// <param name="strict">Otherwise some rows are enough, and the others stay black.</param>
    /// <returns>False when the decoder failed on the way.</returns>
    public static bool Load(
        VipsImage image,
        int top,
        int height,
        SampleRange range,
        DecodedFrame frame,
        bool strict
    )
    {
        if (!NeedsColourspace(image))
        {
            return Pull(image, top, height, range, frame, strict);
        }
        using var converted = VipsOperation.Apply("colourspace", image, ("space", "srgb"));
        return converted is { Format: SampleFormat.UInt8, IsPlain: true }
            && Pull(converted, top, height, SampleRange.Bytes, frame, strict);
    }

    /// <summary>Lab, XYZ and the like: libvips knows them, and how they are packed.</summary>
    public static bool NeedsColourspace(VipsImage image) =>
        !image.IsPlain
        || image.Interpretation
            is not (
                Interpretation.Multiband
                or Interpretation.Grey
                or Interpretation.Histogram
                or Interpretation.Cmyk
                or Interpretation.Rgb
                or Interpretation.Srgb
                or Interpretation.Rgb16
                or Interpretation.Grey16
                or Interpretation.Matrix
                or Interpretation.ScRgb
            );

    // Two bands are grey with alpha, four are RGB with alpha; more are ignored.
    private static int ColourBands(int bands) => bands < 3 ? 1 : 3;

    private static bool Pull(
        VipsImage image,
        int top,
        int height,
        SampleRange range,
        DecodedFrame frame,
        bool strict
    )
    {
        var bands = image.Bands;
        var inks = image.Interpretation == Interpretation.Cmyk && bands >= 4;
        var colours = inks ? 4 : ColourBands(bands);
        var alpha = !inks && bands > colours;
        frame.Width = image.Width;
        frame.Height = height;
        frame.Layout = colours == 1 ? PixelLayout.Grey8 : PixelLayout.Rgb24;
        frame.Pixels.Resize(checked(image.Width * height * colours));
        if (alpha)
        {
            frame.Alpha.Resize(image.Width * height);
        }
        var splitter = new SampleSplitter(image.Format, bands, colours, alpha, range);
        var opaque = true;
        var read = VipsRows.Read(
            image,
            top,
            height,
            (first, rows, samples) =>
            {
                var at = first * frame.Width;
                var count = rows * frame.Width;
                var pixels = frame.Pixels.Span.Slice(at * colours, count * colours);
                var opacity = alpha ? frame.Alpha.Span.Slice(at, count) : [];
                splitter.Split(samples, pixels, opacity);
                opaque = opaque && !opacity.ContainsAnyExcept((byte)255);
                return true;
            },
            strict
        );
        frame.Pixels.Span[(read * image.Width * colours)..].Clear();
        if (alpha)
        {
            frame.Alpha.Span[(read * image.Width)..].Fill(255);
        }
        var ok = read == height || (!strict && read > 0);
        frame.HasAlpha = alpha && !opaque;
        if (ok && inks)
        {
            ColourProfile.InksToRgb(frame, inverted: false);
        }
        return ok;
    }
}
