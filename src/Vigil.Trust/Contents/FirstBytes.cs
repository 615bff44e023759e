namespace Vigil.Trust.Custody;

/// <summary>
/// Tells picture, video and other apart by the first bytes alone, as a label for people: nothing is parsed here. Which
/// format it is, and whether it can be shown, is found out in the sandbox of Vigil.Media.
/// </summary>
internal static class FirstBytes
{
    /// <summary>As many as are looked at.</summary>
    public const int Count = 512;

    private static readonly byte[][] Pictures =
    [
        [0xFF, 0xD8, 0xFF],
        [0x89, .. "PNG\r\n"u8],
        [.. "GIF8"u8],
        [.. "II*\0"u8],
        [.. "MM\0*"u8],
        [.. "II+\0"u8],
        [.. "MM\0+"u8],
        [.. "BM"u8],
        // JPEG XL and JPEG 2000, bare and in their containers.
        [0xFF, 0x0A],
        [0xFF, 0x4F, 0xFF, 0x51],
        [0, 0, 0, 12, .. "JXL "u8],
        [0, 0, 0, 12, .. "jP  "u8],
        [.. "8BPS"u8],
    ];

    private static readonly byte[][] Videos =
    [
        [0x1A, 0x45, 0xDF, 0xA3],
        [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11],
        [0, 0, 1, 0xBA],
        [0, 0, 1, 0xB3],
        [.. "OggS"u8],
        [.. "FLV\u0001"u8],
    ];

    public static ContentKind KindOf(ReadOnlySpan<byte> first)
    {
        if (first.Length >= 12 && first.StartsWith("RIFF"u8))
        {
            return first[8..12].SequenceEqual("WEBP"u8) ? ContentKind.Picture
                : first[8..12].SequenceEqual("AVI "u8) ? ContentKind.Video
                : ContentKind.Other;
        }
        if (first.Length >= 12 && first[4..8].SequenceEqual("ftyp"u8))
        {
            return IsPictureBrand(first[8..12]) ? ContentKind.Picture : ContentKind.Video;
        }
        if (first.Length >= 8 && IsOldQuickTime(first[4..8]))
        {
            return ContentKind.Video;
        }
        return BeginsWithOne(first, Pictures) ? ContentKind.Picture
            : BeginsWithOne(first, Videos) || IsTransportStream(first) ? ContentKind.Video
            : ContentKind.Other;
    }

    // ISO/IEC 23008-12 (HEIF), AVIF; Canon's raw photographs.
    private static bool IsPictureBrand(ReadOnlySpan<byte> brand) =>
        brand.StartsWith("hei"u8)
        || brand.StartsWith("hev"u8)
        || brand.StartsWith("avi"u8)
        || brand.SequenceEqual("mif1"u8)
        || brand.SequenceEqual("msf1"u8)
        || brand.SequenceEqual("crx "u8);

    private static bool IsOldQuickTime(ReadOnlySpan<byte> box) =>
        box.SequenceEqual("moov"u8) || box.SequenceEqual("mdat"u8) || box.SequenceEqual("wide"u8);

    // ISO/IEC 13818-1: packets of 188 bytes that begin with 0x47.
    private static bool IsTransportStream(ReadOnlySpan<byte> first) =>
        first.Length > 376 && first[0] == 0x47 && first[188] == 0x47 && first[376] == 0x47;

    private static bool BeginsWithOne(ReadOnlySpan<byte> first, byte[][] marks)
    {
        foreach (var mark in marks)
        {
            if (first.StartsWith(mark))
            {
                return true;
            }
        }
        return false;
    }
}
