using System.Buffers.Binary;

namespace Vigil.Media.Decoding.Vips;

/// <summary>
/// What is read of a file by hand before libvips sees it: sizes that would cost memory, and facts it keeps to
/// itself.
/// </summary>
internal readonly record struct ContainerHeader(int Width, int Height, bool Interlaced)
{
    public bool IsKnown => Width != 0 || Height != 0;

    public static ContainerHeader Read(MediaFormat format, ReadOnlySpan<byte> file) =>
        format switch
        {
            MediaFormat.Png => Png(file),
            MediaFormat.Gif => Gif(file),
            _ => default,
        };

    // PNG (ISO/IEC 15948) 11.2.2: IHDR comes first; byte 28 is the interlace method.
    private static ContainerHeader Png(ReadOnlySpan<byte> file)
    {
        if (file.Length < 33 || !file.Slice(12, 4).SequenceEqual("IHDR"u8))
        {
            return default;
        }
        var width = BinaryPrimitives.ReadUInt32BigEndian(file[16..]);
        var height = BinaryPrimitives.ReadUInt32BigEndian(file[20..]);
        return new ContainerHeader(Clamp(width), Clamp(height), file[28] != 0);
    }

    // GIF89a 18: the logical screen that all frames are laid on.
    private static ContainerHeader Gif(ReadOnlySpan<byte> file) =>
        file.Length < 13
            ? default
            : new ContainerHeader(
                BinaryPrimitives.ReadUInt16LittleEndian(file[6..]),
                BinaryPrimitives.ReadUInt16LittleEndian(file[8..]),
                Interlaced: false
            );

    private static int Clamp(uint value) => (int)Math.Min(value, int.MaxValue);
}
