using System.Buffers.Binary;
using System.IO.Compression;

namespace Vigil.Tests.Media.Decoding;

/// <summary>Makes PNG files of any kind, the impolite ones too (ISO/IEC 15948).</summary>
internal static class PngWriter
{
    public const byte Grey = 0;
    public const byte Rgb = 2;
    public const byte Palette = 3;
    public const byte GreyAlpha = 4;
    public const byte Rgba = 6;

    /// <param name="rows">The packed bytes of all rows, without filter bytes; every row is as long as the
    /// next.</param>
    public static byte[] Write(
        int width,
        int height,
        byte depth,
        byte colour,
        byte[] rows,
        params (string Type, byte[] Data)[] chunks
    )
    {
        var stride = rows.Length / height;
        return Assemble(
            width,
            height,
            depth,
            colour,
            interlace: 0,
            zlib =>
            {
                for (var row = 0; row < height; row++)
                {
                    zlib.WriteByte(0);
                    zlib.Write(rows, row * stride, stride);
                }
            },
            chunks
        );
    }

    /// <summary>A huge picture of zeros in few bytes.</summary>
    public static byte[] Bomb(int side, byte interlace)
    {
        var row = new byte[side + 1];
        return Assemble(
            side,
            side,
            8,
            Grey,
            interlace,
            zlib =>
            {
                // One tenth of the rows: enough to cost memory if it were decoded.
                for (var y = 0; y < side / 10; y++)
                {
                    zlib.Write(row);
                }
            }
        );
    }

    private static byte[] Assemble(
        int width,
        int height,
        byte depth,
        byte colour,
        byte interlace,
        Action<ZLibStream> write,
        params (string Type, byte[] Data)[] chunks
    )
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = (depth, colour, interlace);
        Chunk(file, "IHDR", header);
        foreach (var (type, data) in chunks)
        {
            Chunk(file, type, data);
        }
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            write(zlib);
        }
        Chunk(file, "IDAT", packed.ToArray());
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    private static void Chunk(MemoryStream file, string type, byte[] data)
    {
        byte[] typed = [.. System.Text.Encoding.ASCII.GetBytes(type), .. data];
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        file.Write(word);
        file.Write(typed);
        BinaryPrimitives.WriteUInt32BigEndian(word, Crc(typed));
        file.Write(word);
    }

    // Annex D of the specification: the polynomial 0xEDB88320, bit by bit.
    private static uint Crc(byte[] data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }
        return ~crc;
    }
}
