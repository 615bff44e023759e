using System.Buffers.Binary;

namespace Vigil.Cli.Samples;

/// <summary>
/// BMP files of 24 bits a pixel: rows from the bottom, blue first, each row filled up to four bytes.
/// </summary>
internal static class BmpWriter
{
    private const int HeaderBytes = 14 + 40;

    public static byte[] Rgb(Picture picture)
    {
        var rowBytes = (picture.Width * 3 + 3) / 4 * 4;
        var file = new byte[HeaderBytes + rowBytes * picture.Height];
        "BM"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(10), HeaderBytes);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(14), 40);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), picture.Width);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), picture.Height);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(26), 1);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(28), 24);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(34), rowBytes * picture.Height);
        for (var y = 0; y < picture.Height; y++)
        {
            var row = file.AsSpan(HeaderBytes + (picture.Height - 1 - y) * rowBytes, rowBytes);
            for (var x = 0; x < picture.Width; x++)
            {
                var colour = picture[x, y];
                (row[3 * x], row[3 * x + 1], row[3 * x + 2]) = (colour.B, colour.G, colour.R);
            }
        }
        return file;
    }
}
