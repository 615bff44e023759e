using System.Buffers.Binary;

namespace Vigil.Media.Decoding;

/// <summary>
/// Tells the format by the first bytes alone. A name, an extension or a claimed type is never asked.
/// </summary>
internal static class FormatSniffer
{
    /// <summary>
    /// Compatible brands looked at in an ISO base media file; real files have fewer than ten.
    /// </summary>
    private const int MaxBrands = 64;

    public static MediaFormat Sniff(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
        {
            return MediaFormat.Jpeg;
        }
        if (file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]))
        {
            return MediaFormat.Png;
        }
        if (file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8))
        {
            return MediaFormat.Gif;
        }
        if (file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8))
        {
            return MediaFormat.Tiff;
        }
        // BigTIFF: version 43, then the size of an offset, 8.
        if (file.StartsWith("II+\0\u0008\0"u8) || file.StartsWith("MM\0+\0\u0008"u8))
        {
            return MediaFormat.Tiff;
        }
        if (IsBmp(file))
        {
            return MediaFormat.Bmp;
        }
        if (file.StartsWith("RIFF"u8) && file.Length >= 12)
        {
            return Riff(file.Slice(8, 4));
        }
        if (file.Length >= 8)
        {
            var box = IsoBaseMedia(file);
            if (box != MediaFormat.Unknown)
            {
                return box;
            }
        }
        return IsOtherVideo(file) ? MediaFormat.Video
            : IsOtherPicture(file) ? MediaFormat.OtherPicture
            : MediaFormat.Unknown;
    }

    // "BM" begins many a text; the size of the second header makes it a bitmap.
    private static bool IsBmp(ReadOnlySpan<byte> file) =>
        file.Length >= 18
        && file.StartsWith("BM"u8)
        && BinaryPrimitives.ReadUInt32LittleEndian(file[14..]) is 12 or 40 or 52 or 56 or 64 or 108 or 124;

    private static MediaFormat Riff(ReadOnlySpan<byte> kind) =>
        kind.SequenceEqual("WEBP"u8) ? MediaFormat.WebP
        : kind.SequenceEqual("AVI "u8) ? MediaFormat.Video
        : MediaFormat.Unknown;

    private static MediaFormat IsoBaseMedia(ReadOnlySpan<byte> file)
    {
        var type = file.Slice(4, 4);
        if (type.SequenceEqual("ftyp"u8) && file.Length >= 12)
        {
            return Brands(file);
        }
        // QuickTime before 1999 has no ftyp box.
        var old =
            type.SequenceEqual("moov"u8)
            || type.SequenceEqual("mdat"u8)
            || type.SequenceEqual("wide"u8)
            || type.SequenceEqual("pnot"u8);
        return old ? MediaFormat.Video : MediaFormat.Unknown;
    }

    // ISO/IEC 23008-12 (HEIF) 10.2 and the AVIF specification: the major brand decides; mif1 and msf1 name
    // only the structure, then the compatible brands say which codec.
    private static MediaFormat Brands(ReadOnlySpan<byte> file)
    {
        var size = BinaryPrimitives.ReadUInt32BigEndian(file);
        var end = (int)Math.Min(Math.Min(size, (uint)file.Length), 16 + 4 * MaxBrands);
        // Canon's raw photographs.
        if (file.Slice(8, 4).SequenceEqual("crx "u8))
        {
            return MediaFormat.OtherPicture;
        }
        var major = Brand(file.Slice(8, 4));
        if (major != MediaFormat.Unknown)
        {
            return major;
        }
        var structural = file.Slice(8, 4).SequenceEqual("mif1"u8) || file.Slice(8, 4).SequenceEqual("msf1"u8);
        var found = structural ? MediaFormat.Heif : MediaFormat.Video;
        for (var at = 16; at + 4 <= end; at += 4)
        {
            var brand = Brand(file.Slice(at, 4));
            if (brand == MediaFormat.Avif)
            {
                return MediaFormat.Avif;
            }
            found = brand == MediaFormat.Heif ? MediaFormat.Heif : found;
        }
        return found;
    }

    private static MediaFormat Brand(ReadOnlySpan<byte> brand)
    {
        if (brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8))
        {
            return MediaFormat.Avif;
        }
        // heic heix heim heis, and the sequence brands hevc hevx hevm hevs.
        var heif =
            (brand.StartsWith("hei"u8) && "cxms"u8.Contains(brand[3]))
            || (brand.StartsWith("hev"u8) && "cxms"u8.Contains(brand[3]));
        return heif ? MediaFormat.Heif : MediaFormat.Unknown;
    }

    private static bool IsOtherVideo(ReadOnlySpan<byte> file)
    {
        ReadOnlySpan<byte> matroska = [0x1A, 0x45, 0xDF, 0xA3];
        ReadOnlySpan<byte> windowsMedia = [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11];
        ReadOnlySpan<byte> programStream = [0, 0, 1, 0xBA];
        ReadOnlySpan<byte> mpegVideo = [0, 0, 1, 0xB3];
        return file.StartsWith(matroska)
            || file.StartsWith(windowsMedia)
            || file.StartsWith(programStream)
            || file.StartsWith(mpegVideo)
            || file.StartsWith("OggS"u8)
            || file.StartsWith("FLV\u0001"u8)
            || IsTransportStream(file);
    }

    // Told apart so that a scan says of them that they were not looked at, instead of "not a picture".
    private static bool IsOtherPicture(ReadOnlySpan<byte> file)
    {
        // ISO/IEC 18181-2: JPEG XL, bare and in its container.
        ReadOnlySpan<byte> jpegXl = [0xFF, 0x0A];
        ReadOnlySpan<byte> jpegXlBox = [0, 0, 0, 12, 0x4A, 0x58, 0x4C, 0x20, 13, 10, 0x87, 10];
        // ISO/IEC 15444-1, annexes A and I: JPEG 2000.
        ReadOnlySpan<byte> jpeg2000 = [0xFF, 0x4F, 0xFF, 0x51];
        ReadOnlySpan<byte> jpeg2000Box = [0, 0, 0, 12, 0x6A, 0x50, 0x20, 0x20, 13, 10, 0x87, 10];
        ReadOnlySpan<byte> openExr = [0x76, 0x2F, 0x31, 0x01];
        return file.StartsWith(jpegXl)
            || file.StartsWith(jpegXlBox)
            || file.StartsWith(jpeg2000)
            || file.StartsWith(jpeg2000Box)
            || file.StartsWith(openExr)
            // ISO/IEC 29199-2: JPEG XR.
            || file.StartsWith((ReadOnlySpan<byte>)[(byte)'I', (byte)'I', 0xBC, 1])
            || file.StartsWith("8BPS\0"u8)
            || file.StartsWith("FUJIFILMCCD-RAW"u8)
            || IsNetpbm(file);
    }

    // netpbm(5): P1 to P7, then white space; the text formats continue with a number or a comment.
    private static bool IsNetpbm(ReadOnlySpan<byte> file) =>
        file.Length > 8
        && file[0] == 'P'
        && file[1] is >= (byte)'1' and <= (byte)'7'
        && file[2] is (byte)'\n' or (byte)' '
        && (
            file[1] == '7'
                ? file[3..].StartsWith("WIDTH"u8)
                : file[3] == '#' || char.IsAsciiDigit((char)file[3])
        );

    // ISO/IEC 13818-1: packets of 188 bytes that begin with 0x47.
    private static bool IsTransportStream(ReadOnlySpan<byte> file) =>
        file.Length > 376 && file[0] == 0x47 && file[188] == 0x47 && file[376] == 0x47;
}
