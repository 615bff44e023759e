using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Vigil.Cli.Samples;

/// <summary>
/// PNG files (W3C PNG, third edition) of every pixel format that scanners meet; no filters, no interlacing.
/// </summary>
internal static class PngWriter
{
    private const int MaxStoredBytes = 65535;

    /// <summary>Colour types of the IHDR chunk.</summary>
    private enum Kind : byte
    {
        Grey = 0,
        Rgb = 2,
        Palette = 3,
        Rgba = 6,
    }

    public static byte[] Rgb(Picture picture) => Write(picture, Kind.Rgb, 8, Rows(picture, 3, Copy), []);

    /// <summary>
    /// Not compressed, so that no version of a compression library can change a byte of it.
    /// </summary>
    public static byte[] StoredRgb(Picture picture) =>
        Write(picture, Kind.Rgb, 8, Rows(picture, 3, Copy), [], isStored: true);

    public static byte[] Grey(Picture picture) =>
        Write(picture, Kind.Grey, 8, Rows(picture, 1, (c, to) => to[0] = c.Luma), []);

    /// <summary>16 bits a channel, each the 8-bit value times 257, so that white stays white.</summary>
    public static byte[] Rgb16(Picture picture) =>
        Write(
            picture,
            Kind.Rgb,
            16,
            Rows(
                picture,
                6,
                (c, to) => (to[0], to[1], to[2], to[3], to[4], to[5]) = (c.R, c.R, c.G, c.G, c.B, c.B)
            ),
            []
        );

    /// <param name="alpha">Opacity of the pixel at a place; 255 is opaque.</param>
    public static byte[] Rgba(Picture picture, Func<int, int, byte> alpha)
    {
        var at = 0;
        return Write(
            picture,
            Kind.Rgba,
            8,
            Rows(
                picture,
                4,
                (c, to) =>
                {
                    Copy(c, to);
                    to[3] = alpha(at % picture.Width, at / picture.Width);
                    at++;
                }
            ),
            []
        );
    }

    /// <param name="palette">1 to 256 colours.</param>
    /// <param name="indexes">One a pixel.</param>
    public static byte[] Palette(int width, int height, IReadOnlyList<Colour> palette, byte[] indexes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(palette.Count, 256, nameof(palette));
        var rows = new byte[height * (width + 1)];
        for (var y = 0; y < height; y++)
        {
            indexes.AsSpan(y * width, width).CopyTo(rows.AsSpan(y * (width + 1) + 1));
        }
        byte[] colours = [.. palette.SelectMany(c => new[] { c.R, c.G, c.B })];
        return Write(new Picture(width, height, []), Kind.Palette, 8, rows, colours);
    }

    /// <summary>One bit a pixel: white where the picture is at least half bright.</summary>
    public static byte[] OneBit(Picture picture)
    {
        var rowBytes = 1 + (picture.Width + 7) / 8;
        var rows = new byte[picture.Height * rowBytes];
        for (var y = 0; y < picture.Height; y++)
        {
            for (var x = 0; x < picture.Width; x++)
            {
                if (picture[x, y].Luma >= 128)
                {
                    rows[y * rowBytes + 1 + x / 8] |= (byte)(0x80 >> x % 8);
                }
            }
        }
        return Write(picture, Kind.Grey, 1, rows, []);
    }

    private static void Copy(Colour colour, Span<byte> to) =>
        (to[0], to[1], to[2]) = (colour.R, colour.G, colour.B);

    private delegate void PixelWriter(Colour colour, Span<byte> to);

    /// <summary>Each row begins with its filter, 0: none.</summary>
    private static byte[] Rows(Picture picture, int pixelBytes, PixelWriter write)
    {
        var rowBytes = 1 + picture.Width * pixelBytes;
        var rows = new byte[picture.Height * rowBytes];
        for (var y = 0; y < picture.Height; y++)
        {
            for (var x = 0; x < picture.Width; x++)
            {
                write(picture[x, y], rows.AsSpan(y * rowBytes + 1 + x * pixelBytes, pixelBytes));
            }
        }
        return rows;
    }

    private static byte[] Write(
        Picture size,
        Kind kind,
        byte depthBits,
        byte[] rows,
        byte[] palette,
        bool isStored = false
    )
    {
        using var file = new MemoryStream();
        file.Write([0x89, .. "PNG\r\n"u8, 0x1a, (byte)'\n']);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, size.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), size.Height);
        (header[8], header[9]) = (depthBits, (byte)kind);
        Chunk(file, "IHDR", header);
        if (palette.Length > 0)
        {
            Chunk(file, "PLTE", palette);
        }
        Chunk(file, "IDAT", isStored ? Store(rows) : Compress(rows));
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    private static byte[] Compress(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var stream = new ZLibStream(compressed, CompressionLevel.Fastest))
        {
            stream.Write(bytes);
        }
        return compressed.ToArray();
    }

    /// <summary>A zlib stream (RFC 1950) of stored blocks (RFC 1951, 3.2.4).</summary>
    private static byte[] Store(byte[] bytes)
    {
        using var stored = new MemoryStream();
        stored.Write([0x78, 0x01]);
        var word = new byte[4];
        for (var at = 0; at < bytes.Length; at += MaxStoredBytes)
        {
            var count = Math.Min(MaxStoredBytes, bytes.Length - at);
            BinaryPrimitives.WriteUInt16LittleEndian(word, (ushort)count);
            BinaryPrimitives.WriteUInt16LittleEndian(word.AsSpan(2), (ushort)~count);
            stored.WriteByte(at + count == bytes.Length ? (byte)1 : (byte)0);
            stored.Write(word);
            stored.Write(bytes, at, count);
        }
        var (a, b) = (1u, 0u);
        foreach (var value in bytes)
        {
            a = (a + value) % 65521;
            b = (b + a) % 65521;
        }
        BinaryPrimitives.WriteUInt32BigEndian(word, b << 16 | a);
        stored.Write(word);
        return stored.ToArray();
    }

    private static void Chunk(MemoryStream file, string type, byte[] data)
    {
        var word = new byte[4];
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        file.Write(word);
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(word, Crc32(body));
        file.Write(word);
    }

    /// <summary>CRC-32 of ISO 3309, bit by bit: polynomial 0xedb88320 reflected.</summary>
    private static uint Crc32(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = crc >> 1 ^ (0xedb88320 & (0 - (crc & 1)));
            }
        }
        return ~crc;
    }
}
