using System.Buffers.Binary;

namespace Vigil.Media.Decoding;

/// <summary>
/// Reads tag 274 of the first directory of an EXIF block and nothing else (EXIF 2.32, 4.6.4; TIFF 6.0, page
/// 13). Whatever is not exactly as written there counts as upright.
/// </summary>
internal static class ExifOrientation
{
    /// <summary>Stored as it is to be seen.</summary>
    public const int Upright = 1;

    private const int OrientationTag = 274;
    private const int ShortType = 3;
    private const int EntryBytes = 12;

    /// <summary>Entries looked at; the tags are sorted and 274 is among the first.</summary>
    private const int MaxEntries = 512;

    /// <param name="exif">An APP1 payload ("Exif", two zeros, TIFF) or the bare TIFF block.</param>
    /// <returns>1 to 8.</returns>
    public static int Read(ReadOnlySpan<byte> exif)
    {
        var tiff = exif.StartsWith("Exif\0\0"u8) ? exif[6..] : exif;
        var little = tiff.StartsWith("II*\0"u8);
        if (tiff.Length < 8 || (!little && !tiff.StartsWith("MM\0*"u8)))
        {
            return Upright;
        }
        var directory = ReadUInt32(tiff[4..], little);
        if (directory < 8 || directory > tiff.Length - 2)
        {
            return Upright;
        }
        var count = Math.Min((int)ReadUInt16(tiff[(int)directory..], little), MaxEntries);
        var at = (int)directory + 2;
        for (; count > 0 && at + EntryBytes <= tiff.Length; count--, at += EntryBytes)
        {
            var entry = tiff.Slice(at, EntryBytes);
            if (ReadUInt16(entry, little) == OrientationTag)
            {
                return Value(entry, little);
            }
        }
        return Upright;
    }

    private static int Value(ReadOnlySpan<byte> entry, bool little)
    {
        var plain = ReadUInt16(entry[2..], little) == ShortType && ReadUInt32(entry[4..], little) == 1;
        var value = ReadUInt16(entry[8..], little);
        return plain && value is >= 1 and <= 8 ? value : Upright;
    }

    private static ushort ReadUInt16(ReadOnlySpan<byte> from, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(from) : BinaryPrimitives.ReadUInt16BigEndian(from);

    private static uint ReadUInt32(ReadOnlySpan<byte> from, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(from) : BinaryPrimitives.ReadUInt32BigEndian(from);
}
