using System.Buffers.Binary;

namespace Vigil.Media.Decoding.Bmp;

/// <summary>How the pixels of a bitmap are packed: the values of biCompression that are read.</summary>
internal enum BmpPacking
{
    Plain = 0,
    RunLength8 = 1,
    RunLength4 = 2,
    BitFields = 3,
    AlphaBitFields = 6,
}

/// <summary>The colour masks of 16 and 32-bit pixels.</summary>
internal readonly record struct BmpMasks(uint Red, uint Green, uint Blue, uint Alpha)
{
    public static readonly BmpMasks Of16 = new(0x7C00, 0x03E0, 0x001F, 0);
    public static readonly BmpMasks Of32 = new(0xFF0000, 0xFF00, 0xFF, 0);
}

/// <summary>
/// BITMAPFILEHEADER and the header after it: BITMAPCOREHEADER (12 bytes), OS/2 2 (64), BITMAPINFOHEADER (40)
/// and its extensions of 52, 56, 108 (V4) and 124 (V5) bytes, as in the Windows GDI reference, "Bitmap
/// Storage".
/// </summary>
internal readonly record struct BmpHeader
{
    private const int FileHeaderBytes = 14;
    private const int CoreHeaderBytes = 12;
    private const int InfoHeaderBytes = 40;
    private const int Os2HeaderBytes = 64;

    public int Width { get; private init; }
    public int Height { get; private init; }
    public bool TopDown { get; private init; }
    public int BitsPerPixel { get; private init; }
    public BmpPacking Packing { get; private init; }
    public BmpMasks Masks { get; private init; }

    /// <summary>Where the palette begins, how many colours it has and how many bytes each takes.</summary>
    public int PaletteOffset { get; private init; }

    public int PaletteColours { get; private init; }
    public int PaletteEntryBytes { get; private init; }
    public int PixelOffset { get; private init; }

    /// <summary>Bytes of a row: packed bits, padded to four bytes.</summary>
    public long StrideBytes => ((long)Width * BitsPerPixel + 31) / 32 * 4;

    /// <summary>Done, or why the header cannot be used.</summary>
    public MediaOutcome Outcome { get; private init; }

    public static BmpHeader Read(ReadOnlySpan<byte> file)
    {
        var size = (int)BinaryPrimitives.ReadUInt32LittleEndian(file[FileHeaderBytes..]);
        if (file.Length < FileHeaderBytes + size)
        {
            return new BmpHeader { Outcome = MediaOutcome.Damaged };
        }
        var info = file.Slice(FileHeaderBytes, size);
        var header = size == CoreHeaderBytes ? Core(info) : Info(info, file);
        var pixelOffset = BinaryPrimitives.ReadUInt32LittleEndian(file[10..]);
        var inside = header.PaletteOffset + header.PaletteColours * header.PaletteEntryBytes <= file.Length;
        return header with
        {
            PixelOffset = (int)Math.Min(pixelOffset, (uint)file.Length),
            Outcome =
                header.Outcome != MediaOutcome.Done ? header.Outcome
                : inside && pixelOffset >= header.PaletteOffset ? MediaOutcome.Done
                : MediaOutcome.Damaged,
        };
    }

    private static BmpHeader Core(ReadOnlySpan<byte> info)
    {
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(info[10..]);
        return new BmpHeader
        {
            Width = BinaryPrimitives.ReadUInt16LittleEndian(info[4..]),
            Height = BinaryPrimitives.ReadUInt16LittleEndian(info[6..]),
            BitsPerPixel = bits,
            PaletteOffset = FileHeaderBytes + CoreHeaderBytes,
            PaletteColours = bits <= 8 ? 1 << bits : 0,
            PaletteEntryBytes = 3,
            Outcome = bits is 1 or 4 or 8 or 24 ? MediaOutcome.Done : MediaOutcome.Damaged,
        };
    }

    private static BmpHeader Info(ReadOnlySpan<byte> info, ReadOnlySpan<byte> file)
    {
        var height = BinaryPrimitives.ReadInt32LittleEndian(info[8..]);
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(info[14..]);
        var packing = BinaryPrimitives.ReadUInt32LittleEndian(info[16..]);
        var colours = BinaryPrimitives.ReadUInt32LittleEndian(info[32..]);
        var fields = packing is (uint)BmpPacking.BitFields or (uint)BmpPacking.AlphaBitFields;
        // Behind the plain header the masks come before the palette; the longer headers contain them.
        var trailing =
            info.Length > InfoHeaderBytes || !fields ? 0
            : packing == (uint)BmpPacking.AlphaBitFields ? 16
            : 12;
        var paletteOffset = FileHeaderBytes + info.Length + trailing;
        var largest = bits <= 8 ? 1u << bits : 0;
        var masks = file.Slice(FileHeaderBytes + InfoHeaderBytes);
        var outcome = Check(info, height, bits, packing);
        if (fields && masks.Length < Math.Max(trailing, 12))
        {
            outcome = MediaOutcome.Damaged;
        }
        return new BmpHeader
        {
            Width = BinaryPrimitives.ReadInt32LittleEndian(info[4..]),
            Height = height == int.MinValue ? 0 : Math.Abs(height),
            TopDown = height < 0,
            BitsPerPixel = bits,
            Packing = (BmpPacking)packing,
            Masks =
                outcome != MediaOutcome.Done ? default
                : fields ? ReadMasks(masks, info.Length >= 56 || trailing == 16)
                : bits == 16 ? BmpMasks.Of16
                : BmpMasks.Of32,
            PaletteOffset = paletteOffset,
            PaletteColours = (int)(colours == 0 || colours > largest ? largest : colours),
            PaletteEntryBytes = 4,
            Outcome = outcome,
        };
    }

    private static MediaOutcome Check(ReadOnlySpan<byte> info, int height, int bits, uint packing)
    {
        var fits = packing switch
        {
            0 => bits is 1 or 4 or 8 or 16 or 24 or 32,
            1 => bits == 8 && height > 0,
            2 => bits == 4 && height > 0,
            3 or 6 => bits is 16 or 32 && info.Length != Os2HeaderBytes,
            _ => false,
        };
        // 4 and 5 are whole JPEG and PNG files for printers; OS/2 has Huffman and 24-bit runs under 3 and 4.
        var other = packing is 4 or 5 || (packing == 3 && info.Length == Os2HeaderBytes);
        return fits ? MediaOutcome.Done
            : other ? MediaOutcome.Unsupported
            : MediaOutcome.Damaged;
    }

    private static BmpMasks ReadMasks(ReadOnlySpan<byte> masks, bool alpha) =>
        new(
            BinaryPrimitives.ReadUInt32LittleEndian(masks),
            BinaryPrimitives.ReadUInt32LittleEndian(masks[4..]),
            BinaryPrimitives.ReadUInt32LittleEndian(masks[8..]),
            alpha ? BinaryPrimitives.ReadUInt32LittleEndian(masks[12..]) : 0
        );
}
