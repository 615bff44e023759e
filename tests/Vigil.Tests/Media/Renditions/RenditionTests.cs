using Vigil.Media;
using Vigil.Media.Renditions;
using Vigil.Tests.Media.Decoding;
using Vigil.Tests.Media.Sandbox;

namespace Vigil.Tests.Media.Renditions;

/// <summary>What a person sees of a picture, made in the real workers.</summary>
public class RenditionTests
{
    private const int Side = 480;

    [Fact(Timeout = 120_000)]
    public async Task A_blur_leaves_so_little_that_pictures_of_other_details_become_the_same()
    {
        await using var renderer = Seen.Open();
        var (one, other) = (Noise(1), Noise(2));
        var plain = await Seen.OfAsync(renderer, one, Seen.Whole());
        var light = await Seen.OfAsync(renderer, one, Seen.Whole() with { Blur = BlurLevel.Light });
        var strong = await Seen.OfAsync(renderer, one, Seen.Whole() with { Blur = BlurLevel.Strong });
        var strongOther = await Seen.OfAsync(renderer, other, Seen.Whole() with { Blur = BlurLevel.Strong });

        TestContext.Current.TestOutputHelper!.WriteLine(
            $"detail {plain.Detail(Side):F1}, light {light.Detail(Side):F2}, strong {strong.Detail(Side):F2}"
        );
        // The faint mark across is detail as well, so the ratio is not as high as the blur alone would make it.
        Assert.True(plain.Detail(Side) > 10 * light.Detail(Side));
        Assert.True(plain.Detail(Side) > 20 * strong.Detail(Side));
        var plainOther = await Seen.OfAsync(renderer, other, Seen.Whole());
        Assert.True(plain.From(plainOther, Side) > 20 * strong.From(strongOther, Side));
    }

    [Fact(Timeout = 120_000)]
    public async Task Grey_has_no_colour_left_and_small_is_at_most_160_pixels()
    {
        await using var renderer = Seen.Open();
        var request = Seen.Whole(RenditionRequest.SmallSide) with { Tone = RenditionTone.Grey };
        var rendition = await Seen.RenderAsync(renderer, Colours(Side, 240), request);
        var seen = Seen.Of(rendition);

        Assert.Equal((160, 80), (rendition.Width, rendition.Height));
        Assert.Equal((Side, 240), (rendition.SourceWidth, rendition.SourceHeight));
        for (var at = 0; at < seen.Rgb.Length; at += 3)
        {
            Assert.True(seen.Rgb[at] == seen.Rgb[at + 1] && seen.Rgb[at] == seen.Rgb[at + 2]);
        }
        var coloured = await Seen.OfAsync(renderer, Colours(Side, 240), Seen.Whole());
        Assert.Contains(coloured.Rgb.Chunk(3), pixel => pixel[0] > pixel[1] + 100);
    }

    [Fact(Timeout = 120_000)]
    public async Task Edges_hold_the_outlines_and_nothing_of_what_is_inside()
    {
        await using var renderer = Seen.Open();
        var request = Seen.Whole() with { Tone = RenditionTone.Edges };
        var rendition = await Seen.RenderAsync(renderer, Box(fill: 230, ground: 30), request);
        var darker = await Seen.RenderAsync(renderer, Box(fill: 90, ground: 30), request);
        var (bright, dim) = (Seen.Of(rendition), Seen.Of(darker));

        // On the outline of the box, and far from it and from the mark's letters.
        Assert.True(bright.At(Side / 4, Side / 2).R > 120 || bright.At(Side / 4 - 1, Side / 2).R > 120);
        var flat = Unmarked(bright).Where(at => IsFarFromOutline(at.X, at.Y)).ToList();
        Assert.True(flat.Count > 20_000);
        Assert.All(flat, at => Assert.InRange(bright.At(at.X, at.Y).R, 0, 12));
        Assert.All(flat, at => Assert.InRange(dim.At(at.X, at.Y).R, 0, 12));
    }

