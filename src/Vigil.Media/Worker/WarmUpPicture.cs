using System.Buffers.Binary;

namespace Vigil.Media.Worker;

/// <summary>
/// A picture of the project's own, decoded at the start so that the code of a job is compiled. Larger than
/// the 64x64 that PDQ takes unfiltered.
/// </summary>
internal static class WarmUpPicture
{
    public const int Side = 136;
    private const int HeaderBytes = 54;

    /// <summary>
    /// A 24-bit BMP of 136 by 136 pixels with a pattern: BITMAPFILEHEADER, BITMAPINFOHEADER, rows.
    /// </summary>
    public static byte[] Bmp { get; } = Draw();

    /// <summary>Its pixels, 3 bytes each; rows need no padding.</summary>
    public static ReadOnlySpan<byte> Pixels => Bmp.AsSpan(HeaderBytes);

    private static byte[] Draw()
    {
        var bytes = new byte[HeaderBytes + Side * Side * 3];
        bytes[0] = (byte)'B';
        bytes[1] = (byte)'M';
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(2), bytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(10), HeaderBytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(14), HeaderBytes - 14);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(18), Side);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(22), Side);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(26), 1);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(28), 24);
        for (var i = HeaderBytes; i < bytes.Length; i++)
        {
            bytes[i] = (byte)(i * i / 7);
        }
        return bytes;
    }
}
