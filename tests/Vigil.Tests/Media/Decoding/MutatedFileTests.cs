namespace Vigil.Tests.Media.Decoding;

/// <summary>Damaged files of every format through one decoder process, a good file after each.</summary>
public sealed class MutatedFileTests : IDisposable
{
    private readonly Folder folder = new();

    [Fact]
    public void A_damaged_file_ends_in_a_clean_outcome_and_the_good_file_after_it_is_decoded_as_ever()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var each = Environment.GetEnvironmentVariable("VIGIL_TEST_LONG") == "1" ? 500 : 40;
        var ppm = folder.Write("small.ppm", new SamplePicture(96, 64).Ppm());
        string[] kinds =
        [
            "a.jpg",
            "b.jpg[interlace]",
            "a.png",
            "b.png[palette]",
            "a.gif",
            "a.webp",
            "a.tif",
            "a.heic",
        ];
        foreach (var kind in kinds)
        {
            Tool.Vips("copy", ppm, folder[kind]);
        }
        var good = folder["a.png"];
        var paths = new List<string> { good };
        foreach (var kind in kinds)
        {
            var bytes = File.ReadAllBytes(folder[kind.Split('[')[0]]);
            for (var at = 0; at < each; at++)
            {
                paths.Add(folder.Write($"{at}-{kind.Split('[')[0]}", Damage(bytes, random)));
                paths.Add(good);
            }
        }

        var files = Probe.Many(["--all-frames"], [.. paths]);

        Assert.Equal(paths.Count, files.Count);
        Assert.Single(files.Where(file => file.Path == good).Select(file => file.Stored.Sha256).Distinct());
        Assert.Contains(files, file => file.Outcome == "Damaged");
        Assert.True(files[^1].PeakBytes < 700L << 20, $"{files[^1].PeakBytes >> 20} MiB");
    }

    [Fact]
    public void A_jpeg_without_tables_of_its_own_is_never_decoded_by_those_of_the_file_before_it()
    {
        var ppm = folder.Write("small.ppm", new SamplePicture(96, 64).Ppm());
        Tool.Vips("copy", ppm, folder["good.jpg"]);
        var bytes = File.ReadAllBytes(folder["good.jpg"]);
        // Every table of quantisation (FFDB) becomes a comment (FFFE).
        for (int at; (at = bytes.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDB, 0])) >= 0; )
        {
            bytes[at + 1] = 0xFE;
        }
        var bare = folder.Write("bare.jpg", bytes);

        var files = Probe.Many([], bare, folder["good.jpg"], bare);

        Assert.Equal(["Damaged", "Done", "Damaged"], files.Select(file => file.Outcome));
    }

    [Fact]
    public void A_jpeg_that_fails_after_a_warning_never_gets_the_pixels_of_the_file_before_it()
    {
        var ppm = folder.Write("small.ppm", new SamplePicture(96, 64).Ppm());
        Tool.Vips("copy", ppm, folder["good.jpg"]);
        Tool.Vips("copy", ppm, folder["scans.jpg[interlace]"]);
        var bytes = File.ReadAllBytes(folder["scans.jpg"]);
        // It ends within a Huffman table between two scans: a warning first, then no pixel at all.
        var table = bytes.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xC4]);
        var cut = folder.Write("cut.jpg", bytes[..(table + 8)]);

        var files = Probe.Many([], folder["good.jpg"], cut);

        Assert.Equal(["Done", "Damaged"], files.Select(file => file.Outcome));
        Assert.Empty(files[1].Pictures);
    }

    public void Dispose() => folder.Dispose();

    private static byte[] Damage(byte[] bytes, Random random)
    {
        var copy = bytes[..(random.Next(4) == 0 ? random.Next(4, bytes.Length) : bytes.Length)];
        for (var change = random.Next(1, 8); change > 0; change--)
        {
            // Headers more often than pixels.
            copy[random.Next(random.Next(2) == 0 ? Math.Min(copy.Length, 200) : copy.Length)] = (byte)
                random.Next(256);
        }
        return copy;
    }
}
