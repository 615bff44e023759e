using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Vigil.Cli.Samples;

namespace Vigil.Tests.Samples;

/// <summary>
/// Reads what was written with an own small reader: chunks, checksums and rows as the PNG text says.
/// </summary>
public class WritersTests
{
    /// <summary>13 by 5: a width that fills no byte, word or row.</summary>
    private static readonly Picture Small = new Picture(13, 5).Rearrange(
        13,
        5,
        (x, y) => new Colour((byte)(x * 19), (byte)(y * 50), (byte)(x * y * 5))
    );

    [Fact]
    public void An_RGB_file_holds_the_pixels()
    {
        var (header, rows, _) = Read(PngWriter.Rgb(Small));
        Assert.Equal([0, 0, 0, 13, 0, 0, 0, 5, 8, 2, 0, 0, 0], header);
        AssertRows(rows, 39, (row, y) => Assert.Equal(Small.Rgb.AsSpan(y * 39, 39), row));
    }

    [Fact]
    public void A_stored_file_holds_the_same_pixels_also_over_several_blocks()
    {
        Assert.Equal(Read(PngWriter.Rgb(Small)).Rows, Read(PngWriter.StoredRgb(Small)).Rows);
        var large = SampleScenes.Draw(16).Picture;
        Assert.Equal(Read(PngWriter.Rgb(large)).Rows, Read(PngWriter.StoredRgb(large)).Rows);
        Assert.True(PngWriter.StoredRgb(large).Length > large.Rgb.Length);
    }

    [Fact]
    public void A_grey_file_holds_the_brightness()
    {
        var (header, rows, _) = Read(PngWriter.Grey(Small));
        Assert.Equal([8, 0], header[8..10]);
        AssertRows(rows, 13, (row, y) => Assert.Equal(Small[12, y].Luma, row[12]));
    }

    [Fact]
    public void A_16_bit_file_holds_each_value_twice()
    {
        var (header, rows, _) = Read(PngWriter.Rgb16(Small));
        Assert.Equal([16, 2], header[8..10]);
        AssertRows(
            rows,
            78,
            (row, y) =>
            {
                Assert.Equal(Small[12, y].R * 257, BinaryPrimitives.ReadUInt16BigEndian(row[72..]));
                Assert.Equal(Small[12, y].B * 257, BinaryPrimitives.ReadUInt16BigEndian(row[76..]));
            }
        );
    }

    [Fact]
    public void A_file_with_opacity_holds_it_at_its_place()
    {
        var (header, rows, _) = Read(PngWriter.Rgba(Small, (x, y) => (byte)(10 * x + y)));
        Assert.Equal([8, 6], header[8..10]);
        AssertRows(
            rows,
            52,
            (row, y) =>
            {
                Assert.Equal(120 + y, row[51]);
                Assert.Equal(Small[12, y].G, row[49]);
            }
        );
    }

    [Fact]
    public void A_palette_file_holds_the_palette_and_the_indexes()
    {
        byte[] indexes = [.. Enumerable.Range(0, 65).Select(i => (byte)(i % 3))];
        var (header, rows, palette) = Read(
            PngWriter.Palette(13, 5, [Colour.Black, Colour.Of(0x010203), Colour.White], indexes)
        );
        Assert.Equal([8, 3], header[8..10]);
        Assert.Equal([0, 0, 0, 1, 2, 3, 255, 255, 255], palette);
        AssertRows(rows, 13, (row, y) => Assert.Equal(indexes.AsSpan(y * 13, 13), row));
        Assert.Throws<ArgumentOutOfRangeException>(() => PngWriter.Palette(1, 1, new Colour[257], [0]));
    }

    [Fact]
    public void A_one_bit_file_holds_eight_pixels_a_byte_the_first_highest()
    {
        var stripes = Small.Rearrange(
            13,
            5,
            (x, _) => x is 0 or 9 or 12 ? Colour.White : Colour.Of(0x7f7f7f)
        );
        var (header, rows, _) = Read(PngWriter.OneBit(stripes));
        Assert.Equal([1, 0], header[8..10]);
        AssertRows(rows, 2, (row, _) => Assert.Equal([0x80, 0x48], row.ToArray()));
    }

    [Fact]
    public void A_BMP_file_holds_the_rows_from_the_bottom_blue_first()
    {
        var file = BmpWriter.Rgb(Small);
        Assert.Equal(54 + 5 * 40, file.Length);
        Assert.Equal("BM", Encoding.ASCII.GetString(file, 0, 2));
        Assert.Equal(file.Length, BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(2)));
        var last = Small[12, 4];
        Assert.Equal([last.B, last.G, last.R, 0], file[(54 + 36)..(54 + 40)]);
        var first = Small[1, 0];
        Assert.Equal([first.B, first.G, first.R], file[(54 + 4 * 40 + 3)..(54 + 4 * 40 + 6)]);
    }

    private delegate void RowCheck(ReadOnlySpan<byte> row, int y);

    private static void AssertRows(byte[] rows, int rowBytes, RowCheck check)
    {
        Assert.Equal(Small.Height * (rowBytes + 1), rows.Length);
        for (var y = 0; y < Small.Height; y++)
        {
            Assert.Equal(0, rows[y * (rowBytes + 1)]);
            check(rows.AsSpan(y * (rowBytes + 1) + 1, rowBytes), y);
        }
    }

    private static (byte[] Header, byte[] Rows, byte[] Palette) Read(byte[] file)
    {
        Assert.Equal([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], file[..8]);
        var chunks = new Dictionary<string, byte[]>();
        for (var at = 8; at < file.Length; )
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            var body = file.AsSpan(at + 4, length + 4);
            Assert.Equal(Crc32(body), BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + length)));
            chunks.Add(Encoding.ASCII.GetString(body[..4]), body[4..].ToArray());
            at += 12 + length;
        }
        Assert.Equal("IEND", chunks.Keys.Last());
        using var rows = new MemoryStream();
        using var inflated = new ZLibStream(new MemoryStream(chunks["IDAT"]), CompressionMode.Decompress);
        inflated.CopyTo(rows);
        return (chunks["IHDR"], rows.ToArray(), chunks.GetValueOrDefault("PLTE", []));
    }

    /// <summary>With a table, as the PNG text's annex has it; the writer goes bit by bit.</summary>
    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var table = new uint[256];
        for (var n = 0u; n < 256; n++)
        {
            table[n] = Enumerable
                .Range(0, 8)
                .Aggregate(n, (c, _) => (c & 1) != 0 ? 0xedb88320 ^ c >> 1 : c >> 1);
        }
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc = table[(crc ^ value) & 0xff] ^ crc >> 8;
        }
        return ~crc;
    }
}
