using Vigil.Hashing;

namespace Vigil.Media.Decoding.Bmp;

/// <summary>The colours of a bitmap of at most 8 bits; an index beyond them is black.</summary>
internal readonly ref struct BmpPalette
{
    private readonly ReadOnlySpan<byte> entries;
    private readonly int entryBytes;
    private readonly int count;

    public BmpPalette(ReadOnlySpan<byte> file, BmpHeader header)
    {
        entryBytes = header.PaletteEntryBytes;
        count = header.PaletteColours;
        entries = file.Slice(header.PaletteOffset, count * entryBytes);
        var grey = count > 0;
        for (var at = 0; at < entries.Length; at += entryBytes)
        {
            grey = grey && entries[at] == entries[at + 1] && entries[at] == entries[at + 2];
        }
        Layout = grey ? PixelLayout.Grey8 : PixelLayout.Rgb24;
    }

    /// <summary>Grey when every colour is.</summary>
    public PixelLayout Layout { get; }

    public void Write(int index, Span<byte> pixel)
    {
        if (index >= count)
        {
            pixel[..(int)Layout].Clear();
            return;
        }
        var entry = entries.Slice(index * entryBytes, 3);
        pixel[0] = entry[2];
        if (Layout == PixelLayout.Rgb24)
        {
            pixel[1] = entry[1];
            pixel[2] = entry[0];
        }
    }
}
