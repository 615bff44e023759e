using System.Runtime.InteropServices;

namespace Vigil.Tests.Media.Decoding;

/// <summary>One picture in every mode and container hashes within 10 bits of itself as plain RGB.</summary>
public sealed class SamePictureTests : IClassFixture<SamePictureTests.Files>
{
    private const int MostBits = 10;
    private readonly Files files;

    public SamePictureTests(Files files) => this.files = files;

    [Theory]
    [InlineData("rgb.png")]
    [InlineData("rgb-interlaced.png")]
    [InlineData("rgb-16.png")]
    [InlineData("rgba.png")]
    [InlineData("grey.png")]
    [InlineData("grey-alpha.png")]
    [InlineData("grey-16.png")]
    [InlineData("grey-16-holding-8.png")]
    [InlineData("palette.png")]
    [InlineData("palette-transparent.png")]
    [InlineData("one-bit.png")]
    [InlineData("display-p3.png")]
    [InlineData("rgb.gif")]
    [InlineData("grey.gif")]
    [InlineData("rgb.webp")]
    [InlineData("lossless.webp")]
    [InlineData("rgb.heic")]
    [InlineData("rgb.avif")]
    [InlineData("rgb.tif")]
    [InlineData("rgb-lzw-tiles.tif")]
    [InlineData("rgb-big.tif")]
    [InlineData("rgb-jpeg.tif")]
    [InlineData("rgb-16.tif")]
    [InlineData("rgba.tif")]
    [InlineData("grey.tif")]
    [InlineData("grey-alpha.tif")]
    [InlineData("grey-16.tif")]
    [InlineData("grey-white-is-zero.tif")]
    [InlineData("palette.tif")]
    [InlineData("one-bit.tif")]
    [InlineData("float-to-1.tif")]
    [InlineData("float-to-255.tif")]
    [InlineData("float-to-65535.tif")]
    [InlineData("integer-32.tif")]
    [InlineData("lab.tif")]
    [InlineData("lab-float.tif")]
    [InlineData("ycbcr.tif")]
    [InlineData("cmyk.tif")]
    [InlineData("cmyk-profile.tif")]
    [InlineData("rgb.jpg")]
    [InlineData("grey.jpg")]
    [InlineData("cmyk.jpg")]
    [InlineData("cmyk-profile.jpg")]
    [InlineData("progressive.jpg")]
    [InlineData("display-p3.jpg")]
    [InlineData("rgb-24.bmp")]
    [InlineData("palette-8.bmp")]
    [InlineData("one-bit.bmp")]
    public void The_picture_hashes_as_its_plain_self(string name)
    {
        var file = files.Probed[name];

        Assert.Equal((name, "Done", false), (name, file.Outcome, file.Truncated));
        Assert.Equal((640, 424), (file.Width, file.Height));
        Assert.True(files.Plain.Quality >= 80, $"the sample has quality {files.Plain.Quality}");
        var bits = file.Stored.BitsFrom(files.Plain);
        TestContext.Current.TestOutputHelper!.WriteLine($"{name}: {bits} bits");
        Assert.True(bits <= MostBits, $"{name} is {bits} bits from the plain picture");
    }

    /// <summary>All files, made once and decoded in one process, one after the other.</summary>
    public sealed class Files : IDisposable
    {
        private readonly Folder folder = new();
        private readonly SamplePicture picture = new();

        public Files()
        {
            var ppm = folder.Write("plain.ppm", picture.Ppm());
            WriteByVips(ppm);
            WritePng();
            WriteTiff();
            WriteBmp();
            Probe.EncodeJpeg(picture, "Rgb", 90, folder["rgb.jpg"]);
            Probe.EncodeJpeg(picture, "Grey", 90, folder["grey.jpg"]);
            Probe.EncodeJpeg(picture, "Cmyk", 90, folder["cmyk.jpg"]);
            var paths = Directory
                .GetFiles(Path.GetDirectoryName(folder["x"])!)
                .Where(path => Path.GetExtension(path) is not (".ppm" or ".rgb"))
                .ToArray();
            Probed = Probe.Many([], paths).ToDictionary(file => Path.GetFileName(file.Path));
            Plain = Probed["rgb.png"].Stored;
        }

        internal IReadOnlyDictionary<string, ProbedFile> Probed { get; }

        internal ProbedPicture Plain { get; }

        public void Dispose() => folder.Dispose();

