using Vigil.Media.Decoding.Jpeg;

namespace Vigil.Media.Decoding;

/// <summary>Makes JPEG files for the demonstration and the tests.</summary>
internal static unsafe class JpegEncoder
{
    /// <param name="rgb">Three bytes a pixel, rows without padding.</param>
    /// <param name="encoding">Size, quality and colours.</param>
    /// <exception cref="ArgumentException">The pixels are not as many as the size says.</exception>
    public static byte[] Encode(ReadOnlySpan<byte> rgb, JpegEncoding encoding)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(encoding.Width, 1, nameof(encoding));
        ArgumentOutOfRangeException.ThrowIfLessThan(encoding.Height, 1, nameof(encoding));
        ArgumentOutOfRangeException.ThrowIfLessThan(encoding.Quality, 1, nameof(encoding));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(encoding.Quality, 100, nameof(encoding));
        var expected = 3L * encoding.Width * encoding.Height;
        if (rgb.Length != expected)
        {
            throw new ArgumentException(
                $"{encoding.Width}x{encoding.Height} RGB pixels are {expected} bytes, not {rgb.Length}.",
                nameof(rgb)
            );
        }
        return encoding.Colour switch
        {
            JpegColour.Cmyk => Compress(
                Inks.FromRgbInverted(rgb),
                encoding,
                TurboJpeg.Cmyk,
                TurboJpeg.Subsampling444
            ),
            JpegColour.Grey => Compress(rgb, encoding, TurboJpeg.Rgb, TurboJpeg.SubsamplingGrey),
            _ => Compress(rgb, encoding, TurboJpeg.Rgb, TurboJpeg.Subsampling420),
        };
    }

    private static byte[] Compress(
        ReadOnlySpan<byte> pixels,
        JpegEncoding encoding,
        int pixelFormat,
        int subsampling
    )
    {
        var handle = TurboJpeg.tjInitCompress();
        byte* jpeg = null;
        nuint jpegBytes = 0;
        try
        {
            // SAFETY: Encode checked that the pixels fill width x height; turbojpeg allocates the output
            // itself.
            fixed (byte* source = pixels)
            {
                var result = TurboJpeg.tjCompress2(
                    handle,
                    source,
                    encoding.Width,
                    strideBytes: 0,
                    encoding.Height,
                    pixelFormat,
                    ref jpeg,
                    ref jpegBytes,
                    subsampling,
                    encoding.Quality,
                    flags: 0
                );
                if (result != 0)
                {
                    var size = $"{encoding.Width}x{encoding.Height}";
                    var why = TurboJpeg.LastError(handle);
                    throw new InvalidOperationException(
                        $"libturbojpeg could not encode {size} pixels: {why}"
                    );
                }
            }
            return new ReadOnlySpan<byte>(jpeg, checked((int)jpegBytes)).ToArray();
        }
        finally
        {
            TurboJpeg.tjFree(jpeg);
            _ = TurboJpeg.tjDestroy(handle);
        }
    }
}
