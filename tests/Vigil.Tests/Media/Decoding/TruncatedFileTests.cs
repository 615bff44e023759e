namespace Vigil.Tests.Media.Decoding;

/// <summary>Files whose data ends early, in every format.</summary>
public sealed class TruncatedFileTests : IDisposable
{
    private readonly Folder folder = new();
    private readonly SamplePicture picture = new();

    [Theory]
    [InlineData("baseline.jpg")]
    [InlineData("progressive.jpg")]
    [InlineData("plain.png")]
    [InlineData("plain.gif")]
    [InlineData("directory-first.tif")]
    [InlineData("plain.bmp")]
    public void A_cut_file_is_hashed_and_marked_or_refused_as_asked(string name)
    {
        var path = Cut(name, 0.9);

        var hashed = Probe.One(path);
        var refused = Probe.One(path, "--refuse-truncated");

        Assert.Equal(("Done", true), (hashed.Outcome, hashed.Truncated));
        Assert.NotEmpty(hashed.Pictures);
        Assert.Equal(("RefusedTruncated", true), (refused.Outcome, refused.Truncated));
        Assert.Empty(refused.Pictures);
    }

    [Theory]
    [InlineData("baseline.jpg", 0.95)]
    [InlineData("plain.png", 0.95)]
    [InlineData("plain.bmp", 0.95)]
    public void A_picture_that_lost_its_last_rows_is_still_near_the_whole_one(string name, double part)
    {
        var whole = Probe.One(Make(name)).Stored;
        var cut = Probe.One(Cut(name, part)).Stored;

        Assert.InRange(whole.BitsFrom(cut), 1, 40);
    }

    [Theory]
    [InlineData("plain.webp")]
    [InlineData("plain.heic")]
    [InlineData("plain.avif")]
    [InlineData("interlaced.png")]
    [InlineData("directory-last.tif")]
    public void A_cut_file_of_which_nothing_decodes_is_never_called_done(string name)
    {
        var path = Cut(name, 0.6);

        var damaged = Probe.One(path);
        var refused = Probe.One(path, "--refuse-truncated");

        Assert.Equal(("Damaged", true), (damaged.Outcome, damaged.Truncated));
        Assert.Equal(("RefusedTruncated", true), (refused.Outcome, refused.Truncated));
        Assert.Empty(damaged.Pictures);
    }

    [Theory]
    [InlineData("baseline.jpg")]
    [InlineData("plain.png")]
    [InlineData("plain.gif")]
    [InlineData("plain.webp")]
    [InlineData("directory-last.tif")]
    [InlineData("plain.heic")]
    [InlineData("plain.bmp")]
    public void A_file_cut_anywhere_gives_a_clean_outcome_and_the_next_file_is_as_good_as_ever(string name)
    {
        var bytes = File.ReadAllBytes(Make(name));
        var good = Make("baseline.jpg");
        var cuts = Enumerable
            .Range(0, 24)
            .SelectMany(step =>
                new[] { folder.Write($"{step}-{name}", bytes[..(bytes.Length * step / 24)]), good }
            )
            .ToArray();

        var files = Probe.Many([], cuts);

        Assert.Equal(48, files.Count);
        Assert.Single(files.Where(file => file.Path == good).Select(file => file.Stored.Sha256).Distinct());
        Assert.All(
            files.Where(file => file.Path != good),
            file => Assert.Contains(file.Outcome, new[] { "Done", "Damaged", "NotMedia", "Empty", "Video" })
        );
        Assert.All(
            files.Where(file => file.Path != good && file.Outcome == "Done"),
            file => Assert.True(file.Truncated, $"{file.Path} is cut and not marked")
        );
    }

    [Fact]
    public void A_jpeg_with_a_zip_behind_it_is_a_whole_jpeg()
    {
        var plain = Make("baseline.jpg");
        byte[] polyglot = [.. File.ReadAllBytes(plain), .. "PK\u0003\u0004"u8, .. new byte[500]];

        var file = Probe.One(folder.Write("polyglot.jpg", polyglot));

        Assert.Equal(("Done", "Jpeg", false), (file.Outcome, file.Format, file.Truncated));
        Assert.Equal(Probe.One(plain).Stored.Pdq, file.Stored.Pdq);
    }

    [Fact]
    public void A_jpeg_with_an_end_marker_in_the_middle_is_marked()
    {
        var bytes = File.ReadAllBytes(Make("baseline.jpg"));
        (bytes[bytes.Length / 2], bytes[bytes.Length / 2 + 1]) = (0xFF, 0xD9);

        var file = Probe.One(folder.Write("broken.jpg", bytes));

        Assert.Equal(("Done", true), (file.Outcome, file.Truncated));
    }

    public void Dispose() => folder.Dispose();

    private string Cut(string name, double part)
    {
        var bytes = File.ReadAllBytes(Make(name));
        return folder.Write("cut-" + name, bytes[..(int)(bytes.Length * part)]);
    }

    private string Make(string name)
    {
        var path = folder[name];
        var ppm = folder.Write("plain.ppm", picture.Ppm());
        switch (name)
        {
            case "baseline.jpg":
                Probe.EncodeJpeg(picture, "Rgb", 90, path);
                break;
            case "progressive.jpg" or "interlaced.png":
                Tool.Vips("copy", ppm, path + "[interlace]");
                break;
            case "plain.png":
                folder.Write(
                    name,
                    PngWriter.Write(picture.Width, picture.Height, 8, PngWriter.Rgb, picture.Rgb)
                );
                break;
            case "plain.bmp":
                folder.Write(name, BmpWriter.Write(picture.Width, picture.Height, 8, picture.Grey, Greys));
                break;
            case "directory-first.tif":
                var (w, h) = (picture.Width, picture.Height);
                folder.Write(
                    name,
                    TiffWriter.Write(w, h, 8, TiffWriter.Rgb, 3, picture.Rgb, rowsPerStrip: 8)
                );
                break;
            case "plain.avif":
                Tool.Vips("copy", ppm, path + "[effort=1]");
                break;
            default:
                Tool.Vips("copy", ppm, path);
                break;
        }
        return path;
    }

    private static readonly byte[] Greys = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
}
