namespace Vigil.Media.Decoding.Vips;

/// <summary>PNG, GIF, WebP, TIFF, HEIF and AVIF by libvips: header, limits, then pixels.</summary>
internal static unsafe class VipsReader
{
    public static DecodeOutcome Read(
        ReadOnlySpan<byte> file,
        MediaFormat format,
        DecodeRequest request,
        DecodedFrame frame,
        PictureSink sink
    )
    {
        var early = ContainerHeader.Read(format, file);
        if (early.IsKnown && !HeaderLimits.Allow(request.Limits, early.Width, early.Height, early.Interlaced))
        {
            return new DecodeOutcome(
                MediaOutcome.TooManyPixels,
                format,
                early.Width,
                early.Height,
                Frames: 1
            );
        }
        // SAFETY: the file stays pinned until everything that was opened on it is disposed of.
        fixed (byte* data = file)
        {
            var source = new VipsSource(format, data, file.Length);
            return new VipsFrames(source, early, request, frame, sink).Run();
        }
    }
}
