using System.Buffers.Binary;

namespace Vigil.Tests.Media.Decoding;

/// <summary>Makes bitmaps of every header, depth and packing, bottom row first.</summary>
internal static class BmpWriter
{
    /// <param name="rows">Packed rows from the top, without padding; 24 bits are blue, green, red.</param>
    /// <param name="greys">The palette, as grey values.</param>
    /// <param name="headerBytes">12, 40, 52, 56, 108 or 124.</param>
    /// <param name="masks">Colour masks for 16 and 32 bits; makes it BITFIELDS.</param>
    /// <param name="topDown">A negative height, rows from the top.</param>
    public static byte[] Write(
        int width,
        int height,
        int bits,
        byte[] rows,
        byte[]? greys = null,
        int headerBytes = 40,
        uint[]? masks = null,
        bool topDown = false
    )
    {
        var stride = rows.Length / height;
        var padded = (stride + 3) / 4 * 4;
        var data = new byte[padded * height];
        for (var y = 0; y < height; y++)
        {
            Array.Copy(rows, y * stride, data, (topDown ? y : height - 1 - y) * padded, stride);
        }
        return Wrap(width, topDown ? -height : height, bits, data, greys, headerBytes, masks);
    }

    /// <summary>A picture of 24 bits by the place of each pixel.</summary>
    public static byte[] Rgb(int width, int height, Func<int, int, (byte R, byte G, byte B)> ink)
    {
        var rows = new byte[3 * width * height];
        for (var at = 0; at < width * height; at++)
        {
            (rows[3 * at + 2], rows[3 * at + 1], rows[3 * at]) = ink(at % width, at / width);
        }
        return Write(width, height, 24, rows);
    }

    /// <summary>The data as it is: for run lengths and for lies.</summary>
    public static byte[] Wrap(
        int width,
        int height,
        int bits,
        byte[] data,
        byte[]? greys = null,
        int headerBytes = 40,
        uint[]? masks = null,
        int? packing = null
    )
    {
        greys ??= [];
        var trailing = headerBytes == 40 && masks is not null ? 12 : 0;
        var entryBytes = headerBytes == 12 ? 3 : 4;
        var dataAt = 14 + headerBytes + trailing + greys.Length * entryBytes;
        var file = new byte[dataAt + data.Length];
        "BM"u8.CopyTo(file);
        Int32(2, file.Length);
        Int32(10, dataAt);
        Int32(14, headerBytes);
        if (headerBytes == 12)
        {
            Int16(18, width);
            Int16(20, height);
            Int16(22, 1);
            Int16(24, bits);
        }
        else
        {
            Int32(18, width);
            Int32(22, height);
            Int16(26, 1);
            Int16(28, bits);
            Int32(30, packing ?? (masks is null ? 0 : 3));
            Int32(46, greys.Length);
        }
        for (var at = 0; masks is not null && at < masks.Length; at++)
        {
            Int32(54 + at * 4, (int)masks[at]);
        }
        for (var at = 0; at < greys.Length; at++)
        {
            file.AsSpan(14 + headerBytes + trailing + at * entryBytes, 3).Fill(greys[at]);
        }
        data.CopyTo(file, dataAt);
        return file;

        void Int16(int at, int value) =>
            BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(at), (short)value);
        void Int32(int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
    }
}