        private void WriteByVips(string ppm)
        {
            Tool.Vips("copy", ppm, folder["rgb-interlaced.png"] + "[interlace]");
            Tool.Vips("colourspace", ppm, folder["rgb-16.png"], "rgb16");
            Tool.Vips("colourspace", ppm, folder["rgb-16.tif"], "rgb16");
            Tool.Vips("colourspace", ppm, folder["grey-16.png"], "grey16");
            Tool.Vips("copy", ppm, folder["palette.png"] + "[palette]");
            Tool.Vips("icc_transform", ppm, folder["display-p3.png"], "p3", "--input-profile", "srgb");
            Tool.Vips(
                "icc_transform",
                ppm,
                folder["display-p3.jpg"] + "[Q=90]",
                "p3",
                "--input-profile",
                "srgb"
            );
            Tool.Vips(
                "icc_transform",
                ppm,
                folder["cmyk-profile.jpg"] + "[Q=90]",
                "cmyk",
                "--input-profile",
                "srgb"
            );
            Tool.Vips("icc_transform", ppm, folder["cmyk-profile.tif"], "cmyk", "--input-profile", "srgb");
            Tool.Vips("copy", ppm, folder["rgb.gif"]);
            Tool.Vips("colourspace", ppm, folder["grey.gif"], "b-w");
            Tool.Vips("copy", ppm, folder["rgb.webp"] + "[Q=90]");
            Tool.Vips("copy", ppm, folder["lossless.webp"] + "[lossless]");
            Tool.Vips("copy", ppm, folder["rgb.heic"] + "[Q=85]");
            Tool.Vips("copy", ppm, folder["rgb.avif"] + "[Q=80,effort=1]");
            Tool.Vips("copy", ppm, folder["rgb-lzw-tiles.tif"] + "[tile,compression=lzw]");
            Tool.Vips("copy", ppm, folder["rgb-big.tif"] + "[bigtiff]");
            Tool.Vips("copy", ppm, folder["rgb-jpeg.tif"] + "[compression=jpeg,Q=90]");
            Tool.Vips("colourspace", ppm, folder["lab-float.tif"], "lab");
            Tool.Vips("copy", ppm, folder["progressive.jpg"] + "[Q=90,interlace]");
        }

        private void WritePng()
        {
            var (w, h, grey) = (picture.Width, picture.Height, picture.Grey);
            Png("rgb.png", 8, PngWriter.Rgb, picture.Rgb);
            Png("grey.png", 8, PngWriter.Grey, grey);
            Png("rgba.png", 8, PngWriter.Rgba, WithAlpha(picture.Rgb, 3));
            Png("grey-alpha.png", 8, PngWriter.GreyAlpha, WithAlpha(grey, 1));
            Png("grey-16-holding-8.png", 16, PngWriter.Grey, [.. grey.SelectMany(v => new byte[] { 0, v })]);
            Png("one-bit.png", 1, PngWriter.Grey, Pack(picture.Dithered()));
            folder.Write(
                "palette-transparent.png",
                PngWriter.Write(
                    w,
                    h,
                    8,
                    PngWriter.Palette,
                    grey,
                    (
                        "PLTE",
                        [.. Enumerable.Range(0, 256).SelectMany(v => new[] { (byte)v, (byte)v, (byte)v })]
                    ),
                    ("tRNS", [0, 128, 7])
                )
            );

            void Png(string name, byte depth, byte colour, byte[] rows) =>
                folder.Write(name, PngWriter.Write(w, h, depth, colour, rows));
        }

