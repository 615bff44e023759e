using Vigil.Hashing;

namespace Vigil.Tests.Hashing;

public class PartTests
{
    private const PartKinds Both = PartKinds.Border | PartKinds.Regions;

    private readonly PartFinder _finder = new();
    private readonly FoundPart[] _parts = new FoundPart[PartFinder.MaxParts];

    [Fact]
    public void Nothing_is_found_that_was_not_asked_for()
    {
        var framed = new Framed(300, 300).Put(Framed.Waves(1, 200, 200), 200, 200, 50, 50);
        Assert.Equal([PicturePart.Whole], Find(framed.View, PartKinds.None).Select(part => part.Part));
        Assert.Equal(
            [PicturePart.Whole, PicturePart.Borderless],
            Find(framed.View, PartKinds.Border).Select(part => part.Part)
        );
        Assert.DoesNotContain(
            Find(framed.View, PartKinds.Regions),
            part => part.Part == PicturePart.Borderless
        );
    }

    [Theory]
    [InlineData(200, 150)]
    [InlineData(420, 333)]
    public void Each_cell_of_a_collage_is_found_to_the_pixel(int width, int height)
    {
        const int line = 12;
        var sheet = new Framed(2 * width + 3 * line, 2 * height + 3 * line, 255, 255, 255);
        var cells = new List<PixelRectangle>();
        for (var i = 0; i < 4; i++)
        {
            var (left, top) = (line + i % 2 * (width + line), line + i / 2 * (height + line));
            sheet.Put(Framed.Waves(10 + i, width, height), width, height, left, top);
            cells.Add(new PixelRectangle(left, top, width, height));
        }
        var found = Find(sheet.View, Both);
        Assert.All(cells, cell => Assert.Contains(found, part => part.Place == cell && IsRegion(part.Part)));
        AssertInOrder(sheet.View, found);
    }

    [Fact]
    public void A_picture_with_plain_lines_of_its_own_is_found_whole()
    {
        // As wide as the screen: its red lines divide as the black ones do, but are fewer.
        var picture = new Framed(410, 300, 200, 30, 30);
        picture
            .Put(Framed.Waves(15, 410, 130), 410, 130, 0, 0)
            .Put(Framed.Waves(16, 410, 140), 410, 140, 0, 160);
        var screen = new Framed(410, 900).Put(picture.Rgb, 410, 300, 0, 300);
        for (var i = 0; i < 200; i++)
        {
            screen.Dot(20 + i * 7 % 90, 10 + i % 12, 250).Dot(60 + i * 11 % 240, 860 + i % 10, 250);
        }
        Assert.Contains(
            Find(screen.View, Both),
            part => part.Place == new PixelRectangle(0, 300, 410, 300) && IsRegion(part.Part)
        );
    }

    [Fact]
    public void Two_borders_are_two_pieces()
    {
        var paper = new Framed(200, 150, 255, 255, 255).Put(Framed.Waves(9, 80, 60), 80, 60, 60, 40);
        var bars = new Framed(200, 250).Put(paper.Rgb, 200, 150, 0, 50);
        Assert.Equal(
            [
                new(PicturePart.Whole, new(0, 0, 200, 250)),
                new(PicturePart.Borderless, new(0, 50, 200, 150)),
                new(PicturePart.Innermost, new(60, 90, 80, 60)),
            ],
            Find(bars.View, PartKinds.Border)
        );
    }

    [Fact]
    public void Two_pictures_side_by_side_without_a_frame_are_found()
    {
        var sheet = new Framed(412, 150, 20, 20, 20);
        sheet
            .Put(Framed.Waves(20, 200, 150), 200, 150, 0, 0)
            .Put(Framed.Waves(21, 200, 150), 200, 150, 212, 0);
        var found = Find(sheet.View, PartKinds.Regions);
        Assert.Contains(found, part => part.Place == new PixelRectangle(0, 0, 200, 150));
        Assert.Contains(found, part => part.Place == new PixelRectangle(212, 0, 200, 150));
    }

    [Fact]
    public void A_collage_without_lines_is_found_by_its_quarters()
    {
        var sheet = new Framed(400, 300);
        for (var i = 0; i < 4; i++)
        {
            sheet.Put(Framed.Waves(30 + i, 200, 150), 200, 150, i % 2 * 200, i / 2 * 150);
        }
        var found = Find(sheet.View, PartKinds.Regions);
        Assert.Equal(
            [new(0, 0, 200, 150), new(200, 0, 200, 150), new(0, 150, 200, 150), new(200, 150, 200, 150)],
            found.Where(part => part.Part >= PicturePart.TopLeftQuarter).Select(part => part.Place)
        );
        Assert.Equal(
            4,
            found.Count(part => part.Part is >= PicturePart.LeftHalf and <= PicturePart.BottomHalf)
        );
    }