    [Fact(Timeout = 120_000)]
    public async Task Nothing_of_the_files_metadata_is_in_a_rendition()
    {
        await using var renderer = Seen.Open();
        await using var pool = Pools.Open();
        var jpeg = await pool.EncodeJpegAsync(
            Pools.Rgb(3, 200),
            new JpegEncoding(200, 200),
            TestContext.Current.CancellationToken
        );
        byte[] exif = [.. "Exif\0\0"u8, .. ViewTests.Exif(1), .. "CANARY GPS 52.5N"u8];
        byte[] note = [.. "CANARY COMMENT"u8];
        byte[] file = [.. jpeg[..2], .. Segment(0xe1, exif), .. Segment(0xfe, note), .. jpeg[2..]];

        foreach (
            var request in new[]
            {
                Seen.Whole(),
                new RenditionRequest { Watermark = Seen.Mark },
            }
        )
        {
            var rendition = await Seen.RenderAsync(renderer, file, request);
            Assert.Equal(MediaOutcome.Done, rendition.Outcome);
            Assert.Equal(-1, rendition.Jpeg.AsSpan().IndexOf("CANARY"u8));
            Assert.Equal(-1, rendition.Jpeg.AsSpan().IndexOf("Exif"u8));
            // JFIF's own head, tables, frame, scan: nothing that could hold words.
            Assert.Empty(Seen.Segments(rendition.Jpeg).Except(["E0", "DB", "C0", "C4", "DA"]));
        }
    }

    [Theory(Timeout = 120_000)]
    [InlineData(480, 360)]
    [InlineData(40, 300)]
    [InlineData(1600, 900)]
    public async Task The_viewers_name_is_burnt_in_below_and_across(int width, int height)
    {
        await using var renderer = Seen.Open();
        var seen = await Seen.OfAsync(
            renderer,
            BmpWriter.Rgb(width, height, (_, _) => (128, 128, 128)),
            Seen.Whole()
        );

        var dot = Watermark.DotOf(Math.Max(width, Watermark.MinWidth));
        var top = height + dot;
        foreach (var line in Watermark.LinesOf(Seen.Mark, width))
        {
            for (var row = 0; row < Letters.Rows; row++)
            {
                for (var column = 0; column < Letters.WidthOf(line); column++)
                {
                    var level = seen.At(dot + column * dot + dot / 2, top + row * dot + dot / 2).G;
                    Assert.True(
                        Letters.IsInk(line, column, row) ? level > 140 : level < 115,
                        $"{line} {column} {row}"
                    );
                }
            }
            top += (Letters.Rows + 2) * dot;
        }
        Assert.Equal(Seen.Mark, string.Concat(Watermark.LinesOf(Seen.Mark, width)));
        // On even grey nothing but the mark across can be lighter or darker.
        var across = Enumerable
            .Range(0, width * height)
            .Count(at => seen.At(at % width, at / width).G is > 138 or < 118);
        Assert.InRange(across, width * height / 200, width * height / 3);
        for (var band = 0; band < 3; band++)
        {
            var places = Enumerable.Range(band * height / 3 * width, height / 3 * width);
            Assert.Contains(places, at => seen.At(at % width, at / width).G > 138);
        }
    }

