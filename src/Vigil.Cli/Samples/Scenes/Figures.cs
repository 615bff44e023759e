namespace Vigil.Cli.Samples.Scenes;

internal static class Figures
{
    public static void Shapes(Canvas canvas, Dice dice)
    {
        var (w, h) = (canvas.Width, canvas.Height);
        canvas.Shade((x, y) => Colour.Hsv(0.55 + 0.3 * x / w, 0.5, 0.35 + 0.6 * y / h));
        for (var i = 0; i < 34; i++)
        {
            var (x, y, size) = (dice.Between(0, w), dice.Between(0, h), h * dice.Between(0.04, 0.17));
            var colour = Colour.Hsv(dice.Next(), 0.75, dice.Between(0.3, 1));
            switch (i % 4)
            {
                case 0:
                    canvas.Disc(x, y, size, colour, 0.9);
                    break;
                case 1:
                    canvas.Rectangle(x - size, y - size, size * 1.8, size * 1.4, colour, 0.9);
                    break;
                case 2:
                    canvas.Ring(x, y, size, size * 0.35, colour);
                    break;
                default:
                    canvas.Polygon(colour, 0.9, Star(x, y, size * 1.2, dice.Whole(3, 8), dice.Between(0, 3)));
                    break;
            }
        }
    }

    /// <summary>Rose curves, r = cos(k t) (Grandi 1723), on stems.</summary>
    public static void Flowers(Canvas canvas, Dice dice)
    {
        var (w, h) = (canvas.Width, canvas.Height);
        var seed = dice.Whole(1, 1000);
        canvas.Shade(
            (x, y) =>
                Colour.Of(0x6a8f3a).Mix(Colour.Of(0x14301a), Noise.Layers(x * 0.012, y * 0.012, seed) * 1.3)
        );
        for (var i = 0; i < 15; i++)
        {
            var (x, y, size) = (
                w * dice.Between(0.05, 0.95),
                h * dice.Between(0.1, 0.85),
                h * dice.Between(0.07, 0.16)
            );
            canvas.Line(x, y, x + dice.Between(-60, 60), h, 7, Colour.Of(0x2f5f20));
            var petals = dice.Whole(3, 8);
            var colour = Colour.Hsv(dice.Pick(0.0, 0.12, 0.78, 0.9, 0.62), dice.Between(0.3, 0.8), 1);
            canvas.Polygon(
                colour,
                1,
                [
                    .. Enumerable
                        .Range(0, 180)
                        .Select(a => a * Math.Tau / 180)
                        .Select(a =>
                            (Angle: a, Reach: size * (0.35 + 0.65 * Math.Abs(Math.Cos(petals * a / 2))))
                        )
                        .Select(p => (x + p.Reach * Math.Cos(p.Angle), y + p.Reach * Math.Sin(p.Angle))),
                ]
            );
            canvas.Disc(x, y, size * 0.28, Colour.Of(0x5a3410));
        }
    }

    public static void Balloons(Canvas canvas, Dice dice)
    {
        var (w, h) = (canvas.Width, canvas.Height);
        canvas.Shade((x, y) => Colour.Of(0xfaf0dc).Mix(Colour.Of(0x5aa0d8), 1.1 - y / h - 0.2 * x / w));
        for (var i = 0; i < 13; i++)
        {
            var (x, y, size) = (
                w * dice.Between(0.06, 0.94),
                h * dice.Between(0.08, 0.8),
                h * dice.Between(0.06, 0.15)
            );
            var hue = dice.Next();
            canvas.Ellipse(x, y, size, size * 1.15, Colour.Hsv(hue, 0.8, 0.85));
            canvas.Ellipse(x, y, size * 0.62, size * 1.15, Colour.Hsv(hue + 0.5, 0.6, 0.9));
            canvas.Ellipse(x, y, size * 0.24, size * 1.15, Colour.Hsv(hue, 0.9, 0.6));
            canvas.Line(
                x - size * 0.5,
                y + size * 0.95,
                x - size * 0.2,
                y + size * 1.7,
                2.5,
                Colour.Of(0x403020)
            );
            canvas.Line(
                x + size * 0.5,
                y + size * 0.95,
                x + size * 0.2,
                y + size * 1.7,
                2.5,
                Colour.Of(0x403020)
            );
            canvas.Rectangle(x - size * 0.25, y + size * 1.65, size * 0.5, size * 0.35, Colour.Of(0x7a4a20));
        }
    }

