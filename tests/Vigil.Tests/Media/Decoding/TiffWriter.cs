using System.Buffers.Binary;

namespace Vigil.Tests.Media.Decoding;

/// <summary>
/// Makes uncompressed TIFF files of one strip or more, the directory first: as PIL writes its modes (TIFF
/// 6.0).
/// </summary>
internal static class TiffWriter
{
    public const int WhiteIsZero = 0;
    public const int BlackIsZero = 1;
    public const int Rgb = 2;
    public const int Palette = 3;
    public const int Separated = 5;
    public const int YCbCr = 6;
    public const int Lab = 8;

    public const int Unsigned = 1;
    public const int Signed = 2;
    public const int Float = 3;

    /// <summary>An extra tag: number, type (3 short, 4 long), values.</summary>
    public readonly record struct Tag(int Number, int Type, params int[] Values);

    public static byte[] Write(
        int width,
        int height,
        int bits,
        int photometric,
        int samples,
        byte[] data,
        int sampleFormat = Unsigned,
        int? rowsPerStrip = null,
        params Tag[] extra
    )
    {
        var rows = rowsPerStrip ?? height;
        var strips = (height + rows - 1) / rows;
        var stripBytes = rows * (int)(data.LongLength / height);
        var tags = new List<Tag>
        {
            new(256, 4, width),
            new(257, 4, height),
            new(258, 3, [.. Enumerable.Repeat(bits, samples)]),
            new(259, 3, 1),
            new(262, 3, photometric),
            new(273, 4, [.. Enumerable.Range(0, strips).Select(strip => strip * stripBytes)]),
            new(277, 3, samples),
            new(278, 4, rows),
            new(
                279,
                4,
                [
                    .. Enumerable
                        .Range(0, strips)
                        .Select(strip =>
                            strips == 1 ? data.Length : Math.Min(stripBytes, data.Length - strip * stripBytes)
                        ),
                ]
            ),
            new(339, 3, [.. Enumerable.Repeat(sampleFormat, samples)]),
        };
        tags.AddRange(extra);
        tags.Sort((a, b) => a.Number - b.Number);
        var directoryBytes = 2 + tags.Count * 12 + 4;
        var dataAt = 8 + directoryBytes + tags.Sum(OutsideBytes);
        var file = new byte[dataAt + data.Length];
        "II*\0"u8.CopyTo(file);
        file[4] = 8;
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(8), (ushort)tags.Count);
        var (at, outside) = (10, 8 + directoryBytes);
        foreach (var tag in tags)
        {
            var values = tag.Number == 273 ? [.. tag.Values.Select(offset => dataAt + offset)] : tag.Values;
            BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), (ushort)tag.Number);
            BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at + 2), (ushort)tag.Type);
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at + 4), values.Length);
            var place = at + 8;
            if (OutsideBytes(tag) > 0)
            {
                BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(place), outside);
                place = outside;
                outside += OutsideBytes(tag);
            }
            foreach (var value in values)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(place), (ushort)value);
                if (tag.Type == 4)
                {
                    BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(place), value);
                }
                place += ValueBytes(tag);
            }
            at += 12;
        }
        data.CopyTo(file, dataAt);
        return file;
    }

    private static int ValueBytes(Tag tag) => tag.Type == 3 ? 2 : 4;

    private static int OutsideBytes(Tag tag)
    {
        var bytes = tag.Values.Length * ValueBytes(tag);
        return bytes <= 4 ? 0 : bytes + bytes % 4;
    }
}
