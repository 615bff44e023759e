namespace Vigil.Cli.Samples.Scenes;

internal static class Towns
{
    public static void Skyline(Canvas canvas, Dice dice)
    {
        var (w, h) = (canvas.Width, canvas.Height);
        canvas.Shade((x, y) => Colour.Of(0xf0b088).Mix(Colour.Of(0x6a86c0), (h - y + x * 0.3) / h));
        for (var row = 0; row < 3; row++)
        {
            for (double x = -20; x < w; )
            {
                var wide = w * dice.Between(0.06, 0.13);
                var high = h * dice.Between(0.25, 0.8) * (1 - 0.2 * row);
                var wall = Colour
                    .Of(0x8a94a8)
                    .Mix(Colour.Of(0x2c3444), row / 2.0)
                    .Times(dice.Between(0.8, 1.2));
                canvas.Rectangle(x, h - high, wide, high, wall);
                Windows(canvas, dice, x, h - high, wide, high, Colour.Of(0xcfe4f4), 0.8);
                x += wide * dice.Between(1, 1.5);
            }
        }
        canvas.Rectangle(0, h * 0.94, w, h * 0.06, Colour.Of(0x30343a));
    }

    public static void NightTown(Canvas canvas, Dice dice)
    {
        var (w, h) = (canvas.Width, canvas.Height);
        canvas.Shade((_, y) => Colour.Of(0x050818).Mix(Colour.Of(0x283058), y / h));
        canvas.Disc(w * 0.2, h * 0.18, h * 0.1, Colour.Of(0xf4f0d8));
        canvas.Disc(w * 0.235, h * 0.16, h * 0.09, Colour.Of(0x080c20));
        for (var i = 0; i < 160; i++)
        {
            canvas.Disc(dice.Between(0, w), dice.Between(0, h * 0.5), dice.Between(0.8, 2), Colour.White);
        }
        for (var i = 0; i < 13; i++)
        {
            var (wide, high) = (w * dice.Between(0.1, 0.18), h * dice.Between(0.16, 0.42));
            var (x, y) = (w * (i / 13.0 - 0.03), h * 0.9 - high);
            canvas.Rectangle(x, y, wide, high, Colour.Of(0x3a2f3f).Times(dice.Between(0.6, 1.5)));
            var roof = Colour.Hsv(dice.Next() * 0.1, 0.6, 0.5);
            canvas.Polygon(roof, 1, (x - 8, y), (x + wide / 2, y - wide * 0.6), (x + wide + 8, y));
            Windows(canvas, dice, x, y, wide, high, Colour.Of(0xffd870), 0.55);
        }
        canvas.Rectangle(0, h * 0.9, w, h * 0.1, Colour.Of(0x14161c));
        for (var i = 0; i < 8; i++)
        {
            var x = w * (i + 0.5) / 8;
            canvas.Line(x, h * 0.97, x, h * 0.78, 5, Colour.Of(0x0a0a0c));
            canvas.Disc(x, h * 0.77, h * 0.045, Colour.Of(0xffe8a0), 0.35);
            canvas.Disc(x, h * 0.77, h * 0.018, Colour.Of(0xfff6d0));
        }
    }

    public static void Bridge(Canvas canvas, Dice dice)
    {
        var (w, h) = (canvas.Width, canvas.Height);
        var seed = dice.Whole(1, 1000);
        canvas.Shade(
            (x, y) =>
                y < h * 0.7
                    ? Colour
                        .Of(0xe8ecf0)
                        .Mix(Colour.Of(0x90a8c0), Noise.Layers(x * 0.004, y * 0.008, seed) * 1.4)
                    : Colour
                        .Of(0x28445a)
                        .Mix(Colour.Of(0x8ab0c4), Noise.Layers(x * 0.012, y * 0.05, seed + 5))
        );
        var red = Colour.Of(0xb0392a);
        var deck = h * 0.62;
        canvas.Rectangle(0, deck, w, h * 0.035, red.Times(0.7));
        double[] towers = [0.25, 0.75];
        for (var i = 0; i <= 60; i++)
        {
            var x = i / 60.0;
            var sag = Math.Min(Math.Abs(x - 0.25), Math.Abs(x - 0.75)) * 2;
            var cable = h * (0.14 + 0.9 * (sag - sag * sag));
            canvas.Line(x * w, Math.Min(cable, deck), x * w, deck, 3, red);
            canvas.Disc(x * w, Math.Min(cable, deck), 7, red);
        }
        foreach (var x in towers)
        {
            canvas.Rectangle(w * (x - 0.03), h * 0.1, w * 0.018, h * 0.75, red);
            canvas.Rectangle(w * (x + 0.012), h * 0.1, w * 0.018, h * 0.75, red);
            for (var i = 0; i < 5; i++)
            {
                canvas.Rectangle(w * (x - 0.03), h * (0.12 + 0.1 * i), w * 0.06, h * 0.02, red.Times(0.85));
            }
            canvas.Ellipse(w * x, h * 0.86, w * 0.07, h * 0.03, Colour.Of(0x606060));
        }
    }

    public static void BrickWall(Canvas canvas, Dice dice)
    {
        var (w, h) = (canvas.Width, canvas.Height);
        var seed = dice.Whole(1, 1000);
        canvas.Shade((x, y) => Colour.Of(0xc8c0b4).Times(0.8 + 0.3 * Noise.Layers(x * 0.05, y * 0.05, seed)));
        var (wide, high) = (w / 12.0, h / 18.0);
        for (var row = 0; row < 19; row++)
        {
            for (var column = -1; column < 13; column++)
            {
                var light = 0.45 + 0.9 * Noise.At(column * 0.7, row * 0.55, seed) * dice.Between(0.8, 1.2);
                var x = (column + (row % 2) * 0.5) * wide;
                canvas.Rectangle(x + 3, row * high + 3, wide - 6, high - 6, Colour.Of(0xb4563c).Times(light));
            }
        }
        Window(canvas, w * 0.08, h * 0.12, w * 0.3, h * 0.4);
        Window(canvas, w * 0.66, h * 0.3, w * 0.24, h * 0.5);
        for (var i = 0; i < 900; i++)
        {
            var t = dice.Next();
            var x = w * (0.42 + 0.2 * Math.Sin(t * 5) * t + dice.Between(-0.06, 0.06));
            canvas.Ellipse(x, h * (1 - t * 0.9), 9, 6, Colour.Of(0x2c6a2c).Times(dice.Between(0.6, 1.5)));
        }
    }

    private static void Window(Canvas canvas, double x, double y, double wide, double high)
    {
        canvas.Rectangle(x, y, wide, high, Colour.Of(0xf0f0ea));
        for (var i = 0; i < 4; i++)
        {
            var (left, top) = (x + wide * (0.06 + 0.47 * (i % 2)), y + high * (0.05 + 0.48 * (i / 2)));
            canvas.Rectangle(left, top, wide * 0.41, high * 0.42, Colour.Of(0x1c2c44));
            canvas.Line(left + 6, top + high * 0.3, left + wide * 0.3, top + 6, 6, Colour.White, 0.3);
        }
    }

    private static void Windows(
        Canvas canvas,
        Dice dice,
        double x,
        double y,
        double wide,
        double high,
        Colour light,
        double share
    )
    {
        for (var row = y + 12; row < y + high - 14; row += 22)
        {
            for (var column = x + 8; column < x + wide - 12; column += 18)
            {
                if (dice.Next() < share)
                {
                    canvas.Rectangle(column, row, 10, 13, light, dice.Between(0.5, 1));
                }
            }
        }
    }
}
