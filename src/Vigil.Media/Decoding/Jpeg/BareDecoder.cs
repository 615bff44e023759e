namespace Vigil.Media.Decoding.Jpeg;

/// <summary>
/// libjpeg-turbo and nothing around it, into memory that is there already: the peer of the benchmarks. Takes
/// files that <see cref="JpegReader"/> has decoded before.
/// </summary>
internal sealed unsafe class BareDecoder : IDisposable
{
    private readonly NativeBuffer _pixels = new();

    public void Decode(ReadOnlySpan<byte> file, int width, int height)
    {
        var handle = TurboJpeg.tjInitDecompress();
        // SAFETY: the file is pinned meanwhile; four bytes a pixel are enough for every format asked for.
        fixed (byte* data = file)
        {
            var length = (nuint)file.Length;
            _ = TurboJpeg.tjDecompressHeader3(handle, data, length, out _, out _, out _, out var colours);
            var inks = colours is TurboJpeg.ColourspaceCmyk or TurboJpeg.ColourspaceYcck;
            var grey = colours == TurboJpeg.ColourspaceGrey;
            var format =
                inks ? TurboJpeg.Cmyk
                : grey ? TurboJpeg.Grey
                : TurboJpeg.Rgb;
            var bytes =
                inks ? 4
                : grey ? 1
                : 3;
            _pixels.Resize(checked(width * height * bytes));
            _ = TurboJpeg.tjDecompress2(
                handle,
                data,
                length,
                _pixels.Pointer,
                width,
                width * bytes,
                height,
                format,
                TurboJpeg.FlagLimitScans
            );
        }
        _ = TurboJpeg.tjDestroy(handle);
    }

    public void Dispose() => _pixels.Dispose();
}
