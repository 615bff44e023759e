using System.Buffers.Binary;

namespace Vigil.Media.Decoding.Vips;

/// <summary>Whether a file is cut short, by the lengths and offsets it states itself.</summary>
internal static class ContainerEnd
{
    public static bool IsMissing(MediaFormat format, ReadOnlySpan<byte> file) =>
        format switch
        {
            MediaFormat.Png => IsPngCut(file),
            MediaFormat.Gif => IsGifCut(file),
            MediaFormat.WebP => BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) + 8L > file.Length,
            MediaFormat.Tiff => TiffDirectory.ReachesOutside(file),
            MediaFormat.Heif or MediaFormat.Avif => IsBoxCut(file),
            _ => false,
        };

    // ISO/IEC 15948, 5.3: length, type, data, check; IEND is the last.
    private static bool IsPngCut(ReadOnlySpan<byte> file)
    {
        for (long at = 8; at + 8 <= file.Length; )
        {
            var chunk = file[(int)at..];
            if (chunk.Slice(4, 4).SequenceEqual("IEND"u8))
            {
                return false;
            }
            at += 12L + BinaryPrimitives.ReadUInt32BigEndian(chunk);
        }
        return true;
    }

    // GIF89a, appendix A: extensions and pictures, each with its sub-blocks, up to the trailer. Files that
    // end between two blocks are whole: many writers forget the trailer.
    private static bool IsGifCut(ReadOnlySpan<byte> file)
    {
        var at = 13 + (file.Length > 10 ? TableBytes(file[10]) : 0);
        while (at < file.Length)
        {
            switch (file[at])
            {
                case 0x21:
                    at += 2;
                    break;
                case 0x2C when at + 10 > file.Length:
                    return true;
                case 0x2C:
                    at += 10 + TableBytes(file[at + 9]) + 1;
                    break;
                default:
                    return false;
            }
            while (at < file.Length && file[at] != 0)
            {
                at += file[at] + 1;
            }
            if (at++ >= file.Length)
            {
                return true;
            }
        }
        return at > file.Length;
    }

    private static int TableBytes(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);

    // ISO/IEC 14496-12, 4.2: size and type; 0 reaches to the end, 1 has 64 bits behind the type.
    private static bool IsBoxCut(ReadOnlySpan<byte> file)
    {
        long at = 0;
        while (at + 8 <= file.Length)
        {
            long size = BinaryPrimitives.ReadUInt32BigEndian(file[(int)at..]);
            if (size == 1 && at + 16 <= file.Length)
            {
                size = BinaryPrimitives.ReadInt64BigEndian(file[(int)(at + 8)..]);
            }
            if (size < 8)
            {
                return false;
            }
            if (size > file.Length - at)
            {
                return true;
            }
            at += size;
        }
        return at != file.Length;
    }
}
