using System.Buffers.Binary;

namespace Vigil.Media.Protocol;

/// <summary>The fixed part of an EncodeJpeg request, 16 bytes little-endian; the pixels follow.</summary>
internal static class EncodeOrder
{
    public const int ByteLength = 16;

    /// <summary>
    /// A JPEG is smaller than its pixels, but for the headers and for noise at quality 100 with four inks.
    /// </summary>
    public static long MaxAnswerBytes(JpegEncoding encoding) =>
        64 * 1024 + 8L * encoding.Width * encoding.Height;

    public static void Write(Span<byte> bytes, JpegEncoding encoding)
    {
        BinaryPrimitives.WriteInt32LittleEndian(bytes, encoding.Width);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], encoding.Height);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], encoding.Quality);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[12..], (int)encoding.Colour);
    }

    public static JpegEncoding Read(ReadOnlySpan<byte> bytes) =>
        new(
            BinaryPrimitives.ReadInt32LittleEndian(bytes),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]),
            (JpegColour)BinaryPrimitives.ReadInt32LittleEndian(bytes[12..])
        );
}