    [Fact]
    public void A_picture_on_a_screen_with_bars_and_writing_is_found()
    {
        var sheet = new Framed(360, 780).Put(Framed.Waves(40, 360, 240), 360, 240, 0, 270);
        for (var i = 0; i < 200; i++)
        {
            sheet.Dot(20 + i * 7 % 90, 10 + i % 12, 250).Dot(60 + i * 11 % 240, 740 + i % 10, 250);
        }
        Assert.Contains(
            Find(sheet.View, Both),
            part => part.Place == new PixelRectangle(0, 270, 360, 240) && IsRegion(part.Part)
        );
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 400)]
    [InlineData(49, 49)]
    [InlineData(99, 99)]
    [InlineData(100, 100)]
    public void Small_pictures_have_no_parts_under_50_pixels(int width, int height)
    {
        var view = new PixelView(Framed.Waves(50, width, height), width, height, PixelLayout.Rgb24);
        AssertInOrder(view, Find(view, Both));
    }

    [Fact]
    public void Any_pixels_give_parts_within_the_picture_each_once_and_in_order()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var regions = 0;
        for (var run = 0; run < 300; run++)
        {
            var (width, height) = (random.Next(1, 700), random.Next(1, 500));
            var grey = random.Next(3) == 0;
            var bytes = grey ? 1 : 3;
            var pixels = new byte[width * height * bytes];
            Array.Fill(pixels, (byte)random.Next(256));
            for (var blocks = random.Next(12); blocks > 0; blocks--)
            {
                var (left, top) = (random.Next(width), random.Next(height));
                var (wide, high) = (random.Next(1, width - left + 1), random.Next(1, height - top + 1));
                for (var y = top; y < top + high; y++)
                {
                    random.NextBytes(pixels.AsSpan((y * width + left) * bytes, wide * bytes));
                }
            }
            var layout = grey ? PixelLayout.Grey8 : PixelLayout.Rgb24;
            var view = new PixelView(pixels, width, height, layout);
            var found = Find(view, (PartKinds)random.Next(4));
            AssertInOrder(view, found);
            regions += found.Count(part => IsRegion(part.Part));
        }
        Assert.True(regions > 50);
    }

    [Fact]
    public void A_page_of_lines_takes_bounded_work_and_gives_at_most_eight_regions()
    {
        var sheet = new Framed(4000, 4000, 255, 255, 255);
        for (var i = 0; i < 60; i++)
        {
            sheet.Put(Framed.Waves(i, 3000, 56), 3000, 56, 500, 20 + 66 * i);
        }
        var found = Find(sheet.View, Both);
        Assert.InRange(found.Length, 2, PartFinder.MaxParts);
    }

    [Fact]
    public void Hundreds_of_words_above_a_picture_do_not_hide_it()
    {
        var sheet = new Framed(1024, 2048, 255, 255, 255);
        // 24 lines of 24 words, each a chequer of 8 pixels a square: no line through one is of one colour.
        for (var word = 0; word < 24 * 24; word++)
        {
            var (left, top) = (16 + word % 24 * 40, 16 + word / 24 * 40);
            for (var at = 0; at < 32 * 32; at++)
            {
                var (x, y) = (at % 32, at / 32);
                if ((x / 8 + y / 8) % 2 == 0)
                {
                    sheet.Dot(left + x, top + y, 0);
                }
            }
        }
        sheet.Put(Framed.Waves(60, 700, 800), 700, 800, 160, 1100);

        Assert.Contains(
            Find(sheet.View, Both),
            part => part.Place == new PixelRectangle(160, 1100, 700, 800) && IsRegion(part.Part)
        );
    }

    [Fact]
    public void A_piece_outside_the_picture_cannot_be_cut()
    {
        Cut(new PixelRectangle(0, 0, 10, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => Cut(new PixelRectangle(-1, 0, 5, 5)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Cut(new PixelRectangle(0, -1, 5, 5)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Cut(new PixelRectangle(6, 0, 5, 5)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Cut(new PixelRectangle(0, 6, 5, 5)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Cut(new PixelRectangle(0, 0, 0, 5)));

        static void Cut(PixelRectangle place) =>
            _ = new PixelView(new byte[100], 10, 10, PixelLayout.Grey8).Cut(place);
    }

    private static bool IsRegion(PicturePart part) =>
        part is >= PicturePart.Region1 and <= PicturePart.Region8;

    private FoundPart[] Find(PixelView view, PartKinds kinds) => _parts[.._finder.Find(view, kinds, _parts)];

    private static void AssertInOrder(PixelView view, FoundPart[] found)
    {
        Assert.Equal(new FoundPart(PicturePart.Whole, PixelRectangle.WholeOf(view)), found[0]);
        Assert.Equal(found.Select(part => part.Part).Distinct().Order(), found.Select(part => part.Part));
        foreach (var (part, place) in found)
        {
            Assert.True(
                place.Left >= 0 && place.Top >= 0 && place.Right <= view.Width && place.Bottom <= view.Height
            );
            Assert.True(
                part == PicturePart.Whole || (place.Width >= 50 && place.Height >= 50),
                $"{part} {place}"
            );
        }
    }
}
