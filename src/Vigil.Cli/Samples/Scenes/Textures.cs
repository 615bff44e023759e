namespace Vigil.Cli.Samples.Scenes;

internal static class Textures
{
    public static void Wood(Canvas canvas, Dice dice)
    {
        var seed = dice.Whole(1, 1000);
        var (cx, cy) = (canvas.Width * 0.3, canvas.Height * 0.62);
        canvas.Shade(
            (x, y) =>
            {
                var (dx, dy) = ((x - cx) * 0.55, y - cy);
                var bend = 70 * Noise.Layers(x * 0.004, y * 0.006, seed);
                var ring = Math.Sqrt(dx * dx + dy * dy) + bend;
                var grain = 0.15 * Noise.At(x * 0.01, y * 0.35, seed + 9);
                return Colour
                    .Of(0x5f3516)
                    .Mix(Colour.Of(0xe0ac6c), 0.5 + 0.5 * Math.Sin(ring * 0.17) - grain)
                    .Times(0.75 + 0.5 * Noise.Layers(x * 0.003, y * 0.003, seed + 20, 2));
            }
        );
    }

    public static void Marble(Canvas canvas, Dice dice)
    {
        var seed = dice.Whole(1, 1000);
        canvas.Shade(
            (x, y) =>
            {
                var warp = 9 * Noise.Layers(x * 0.005, y * 0.005, seed, 6);
                var vein = Math.Pow(Math.Abs(Math.Sin((x * 0.7 + y) * 0.006 + warp)), 0.45);
                var cloud = Noise.Layers(x * 0.003, y * 0.004, seed + 31, 3);
                return Colour.Of(0x1f3a34).Mix(Colour.Of(0xf0efe6), vein * (0.35 + 0.8 * cloud));
            }
        );
    }

    public static void Plasma(Canvas canvas, Dice dice)
    {
        var (a, b, c) = (dice.Between(2, 4), dice.Between(3, 5), dice.Between(4, 7));
        canvas.Shade(
            (x, y) =>
            {
                var (u, v) = (x / canvas.Width * Math.Tau, y / canvas.Height * Math.Tau);
                var sum =
                    Math.Sin(a * u + 1.3) + Math.Sin(b * v + u) + Math.Sin(c * Math.Sqrt(u * u + v * v));
                return Colour.Hsv(sum * 0.17, 0.85, 0.55 + 0.42 * Math.Sin(sum * 2.4));
            }
        );
    }

    public static void ContourMap(Canvas canvas, Dice dice)
    {
        var seed = dice.Whole(1, 1000);
        canvas.Shade(
            (x, y) =>
            {
                var height = Noise.Layers(x * 0.0045, y * 0.0045, seed, 5);
                var land = Colour.Of(0x2f7d4f).Mix(Colour.Of(0xf3ead0), (height - 0.45) * 3.5);
                var ground = height < 0.45 ? Colour.Of(0x2a6fb0).Times(0.55 + height) : land;
                var line = Math.Abs(height * 24 - Math.Round(height * 24));
                return line < 0.1 ? ground.Times(0.45) : ground;
            }
        );
        for (var i = 1; i < 8; i++)
        {
            canvas.Line(
                canvas.Width * i / 8.0,
                0,
                canvas.Width * i / 8.0,
                canvas.Height,
                1.5,
                Colour.Black,
                0.4
            );
            canvas.Line(
                0,
                canvas.Height * i / 8.0,
                canvas.Width,
                canvas.Height * i / 8.0,
                1.5,
                Colour.Black,
                0.4
            );
        }
    }

    /// <summary>The filled Julia set of z -> z^2 + c, coloured by the steps to escape (Julia 1918).</summary>
    public static void Julia(Canvas canvas, Dice dice)
    {
        const int steps = 60;
        var (re, im) = (-0.74 + dice.Between(-0.01, 0.01), 0.18);
        canvas.Shade(
            (px, py) =>
            {
                var (x, y) = ((px / canvas.Width - 0.5) * 3, (py / canvas.Height - 0.5) * 2.3);
                var n = 0;
                while (n < steps && x * x + y * y < 16)
                {
                    (x, y) = (x * x - y * y + re, 2 * x * y + im);
                    n++;
                }
                var share = n / (double)steps;
                return n == steps
                    ? Colour.Of(0xffd890)
                    : Colour.Hsv(0.62 - share * 0.5, 0.9, Math.Sqrt(share));
            }
        );
    }

    public static void Ripples(Canvas canvas, Dice dice)
    {
        (double X, double Y, double Length)[] drops =
        [
            .. Enumerable
                .Range(0, 4)
                .Select(_ =>
                    (dice.Between(0, canvas.Width), dice.Between(0, canvas.Height), dice.Between(0.05, 0.13))
                ),
        ];
        canvas.Shade(
            (x, y) =>
            {
                var sum = drops.Sum(d =>
                    Math.Sin(Math.Sqrt((x - d.X) * (x - d.X) + (y - d.Y) * (y - d.Y)) * d.Length)
                );
                return Colour.Of(0x08283c).Mix(Colour.Of(0xbfeaf0), 0.5 + 0.22 * sum);
            }
        );
        for (var i = 0; i < 14; i++)
        {
            var (x, y, size) = (
                dice.Between(0, canvas.Width),
                dice.Between(0, canvas.Height),
                canvas.Width * dice.Between(0.03, 0.08)
            );
            canvas.Ellipse(x, y, size, size * 0.8, Colour.Of(0x3a7a3a).Times(dice.Between(0.7, 1.3)));
            canvas.Line(x, y, x + size, y, size * 0.16, Colour.Of(0x1c4c50));
        }
    }
}
