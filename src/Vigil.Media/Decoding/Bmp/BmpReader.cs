namespace Vigil.Media.Decoding.Bmp;

internal static class BmpReader
{
    public static DecodeOutcome Read(
        ReadOnlySpan<byte> file,
        DecodeRequest request,
        DecodedFrame frame,
        PictureSink sink
    ) => new(MediaOutcome.Unsupported, MediaFormat.Bmp);
}
