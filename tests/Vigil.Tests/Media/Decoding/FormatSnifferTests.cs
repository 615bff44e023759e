using System.Text;
using Vigil.Media;
using Vigil.Media.Decoding;

namespace Vigil.Tests.Media.Decoding;

public class FormatSnifferTests
{
    [Theory]
    [InlineData("FFD8FFE0", MediaFormat.Jpeg)]
    [InlineData("FFD8", MediaFormat.Unknown)]
    [InlineData("89504E470D0A1A0A", MediaFormat.Png)]
    [InlineData("474946383961", MediaFormat.Gif)]
    [InlineData("474946383761", MediaFormat.Gif)]
    [InlineData("474946383561", MediaFormat.Unknown)]
    [InlineData("49492A00", MediaFormat.Tiff)]
    [InlineData("4D4D002A", MediaFormat.Tiff)]
    [InlineData("49492B0008000000", MediaFormat.Tiff)]
    [InlineData("4D4D002B00080000", MediaFormat.Tiff)]
    [InlineData("1A45DFA3", MediaFormat.Video)]
    [InlineData("000001BA", MediaFormat.Video)]
    [InlineData("000001B3", MediaFormat.Video)]
    [InlineData("464C5601", MediaFormat.Video)]
    [InlineData("4F676753", MediaFormat.Video)]
    [InlineData("3026B2758E66CF11", MediaFormat.Video)]
    [InlineData("FF0A0004", MediaFormat.OtherPicture)] // JPEG XL
    [InlineData("0000000C4A584C200D0A870A", MediaFormat.OtherPicture)]
    [InlineData("FF4FFF51", MediaFormat.OtherPicture)] // JPEG 2000
    [InlineData("0000000C6A5020200D0A870A", MediaFormat.OtherPicture)]
    [InlineData("4949BC01", MediaFormat.OtherPicture)] // JPEG XR
    [InlineData("384250530001", MediaFormat.OtherPicture)] // Photoshop
    [InlineData("762F3101", MediaFormat.OtherPicture)] // OpenEXR
    [InlineData("50360A3420340A3235350A", MediaFormat.OtherPicture)] // PPM
    [InlineData("50362069732061206E616D65", MediaFormat.Unknown)] // "P6 is a name"
    [InlineData("504B0304", MediaFormat.Unknown)]
    [InlineData("00", MediaFormat.Unknown)]
    public void A_format_is_told_by_its_first_bytes(string hex, MediaFormat expected) =>
        Assert.Equal(expected, FormatSniffer.Sniff(Convert.FromHexString(hex)));

    [Theory]
    [InlineData("heic", "mif1heic", MediaFormat.Heif)]
    [InlineData("heix", "mif1", MediaFormat.Heif)]
    [InlineData("mif1", "mif1heic", MediaFormat.Heif)]
    [InlineData("mif1", "miafavif", MediaFormat.Avif)]
    [InlineData("msf1", "hevc", MediaFormat.Heif)]
    [InlineData("avif", "mif1", MediaFormat.Avif)]
    [InlineData("avis", "msf1", MediaFormat.Avif)]
    [InlineData("isom", "isomiso2avc1mp41", MediaFormat.Video)]
    [InlineData("mp42", "", MediaFormat.Video)]
    [InlineData("qt  ", "qt  ", MediaFormat.Video)]
    [InlineData("M4V ", "", MediaFormat.Video)]
    [InlineData("crx ", "crx isom", MediaFormat.OtherPicture)] // Canon raw
    public void A_box_file_is_told_by_its_brands(string major, string compatible, MediaFormat expected)
    {
        var box = new byte[16 + compatible.Length];
        box[3] = (byte)box.Length;
        Encoding.ASCII.GetBytes("ftyp" + major).CopyTo(box, 4);
        Encoding.ASCII.GetBytes(compatible).CopyTo(box, 16);

        Assert.Equal(expected, FormatSniffer.Sniff(box));
    }

    [Theory]
    [InlineData("WEBP", MediaFormat.WebP)]
    [InlineData("AVI ", MediaFormat.Video)]
    [InlineData("WAVE", MediaFormat.Unknown)]
    public void A_riff_file_is_told_by_its_kind(string kind, MediaFormat expected) =>
        Assert.Equal(expected, FormatSniffer.Sniff(Encoding.ASCII.GetBytes("RIFF\0\0\0\0" + kind)));

    [Fact]
    public void Random_bytes_of_any_length_never_throw()
    {
        var random = new Random(11);
        for (var length = 0; length < 500; length++)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            FormatSniffer.Sniff(bytes);
            for (var at = 0; length > 12 && at < 12; at++)
            {
                "\0\0\0\u0010ftypmif1"u8[..at].CopyTo(bytes);
                FormatSniffer.Sniff(bytes);
            }
        }
    }

    [Fact]
    public void A_renamed_file_is_what_it_contains_and_a_text_is_no_picture()
    {
        using var folder = new Folder();
        var png = PngWriter.Write(1, 1, 8, PngWriter.Grey, [7]);
        byte[] video = [0, 0, 0, 16, .. "ftypisom"u8, 0, 0, 0, 0];

        var files = Probe.Many(
            [],
            folder.Write("a.jpg", png),
            folder.Write("b.png", "Just a text."u8.ToArray()),
            folder.Write("c.jpg", video),
            folder.Write("d.jpg", [])
        );

        Assert.Equal(["Done", "NotMedia", "Unsupported", "Empty"], files.Select(file => file.Outcome));
        Assert.Equal(["Png", "Unknown", "Video", "Unknown"], files.Select(file => file.Format));
        Assert.Equal((1, 1), (files[0].Width, files[0].Height));
    }
}