    public static void FishTank(Canvas canvas, Dice dice)
    {
        var (w, h) = (canvas.Width, canvas.Height);
        var seed = dice.Whole(1, 1000);
        canvas.Shade(
            (x, y) =>
                y > h * 0.86
                    ? Colour.Of(0xd8c090).Times(0.6 + 0.6 * Dice.At((int)x / 4, (int)y / 4, seed))
                    : Colour
                        .Of(0x58c8e0)
                        .Mix(Colour.Of(0x083060), y / h)
                        .Mix(Colour.White, 0.35 * Math.Max(0, Math.Sin(x * 0.03 + y * 0.012)) * (1 - y / h))
        );
        for (var i = 0; i < 12; i++)
        {
            var (x, top) = (w * dice.Between(0, 1), h * dice.Between(0.35, 0.75));
            var green = Colour.Of(0x1f7a3a).Times(dice.Between(0.5, 1.2));
            for (var y = h * 0.9; y > top; y -= 6)
            {
                canvas.Disc(x + 18 * Math.Sin(y * 0.04 + i), y, 9, green);
            }
        }
        for (var i = 0; i < 12; i++)
        {
            var (x, y, size) = (
                w * dice.Between(0.1, 0.9),
                h * dice.Between(0.1, 0.8),
                h * dice.Between(0.04, 0.1)
            );
            var side = dice.Pick(-1, 1);
            var colour = Colour.Hsv(dice.Pick(0.02, 0.08, 0.14, 0.85), 0.85, 1);
            canvas.Polygon(
                colour.Times(0.75),
                1,
                (x - side * size, y),
                (x - side * size * 2.1, y - size * 0.8),
                (x - side * size * 2.1, y + size * 0.8)
            );
            canvas.Ellipse(x, y, size * 1.4, size * 0.75, colour);
            canvas.Rectangle(x - size * 0.2, y - size * 0.7, size * 0.25, size * 1.4, Colour.White, 0.8);
            canvas.Disc(x + side * size * 0.8, y - size * 0.15, size * 0.15, Colour.Black);
        }
    }

    public static void Planets(Canvas canvas, Dice dice)
    {
        var (w, h) = (canvas.Width, canvas.Height);
        var seed = dice.Whole(1, 1000);
        canvas.Shade(
            (x, y) =>
            {
                var cloud = Math.Pow(Noise.Layers(x * 0.004, y * 0.006, seed, 6), 3) * 2.4;
                return Colour
                    .Black.Mix(Colour.Of(0x7a3a9a), cloud)
                    .Mix(Colour.Of(0x3060a0), cloud * cloud * 0.6);
            }
        );
        for (var i = 0; i < 500; i++)
        {
            canvas.Disc(
                dice.Between(0, w),
                dice.Between(0, h),
                dice.Between(0.6, 2.2),
                Colour.White,
                dice.Between(0.4, 1)
            );
        }
        (double X, double Y, double Radius, int Colour)[] planets =
        [
            (0.27, 0.34, 0.21, 0xd8a060),
            (0.72, 0.66, 0.27, 0x3a78c0),
            (0.78, 0.16, 0.09, 0xc0c0b8),
            (0.14, 0.82, 0.07, 0xb04830),
        ];
        foreach (var (x, y, radius, hex) in planets)
        {
            Planet(canvas, w * x, h * y, h * radius, Colour.Of(hex), seed + hex % 97);
        }
        canvas.Line(w * 0.06, h * 0.46, w * 0.48, h * 0.22, 12, Colour.Of(0xf0dcb0), 0.8);
    }

    private static void Planet(Canvas canvas, double x, double y, double radius, Colour colour, int seed)
    {
        for (var py = (int)(y - radius); py <= y + radius; py++)
        {
            for (var px = (int)(x - radius); px <= x + radius; px++)
            {
                var (dx, dy) = ((px - x) / radius, (py - y) / radius);
                if (dx * dx + dy * dy > 1)
                {
                    continue;
                }
                var light = Math.Max(
                    0.06,
                    0.9 * (-0.6 * dx - 0.5 * dy + 0.62 * Math.Sqrt(1 - dx * dx - dy * dy))
                );
                var bands = 0.7 + 0.6 * Noise.Layers(dx * 1.5, dy * 7, seed, 4);
                canvas.Blend(px, py, colour.Times(light * bands), 1);
            }
        }
    }

    private static (double X, double Y)[] Star(double x, double y, double size, int points, double turn) =>
        [
            .. Enumerable
                .Range(0, 2 * points)
                .Select(i => (Angle: turn + i * Math.PI / points, Reach: i % 2 == 0 ? size : size * 0.45))
                .Select(p => (x + p.Reach * Math.Cos(p.Angle), y + p.Reach * Math.Sin(p.Angle))),
        ];
}