    // The picture of ViewTests: 3 x 2 with six levels, and what a viewer shows for each orientation.
    [Theory(Timeout = 120_000)]
    [InlineData(1, 3, new byte[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData(2, 3, new byte[] { 3, 2, 1, 6, 5, 4 })]
    [InlineData(3, 3, new byte[] { 6, 5, 4, 3, 2, 1 })]
    [InlineData(4, 3, new byte[] { 4, 5, 6, 1, 2, 3 })]
    [InlineData(5, 2, new byte[] { 1, 4, 2, 5, 3, 6 })]
    [InlineData(6, 2, new byte[] { 4, 1, 5, 2, 6, 3 })]
    [InlineData(7, 2, new byte[] { 6, 3, 5, 2, 4, 1 })]
    [InlineData(8, 2, new byte[] { 3, 6, 2, 5, 1, 4 })]
    public async Task A_picture_is_shown_upright(int orientation, int columns, byte[] expected)
    {
        const int Cell = 60;
        await using var renderer = Seen.Open();
        var rows = new byte[3 * Cell * 2 * Cell];
        for (var at = 0; at < rows.Length; at++)
        {
            rows[at] = (byte)(40 * (at / (3 * Cell) / Cell * 3 + at % (3 * Cell) / Cell + 1));
        }
        var png = PngWriter.Write(
            3 * Cell,
            2 * Cell,
            8,
            PngWriter.Grey,
            rows,
            ("eXIf", ViewTests.Exif(orientation))
        );

        var rendition = await Seen.RenderAsync(renderer, png, Seen.Whole());
        var seen = Seen.Of(rendition);

        Assert.Equal((columns * Cell, 6 / columns * Cell), (rendition.SourceWidth, rendition.SourceHeight));
        Assert.Equal((rendition.SourceWidth, rendition.SourceHeight), (rendition.Width, rendition.Height));
        for (var cell = 0; cell < 6; cell++)
        {
            var (left, top) = (cell % columns * Cell, cell / columns * Cell);
            var levels =
                from y in Enumerable.Range(top + 10, Cell - 20)
                from x in Enumerable.Range(left + 10, Cell - 20)
                select (int)seen.At(x, y).G;
            Assert.Equal(40 * expected[cell], levels.Order().ElementAt((Cell - 20) * (Cell - 20) / 2), 6.0);
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task What_is_transparent_is_shown_over_white_and_a_tile_is_that_piece_alone()
    {
        await using var renderer = Seen.Open();
        var rows = new byte[4 * 100 * 100];
        for (var at = 0; at < rows.Length; at += 4)
        {
            // Left half: red and opaque. Right half: green that nobody is meant to see.
            var isLeft = at / 4 % 100 < 50;
            (rows[at], rows[at + 1], rows[at + 3]) = isLeft
                ? ((byte)200, (byte)0, (byte)255)
                : ((byte)0, (byte)200, (byte)0);
        }
        var png = PngWriter.Write(100, 100, 8, PngWriter.Rgba, rows);

        var whole = await Seen.OfAsync(renderer, png, Seen.Whole());
        Assert.InRange(whole.At(75, 50).R, 190, 255);
        Assert.InRange(whole.At(75, 50).B, 190, 255);
        var tile = await Seen.RenderAsync(
            renderer,
            png,
            Seen.Whole() with
            {
                Tile = new RenditionTile(4, 0, 1),
            }
        );
        Assert.Equal((25, 25), (tile.Width, tile.Height));
        Assert.Equal((100, 100), (tile.SourceWidth, tile.SourceHeight));
        var seen = Seen.Of(tile);
        // The lowest rows border on the black of the strip.
        Assert.All(
            Enumerable.Range(0, 25 * 16),
            at => Assert.True(seen.At(at % 25, at / 25).R > seen.At(at % 25, at / 25).G + 60)
        );
        // Its column is not its row: the last of the first row is of the right half.
        var right = await Seen.OfAsync(
            renderer,
            png,
            Seen.Whole() with
            {
                Tile = new RenditionTile(4, 3, 0),
            }
        );
        Assert.InRange(right.At(12, 8).B, 160, 255);
    }

    [Theory(Timeout = 120_000)]
    [InlineData(1, 1)]
    [InlineData(3000, 2)]
    [InlineData(2, 2500)]
    [InlineData(3100, 2900)]
    public async Task Pictures_of_any_size_are_shown_within_the_bound(int width, int height)
    {
        await using var renderer = Seen.Open();
        var file = BmpWriter.Rgb(width, height, (x, y) => ((byte)(x % 256), (byte)(y % 256), 90));
        foreach (var blur in Enum.GetValues<BlurLevel>())
        {
            foreach (var tone in Enum.GetValues<RenditionTone>())
            {
                var rendition = await Seen.RenderAsync(
                    renderer,
                    file,
                    Seen.Whole() with
                    {
                        Blur = blur,
                        Tone = tone,
                    }
                );
                Assert.Equal(MediaOutcome.Done, rendition.Outcome);
                Assert.Equal((width, height), (rendition.SourceWidth, rendition.SourceHeight));
                Assert.InRange(rendition.Width, 1, RenditionRequest.LargestSide);
                Assert.InRange(rendition.Height, 1, RenditionRequest.LargestSide);
                Assert.InRange(Seen.Of(rendition).Height, rendition.Height + 1, rendition.Height + 64);
            }
        }
    }

    [Fact]
    public async Task A_request_out_of_its_range_is_refused_before_anything_is_read()
    {
        await using var renderer = Seen.Open();
        RenditionRequest[] wrong =
        [
            Seen.Whole(15),
            Seen.Whole(1601),
            Seen.Whole() with
            {
                Watermark = "",
            },
            Seen.Whole() with
            {
                Watermark = new string('A', 45),
            },
            Seen.Whole() with
            {
                Watermark = "ä",
            },
            Seen.Whole() with
            {
                Tile = new RenditionTile(1, 0, 0),
            },
            Seen.Whole() with
            {
                Tile = new RenditionTile(9, 0, 0),
            },
            Seen.Whole() with
            {
                Tile = new RenditionTile(2, 2, 0),
            },
            Seen.Whole() with
            {
                Tile = new RenditionTile(2, 0, -1),
            },
        ];
        foreach (var request in wrong)
        {
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
                Seen.RenderAsync(renderer, [1, 2, 3], request)
            );
        }
    }

    /// <summary>Pixels that no letter of the mark across changes: found on even grey.</summary>
    private static IEnumerable<(int X, int Y)> Unmarked(Seen seen)
    {
        var grey = new Vigil.Media.Transforms.Pixmap(Side, Side);
        grey.Rgb.AsSpan().Fill(128);
        var marked = Watermark.Burn(grey, Seen.Mark);
        bool IsMarked(int x, int y) =>
            x >= 0 && y >= 0 && x < Side && y < Side && marked.Rgb[3 * (y * marked.Width + x)] != 128;
        return from y in Enumerable.Range(0, Side)
            from x in Enumerable.Range(0, Math.Min(Side, seen.Width))
            // JPEG spreads a letter over its block of sixteen pixels.
            where
                !Enumerable.Range(0, 25).Any(near => IsMarked(x + (near % 5 - 2) * 8, y + (near / 5 - 2) * 8))
            select (x, y);
    }

    private static bool IsFarFromOutline(int x, int y) =>
        Math.Min(Math.Abs(x - Side / 4), Math.Abs(x - 3 * Side / 4)) > 20
        && Math.Min(Math.Abs(y - Side / 4), Math.Abs(y - 3 * Side / 4)) > 20;

    private static byte[] Box(byte fill, byte ground) =>
        BmpWriter.Rgb(
            Side,
            Side,
            (x, y) =>
            {
                var inside = x is >= Side / 4 and < 3 * Side / 4 && y is >= Side / 4 and < 3 * Side / 4;
                var level = inside ? fill : ground;
                return (level, level, level);
            }
        );

    private static byte[] Noise(int seed)
    {
        var random = new Random(seed);
        return BmpWriter.Rgb(
            Side,
            Side,
            (_, _) => ((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256))
        );
    }

    private static byte[] Colours(int width, int height) =>
        BmpWriter.Rgb(width, height, (x, y) => ((byte)(255 * x / width), (byte)(255 * y / height), 40));

    private static byte[] Segment(byte type, byte[] data) =>
        [0xff, type, (byte)((data.Length + 2) >> 8), (byte)(data.Length + 2), .. data];
}
