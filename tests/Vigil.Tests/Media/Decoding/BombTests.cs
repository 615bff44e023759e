using System.Buffers.Binary;

namespace Vigil.Tests.Media.Decoding;

/// <summary>
/// Small files that claim to be huge are refused on the header: fast, and without the memory they ask for.
/// </summary>
public sealed class BombTests : IDisposable
{
    /// <summary>Of processor time: the clock also counts what else the machine does.</summary>
    private const double MostMs = 500;
    private const long MostBytes = 200L * 1024 * 1024;
    private readonly Folder folder = new();

    [Fact]
    public void Bombs_are_refused_within_half_a_second_and_200_megabytes()
    {
        var gif = GifOfFrames(10_000);
        var bombs = new Dictionary<string, (byte[] Bytes, string Outcome)>
        {
            ["png-30000.png"] = (PngWriter.Bomb(30_000, interlace: 0), "TooManyPixels"),
            ["png-interlaced-20000.png"] = (PngWriter.Bomb(20_000, interlace: 1), "TooManyPixels"),
            ["png-interlaced-5100.png"] = (PngWriter.Bomb(5_100, interlace: 1), "TooManyPixels"),
            ["jpeg-65500.jpg"] = (Resized(Jpeg(progressive: false), 65_500), "TooManyPixels"),
            ["jpeg-progressive-6000.jpg"] = (Resized(Jpeg(progressive: true), 6_000), "TooManyPixels"),
            ["gif-65535.gif"] = (GifScreen(65_535), "TooManyPixels"),
            ["gif-10000-frames.gif"] = (gif, "TooManyFrames"),
            ["webp-16383.webp"] = (WebPLossless(16_383), "TooManyPixels"),
            ["tiff-100000.tif"] = (Tiff(100_000, 100_000), "TooManyPixels"),
            ["tiff-one-strip.tif"] = (Tiff(29_000, 29_000), "TooManyPixels"),
            ["bmp-30000.bmp"] = (BmpWriter.Wrap(30_000, 30_000, 24, new byte[1000]), "TooManyPixels"),
            ["bmp-lies.bmp"] = (BmpWriter.Wrap(9_000, 9_000, 24, new byte[1000]), "Damaged"),
            ["bmp-overflow.bmp"] = (
                BmpWriter.Wrap(int.MaxValue, int.MaxValue, 32, new byte[1000]),
                "TooManyPixels"
            ),
            ["bmp-runs.bmp"] = (
                BmpWriter.Wrap(29_999, 29_999, 8, new byte[1000], [0, 255], packing: 1),
                "TooManyPixels"
            ),
            // libheif compares the claim with the coded picture before libvips is asked.
            ["heic-30000.heic"] = (HeifResized("heic", 30_000), "Damaged"),
            ["avif-30000.avif"] = (HeifResized("avif", 30_000), "Damaged"),
        };
        var paths = bombs.Select(bomb => folder.Write(bomb.Key, bomb.Value.Bytes)).ToArray();

        var files = Probe.Many(["--all-frames"], paths);

        foreach (var (bomb, file) in bombs.Zip(files))
        {
            var line =
                $"{bomb.Key}: {file.Outcome}, {file.CpuMs:F0} ms processor, {file.PeakBytes >> 20} MiB peak";
            TestContext.Current.TestOutputHelper!.WriteLine(line);
            Assert.Equal((bomb.Key, bomb.Value.Outcome), (bomb.Key, file.Outcome));
            Assert.Empty(file.Pictures);
            Assert.True(file.CpuMs < MostMs, line);
            Assert.True(file.PeakBytes < MostBytes, line);
        }
    }

    [Fact]
    public void A_gif_of_too_many_frames_still_gives_its_first()
    {
        var file = Probe.One(folder.Write("many.gif", GifOfFrames(10_000)));

        Assert.Equal(("Done", "Gif"), (file.Outcome, file.Format));
        // libnsgif stops counting at 4,096.
        Assert.True(file.Frames > 4000, $"{file.Frames} frames");
        Assert.True(file.CpuMs < MostMs, $"{file.CpuMs} ms");
    }

    public void Dispose() => folder.Dispose();

    private byte[] Jpeg(bool progressive)
    {
        var picture = new SamplePicture(64, 48);
        var path = folder["small.jpg"];
        Tool.Vips(
            "copy",
            folder.Write("small.ppm", picture.Ppm()),
            path + (progressive ? "[interlace]" : "")
        );
        return File.ReadAllBytes(path);
    }

    /// <summary>
    /// Height and width in the frame header are changed; the data stays that of a small picture.
    /// </summary>
    private static byte[] Resized(byte[] jpeg, int side)
    {
        for (var at = 2; ; at += 2 + BinaryPrimitives.ReadUInt16BigEndian(jpeg.AsSpan(at + 2)))
        {
            if (jpeg[at + 1] is 0xC0 or 0xC2)
            {
                BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(at + 5), (ushort)side);
                BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(at + 7), (ushort)side);
                return jpeg;
            }
        }
    }

    // GIF89a: header, screen without palette, then frames of one pixel in two colours.
    private static byte[] GifOfFrames(int frames)
    {
        byte[] frame = [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0x80, 0, 0, 0, 255, 255, 255, 2, 2, 0x44, 1, 0];
        return [.. GifScreen(8)[..^1], .. Enumerable.Repeat(frame, frames).SelectMany(f => f), 0x3B];
    }

    private static byte[] GifScreen(int side) =>
        [.. "GIF89a"u8, (byte)side, (byte)(side >> 8), (byte)side, (byte)(side >> 8), 0, 0, 0, 0x3B];

    // RFC 9649, 3.4: signature, 14 bits of width and of height less one.
    private static byte[] WebPLossless(int side)
    {
        var data = new byte[32];
        data[0] = 0x2F;
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(1), (uint)((side - 1) | ((side - 1) << 14)));
        byte[] chunk = [.. "VP8L"u8, 32, 0, 0, 0, .. data];
        return [.. "RIFF"u8, (byte)(chunk.Length + 4), 0, 0, 0, .. "WEBP"u8, .. chunk];
    }

    private static byte[] Tiff(int width, int height) =>
        TiffWriter.Write(width, height, 8, TiffWriter.BlackIsZero, 1, new byte[1000]);

    /// <summary>The size in the `ispe` property is changed; the coded picture stays small.</summary>
    private byte[] HeifResized(string kind, int side)
    {
        var path = folder["small." + kind];
        Tool.Vips("copy", folder.Write("small.ppm", new SamplePicture(128, 96).Ppm()), path);
        var bytes = File.ReadAllBytes(path);
        var at = bytes.AsSpan().IndexOf("ispe"u8);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at + 8), side);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at + 12), side);
        return bytes;
    }
}
