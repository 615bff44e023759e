using Vigil.Hashing;
using Vigil.Hashing.Parts;

namespace Vigil.Tests.Hashing;

public class BorderTests
{
    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(255, 255, 255)]
    [InlineData(0, 128, 128)]
    public void A_frame_goes_and_leaves_the_picture_to_the_pixel(int r, int g, int b)
    {
        var picture = Framed.Waves(1, 200, 140);
        var framed = new Framed(260, 230, (byte)r, (byte)g, (byte)b).Put(picture, 200, 140, 20, 60);

        Assert.Equal(new PixelRectangle(20, 60, 200, 140), Innermost(framed.View));
        var alone = new PdqHasher().Hash(new PixelView(picture, 200, 140, PixelLayout.Rgb24));
        var inside = new PdqHasher().Hash(framed.View.Cut(Innermost(framed.View)));
        var whole = new PdqHasher().Hash(framed.View);
        Assert.Equal(alone, inside);
        Assert.True(whole.Hash.DistanceTo(alone.Hash) > 63);
    }

    [Fact]
    public void Bars_of_two_colours_and_a_frame_around_bars_go_too()
    {
        var picture = Framed.Waves(2, 120, 80);
        var bars = new Framed(120, 140).Put(picture, 120, 80, 0, 30);
        var framed = new Framed(180, 200, 250, 20, 20).Put(bars.Rgb, 120, 140, 30, 30);
        Assert.Equal(new PixelRectangle(30, 60, 120, 80), Innermost(framed.View));

        // Black above, white below.
        var two = new Framed(120, 140, 255, 255, 255).Put(new byte[120 * 30 * 3], 120, 30, 0, 0);
        two.Put(picture, 120, 80, 0, 30);
        Assert.Equal(new PixelRectangle(0, 30, 120, 80), Innermost(two.View));
    }

    [Fact]
    public void The_outermost_colour_goes_alone_so_that_a_plain_background_stays()
    {
        // A thing on white paper, in black bars: the list has the paper, not the bars.
        var paper = new Framed(200, 150, 255, 255, 255).Put(Framed.Waves(9, 80, 60), 80, 60, 60, 40);
        var bars = new Framed(200, 250).Put(paper.Rgb, 200, 150, 0, 50);
        var whole = PixelRectangle.WholeOf(bars.View);
        Assert.Equal(new PixelRectangle(0, 50, 200, 150), BorderFinder.Outermost(bars.View, whole));
        Assert.Equal(new PixelRectangle(60, 90, 80, 60), BorderFinder.Innermost(bars.View, whole));
    }

    [Fact]
    public void Without_a_border_nothing_goes()
    {
        var picture = new PixelView(Framed.Waves(3, 160, 100), 160, 100, PixelLayout.Rgb24);
        Assert.Equal(PixelRectangle.WholeOf(picture), Innermost(picture));
    }

    [Theory]
    [InlineData(49)]
    [InlineData(50)]
    public void Less_than_50_pixels_are_left_of_no_picture(int side)
    {
        var framed = new Framed(120, 120).Put(Framed.Waves(4, side, 80), side, 80, 20, 20);
        var expected = side < 50 ? PixelRectangle.WholeOf(framed.View) : new PixelRectangle(20, 20, 50, 80);
        Assert.Equal(expected, Innermost(framed.View));
        var flat = new Framed(300, 200, 7, 7, 7);
        Assert.Equal(PixelRectangle.WholeOf(flat.View), Innermost(flat.View));
    }

    [Fact]
    public void A_few_strays_and_the_noise_of_an_encoder_stay_border_and_more_do_not()
    {
        var framed = new Framed(200, 200, 100, 100, 100).Put(Framed.Waves(5, 120, 120), 120, 120, 40, 40);
        for (var x = 0; x < 200; x++)
        {
            framed.Dot(x, 10, (byte)(100 + x % 17));
        }
        for (var i = 0; i < 4; i++)
        {
            framed.Dot(50 + 20 * i, 20, 255);
        }
        Assert.Equal(new PixelRectangle(40, 40, 120, 120), Innermost(framed.View));

        framed.Dot(180, 20, 255);
        Assert.Equal(20, Innermost(framed.View).Top);
    }

    [Fact]
    public void Any_pixels_give_what_the_slow_version_gives_and_a_rectangle_within()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var trimmed = 0;
        for (var run = 0; run < 400; run++)
        {
            var (width, height) = (random.Next(1, 160), random.Next(1, 160));
            var grey = random.Next(4) == 0;
            var bytes = grey ? 1 : 3;
            var padding = random.Next(3) * 5;
            var pixels = new byte[(width * bytes + padding) * height];
            Fill(random, pixels, width, height, bytes, padding);
            var layout = grey ? PixelLayout.Grey8 : PixelLayout.Rgb24;
            var view = new PixelView(pixels, width, height, layout, width * bytes + padding);

            var found = Innermost(view);

            var whole = PixelRectangle.WholeOf(view);
            Assert.Equal(SlowBorder.Outermost(view, whole), BorderFinder.Outermost(view, whole));
            Assert.Equal(SlowBorder.Innermost(view), found);
            Assert.True(found.Left >= 0 && found.Top >= 0 && found.Right <= width && found.Bottom <= height);
            Assert.True(found == whole || (found.Width >= 50 && found.Height >= 50));
            trimmed += found == whole ? 0 : 1;
        }
        // Both outcomes were met.
        Assert.InRange(trimmed, 20, 380);
    }

    private static PixelRectangle Innermost(PixelView picture) =>
        BorderFinder.Innermost(picture, PixelRectangle.WholeOf(picture));

    /// <summary>Flat paper with a noisy block on it, sometimes with a few dots besides.</summary>
    private static void Fill(Random random, byte[] pixels, int width, int height, int bytes, int padding)
    {
        Array.Fill(pixels, (byte)random.Next(256));
        var (left, top) = (random.Next(width), random.Next(height));
        var (right, bottom) = (random.Next(left, width), random.Next(top, height));
        if (random.Next(2) == 0)
        {
            (left, top, right, bottom) = (width / 10, height / 12, width - width / 9, height - height / 15);
        }
        for (var y = top; y < bottom; y++)
        {
            var row = y * (width * bytes + padding);
            random.NextBytes(pixels.AsSpan(row + left * bytes, (right - left) * bytes));
        }
        for (var dots = random.Next(6); dots > 0; dots--)
        {
            pixels[random.Next(pixels.Length)] ^= (byte)random.Next(256);
        }
    }

    /// <summary>The description in the plainest words: cut one line off, look again.</summary>
    private static class SlowBorder
    {
        public static PixelRectangle Innermost(PixelView picture)
        {
            var now = PixelRectangle.WholeOf(picture);
            for (var layer = 0; layer < 4; layer++)
            {
                now = Outermost(picture, now);
            }
            return now;
        }

        public static PixelRectangle Outermost(PixelView picture, PixelRectangle whole)
        {
            var topLeft = Colour(picture, (whole.Left, whole.Top));
            var bottomLeft = Colour(picture, (whole.Left, whole.Bottom - 1));
            var topRight = Colour(picture, (whole.Right - 1, whole.Top));
            var now = whole;
            now = Side(picture, now, topLeft, r => r with { Top = r.Top + 1, Height = r.Height - 1 }, Top);
            now = Side(picture, now, bottomLeft, r => r with { Height = r.Height - 1 }, Bottom);
            now = Side(picture, now, topLeft, r => r with { Left = r.Left + 1, Width = r.Width - 1 }, Left);
            now = Side(picture, now, topRight, r => r with { Width = r.Width - 1 }, Right);
            return now.Width < 50 || now.Height < 50 ? whole : now;
        }

        private static (int, int)[] Top(PixelRectangle r) =>
            [.. Enumerable.Range(0, r.Width).Select(i => (r.Left + i, r.Top))];

        private static (int, int)[] Bottom(PixelRectangle r) =>
            [.. Enumerable.Range(0, r.Width).Select(i => (r.Left + i, r.Bottom - 1))];

        private static (int, int)[] Left(PixelRectangle r) =>
            [.. Enumerable.Range(0, r.Height).Select(i => (r.Left, r.Top + i))];

        private static (int, int)[] Right(PixelRectangle r) =>
            [.. Enumerable.Range(0, r.Height).Select(i => (r.Right - 1, r.Top + i))];

        private static PixelRectangle Side(
            PixelView picture,
            PixelRectangle at,
            byte[] background,
            Func<PixelRectangle, PixelRectangle> cut,
            Func<PixelRectangle, (int X, int Y)[]> line
        )
        {
            while (at.Width > 0 && at.Height > 0)
            {
                var pixels = line(at);
                var strays = 0;
                foreach (var pixel in pixels)
                {
                    strays += Near(Colour(picture, pixel), background) ? 0 : 1;
                }
                var ends =
                    Near(Colour(picture, pixels[0]), background)
                    && Near(Colour(picture, pixels[^1]), background);
                if (!ends || strays > pixels.Length / 50)
                {
                    break;
                }
                at = cut(at);
            }
            return at;
        }

        private static byte[] Colour(PixelView picture, (int X, int Y) at)
        {
            var bytes = (int)picture.Layout;
            return picture.Row(at.Y).Slice(at.X * bytes, bytes).ToArray();
        }

        private static bool Near(byte[] a, byte[] b) =>
            a.Zip(b).All(pair => Math.Abs(pair.First - pair.Second) <= 16);
    }
}