        private void WriteTiff()
        {
            var grey = picture.Grey;
            Tiff("rgb.tif", 8, TiffWriter.Rgb, 3, picture.Rgb);
            Tiff(
                "rgba.tif",
                8,
                TiffWriter.Rgb,
                4,
                WithAlpha(picture.Rgb, 3),
                extra: new TiffWriter.Tag(338, 3, 2)
            );
            Tiff("grey.tif", 8, TiffWriter.BlackIsZero, 1, grey);
            Tiff(
                "grey-alpha.tif",
                8,
                TiffWriter.BlackIsZero,
                2,
                WithAlpha(grey, 1),
                extra: new TiffWriter.Tag(338, 3, 2)
            );
            Tiff(
                "grey-16.tif",
                16,
                TiffWriter.BlackIsZero,
                1,
                Bytes<ushort>(grey.Select(v => (ushort)(v * 257)))
            );
            Tiff("grey-white-is-zero.tif", 8, TiffWriter.WhiteIsZero, 1, [.. grey.Select(v => (byte)~v)]);
            Tiff(
                "palette.tif",
                8,
                TiffWriter.Palette,
                1,
                [.. grey.Select(v => (byte)~v)],
                extra: new TiffWriter.Tag(
                    320,
                    3,
                    [.. Enumerable.Range(0, 768).Select(at => (255 - at % 256) * 257)]
                )
            );
            Tiff("one-bit.tif", 1, TiffWriter.BlackIsZero, 1, Pack(picture.Dithered()));
            Tiff("float-to-1.tif", 32, 1, 1, Bytes<float>(grey.Select(v => v / 255f)), TiffWriter.Float);
            Tiff("float-to-255.tif", 32, 1, 1, Bytes<float>(grey.Select(v => (float)v)), TiffWriter.Float);
            Tiff("float-to-65535.tif", 32, 1, 1, Bytes<float>(grey.Select(v => v * 257f)), TiffWriter.Float);
            Tiff("integer-32.tif", 32, 1, 1, Bytes<int>(grey.Select(v => (int)v)), TiffWriter.Signed);
            Tiff(
                "cmyk.tif",
                8,
                TiffWriter.Separated,
                4,
                [.. ByPixel(p => [Not(p[0]), Not(p[1]), Not(p[2]), 0])]
            );
            Tiff(
                "ycbcr.tif",
                8,
                TiffWriter.YCbCr,
                3,
                [.. ByPixel(ToYCbCr)],
                extra: new TiffWriter.Tag(530, 3, 1, 1)
            );
            Tiff("lab.tif", 8, TiffWriter.Lab, 3, [.. ByPixel(ToLab)]);

            void Tiff(
                string name,
                int bits,
                int photometric,
                int samples,
                byte[] data,
                int format = TiffWriter.Unsigned,
                params TiffWriter.Tag[] extra
            ) =>
                folder.Write(
                    name,
                    TiffWriter.Write(
                        picture.Width,
                        picture.Height,
                        bits,
                        photometric,
                        samples,
                        data,
                        format,
                        extra: extra
                    )
                );
        }

        private void WriteBmp()
        {
            var (w, h) = (picture.Width, picture.Height);
            byte[] bgr = [.. ByPixel(p => [p[2], p[1], p[0]])];
            folder.Write("rgb-24.bmp", BmpWriter.Write(w, h, 24, bgr));
            var greys = Enumerable.Range(0, 256).Select(v => (byte)v).ToArray();
            folder.Write("palette-8.bmp", BmpWriter.Write(w, h, 8, picture.Grey, greys));
            folder.Write("one-bit.bmp", BmpWriter.Write(w, h, 1, Pack(picture.Dithered()), [0, 255]));
        }

        private IEnumerable<byte> ByPixel(Func<byte[], byte[]> convert) =>
            picture.Rgb.Chunk(3).SelectMany(convert);

        private static byte Not(byte value) => (byte)~value;

        private static byte[] ToYCbCr(byte[] p) =>
            [
                Round(0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2]),
                Round(128 - 0.168736 * p[0] - 0.331264 * p[1] + 0.5 * p[2]),
                Round(128 + 0.5 * p[0] - 0.418688 * p[1] - 0.081312 * p[2]),
            ];

        // CIE 1976 L*a*b*, D65; L as 0 to 255, a and b signed, as TIFF 6.0 section 23 stores them.
        private static byte[] ToLab(byte[] p)
        {
            var linear = p.Select(v => v / 255.0)
                .Select(v => v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4))
                .ToArray();
            var x = F((0.4124 * linear[0] + 0.3576 * linear[1] + 0.1805 * linear[2]) / 0.9505);
            var y = F(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]);
            var z = F((0.0193 * linear[0] + 0.1192 * linear[1] + 0.9505 * linear[2]) / 1.089);
            var lightness = Round((116 * y - 16) * 2.55);
            return [lightness, (byte)(sbyte)(500 * (x - y)), (byte)(sbyte)(200 * (y - z))];

            static double F(double t) => t > 0.008856 ? Math.Cbrt(t) : 7.787 * t + 16 / 116.0;
        }

        private static byte Round(double value) => (byte)Math.Clamp(value + 0.5, 0, 255);

        private byte[] Pack(byte[] bits) =>
            [
                .. bits.Chunk(picture.Width)
                    .SelectMany(row => row.Chunk(8))
                    .Select(eight => (byte)eight.Aggregate(0, (packed, bit) => (packed << 1) | bit)),
            ];

        /// <summary>Opacity falls from left to right; the colours stay.</summary>
        private byte[] WithAlpha(byte[] colours, int bytesPerPixel) =>
            [
                .. colours
                    .Chunk(bytesPerPixel)
                    .SelectMany(
                        (pixel, at) => pixel.Append((byte)(255 - at % picture.Width * 200 / picture.Width))
                    ),
            ];

        private static byte[] Bytes<T>(IEnumerable<T> samples)
            where T : unmanaged => MemoryMarshal.AsBytes<T>(samples.ToArray()).ToArray();
    }
}
