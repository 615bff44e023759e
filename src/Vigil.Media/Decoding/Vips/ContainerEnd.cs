using System.Buffers.Binary;

namespace Vigil.Media.Decoding.Vips;

/// <summary>Whether a file that gave no pixels is cut short, by the lengths it states itself, or broken otherwise.</summary>
internal static class ContainerEnd
{
    public static bool IsMissing(MediaFormat format, ReadOnlySpan<byte> file) =>
        format switch
        {
            MediaFormat.Png => IsPngCut(file),
            MediaFormat.WebP => BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) + 8L > file.Length,
            MediaFormat.Tiff => TiffDirectory.StartsOutside(file),
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
