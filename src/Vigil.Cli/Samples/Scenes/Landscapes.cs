namespace Vigil.Cli.Samples.Scenes;

internal static class Landscapes
{
    public static void Hills(Canvas canvas, Dice dice)
    {
        var (w, h) = (canvas.Width, canvas.Height);
        var seed = dice.Whole(1, 1000);
        Sky(canvas, Colour.Of(0x3f7fd0), Colour.Of(0xd8e8f8), seed, clouds: 0.8);
        canvas.Disc(w * 0.78, h * 0.2, h * 0.09, Colour.Of(0xffe27a));
        for (var i = 0; i < 4; i++)
        {
            var ridge = h * (0.45 + 0.13 * i);
            var colour = Colour.Of(0x9ac06a).Mix(Colour.Of(0x1e5a28), i / 3.0);
            Ridge(canvas, ridge, h * 0.16, 0.004 + 0.001 * i, seed + 10 * i, colour);
            for (var t = 0; t < 7 + 3 * i; t++)
            {
                var x = dice.Between(0, w);
                var y =
                    RidgeAt(x, ridge, h * 0.16, 0.004 + 0.001 * i, seed + 10 * i) + dice.Between(4, h * 0.06);
                Tree(canvas, x, y, h * (0.03 + 0.02 * i) * dice.Between(0.8, 1.3));
            }
        }
    }

    public static void MountainLake(Canvas canvas, Dice dice)
    {
        var (w, h) = (canvas.Width, canvas.Height);
        var shore = (int)(h * 0.56);
        var seed = dice.Whole(1, 1000);
        Sky(canvas, Colour.Of(0x26345c), Colour.Of(0xf2b57e), seed, clouds: 0.3);
        (double X, double Height)[] peaks =
        [
            (0.12, 0.3),
            (0.3, 0.44),
            (0.52, 0.27),
            (0.68, 0.5),
            (0.92, 0.36),
        ];
        foreach (var (x, height) in peaks)
        {
            var top = shore - h * height;
            canvas.Polygon(
                Colour.Of(0x4a4f66).Times(dice.Between(0.7, 1.2)),
                1,
                (w * x, top),
                (w * (x + 0.24), shore),
                (w * (x - 0.22), shore)
            );
            canvas.Polygon(
                Colour.White,
                0.9,
                (w * x, top),
                (w * (x + 0.06), top + h * 0.12),
                (w * (x + 0.02), top + h * 0.09),
                (w * (x - 0.02), top + h * 0.13),
                (w * (x - 0.055), top + h * 0.12)
            );
        }
        for (var y = shore; y < h; y++)
        {
            for (var x = 0; x < w; x++)
            {
                var wave = (int)(6 * Math.Sin(y * 0.35 + 3 * Noise.At(x * 0.02, y * 0.1, seed)));
                var mirrored = canvas.Picture[Math.Clamp(x + wave, 0, w - 1), Math.Max(0, 2 * shore - y - 1)];
                canvas.Picture[x, y] = mirrored.Mix(Colour.Of(0x10304a), 0.45);
            }
        }
        canvas.Polygon(
            Colour.Of(0x5a3a20),
            1,
            (w * 0.16, h * 0.84),
            (w * 0.38, h * 0.84),
            (w * 0.34, h * 0.9),
            (w * 0.2, h * 0.9)
        );
    }

    public static void Harbour(Canvas canvas, Dice dice)
    {
        var (w, h) = (canvas.Width, canvas.Height);
        var seed = dice.Whole(1, 1000);
        canvas.Shade(
            (x, y) =>
                y < h * 0.38
                    ? Colour.Of(0x8fd0e8).Mix(Colour.White, Noise.Layers(x * 0.008, y * 0.02, seed))
                    : Colour
                        .Of(0x0c5f80)
                        .Mix(Colour.Of(0x7fd8d0), Math.Pow(Noise.Layers(x * 0.01, y * 0.06, seed + 3), 2))
        );
        for (var i = 0; i < 9; i++)
        {
            var y = h * (0.42 + 0.06 * i);
            Boat(
                canvas,
                dice.Between(0.05, 0.95) * w,
                y,
                h * (0.06 + 0.022 * i),
                Colour.Hsv(dice.Next(), 0.8, 0.9)
            );
        }
        canvas.Rectangle(w * 0.86, h * 0.12, w * 0.07, h * 0.3, Colour.White);
        for (var i = 0; i < 3; i++)
        {
            canvas.Rectangle(w * 0.86, h * (0.15 + 0.09 * i), w * 0.07, h * 0.045, Colour.Of(0xc03028));
        }
        canvas.Ellipse(w * 0.9, h * 0.43, w * 0.16, h * 0.05, Colour.Of(0x4a4038));
    }

    public static void WinterForest(Canvas canvas, Dice dice)
    {
        var (w, h) = (canvas.Width, canvas.Height);
        canvas.Shade((_, y) => Colour.Of(0xb8c4d8).Mix(Colour.Of(0xf4f6fa), y / h));
        for (var i = 0; i < 26; i++)
        {
            var depth = i / 26.0;
            var x = dice.Between(0, w);
            var thick = 5 + depth * w * 0.035;
            var bark = Colour.Of(0x9aa0ac).Mix(Colour.Of(0x2a211c), depth);
            var foot = h * (0.6 + 0.35 * depth);
            canvas.Line(x, -10, x + dice.Between(-20, 20), foot, thick, bark);
            for (var b = 0; b < 6; b++)
            {
                var y = dice.Between(0, foot * 0.8);
                var side = dice.Pick(-1, 1);
                canvas.Line(
                    x,
                    y,
                    x + side * thick * dice.Between(2, 5),
                    y - thick * dice.Between(1, 4),
                    thick / 4,
                    bark
                );
            }
            canvas.Ellipse(x, foot, thick * 1.6, thick * 0.5, Colour.White);
        }
        for (var i = 0; i < 500; i++)
        {
            canvas.Disc(dice.Between(0, w), dice.Between(0, h), dice.Between(1, 4), Colour.White, 0.9);
        }
    }

    public static void Dunes(Canvas canvas, Dice dice)
    {
        var (w, h) = (canvas.Width, canvas.Height);
        var seed = dice.Whole(1, 1000);
        canvas.Shade((_, y) => Colour.Of(0xd86a30).Mix(Colour.Of(0xffe0a0), y / (h * 0.5)));
        canvas.Disc(w * 0.3, h * 0.3, h * 0.14, Colour.Of(0xfff4d0));
        for (var i = 0; i < 6; i++)
        {
            var level = h * (0.36 + 0.11 * i);
            Ridge(canvas, level, h * 0.24, 0.0024, seed + 7 * i, Colour.Of(0xc98a4a).Times(1.15 - 0.14 * i));
        }
        for (var i = 0; i < 9; i++)
        {
            var (x, y, size) = (
                dice.Between(0, w),
                dice.Between(0.6, 0.95) * h,
                h * dice.Between(0.05, 0.12)
            );
            var green = Colour.Of(0x2f5a34);
            canvas.Line(x, y, x, y - 2 * size, size * 0.4, green);
            canvas.Line(x - size * 0.7, y - 1.5 * size, x - size * 0.7, y - size, size * 0.25, green);
            canvas.Line(x - size * 0.7, y - size, x, y - size * 0.8, size * 0.25, green);
            canvas.Line(x + size * 0.7, y - 1.8 * size, x + size * 0.7, y - 1.2 * size, size * 0.25, green);
            canvas.Line(x + size * 0.7, y - 1.2 * size, x, y - size, size * 0.25, green);
        }
    }

    private static void Sky(Canvas canvas, Colour top, Colour bottom, int seed, double clouds) =>
        canvas.Shade(
            (x, y) =>
            {
                var cloud = Math.Clamp(Noise.Layers(x * 0.006, y * 0.014, seed) * 3 - 1.4, 0, 1);
                return top.Mix(bottom, y / (canvas.Height * 0.7)).Mix(Colour.White, clouds * cloud);
            }
        );

    private static double RidgeAt(double x, double level, double swing, double scale, int seed) =>
        level + swing * (Noise.Layers(x * scale, 0.5, seed, 3) - 0.5) * 2;

    private static void Ridge(
        Canvas canvas,
        double level,
        double swing,
        double scale,
        int seed,
        Colour colour
    )
    {
        for (var x = 0; x < canvas.Width; x++)
        {
            var top = RidgeAt(x, level, swing, scale, seed);
            for (var y = (int)Math.Max(0, top); y < canvas.Height; y++)
            {
                var light =
                    1.1 - 0.35 * (y - top) / swing + 0.25 * (Noise.At(x * 0.05, y * 0.09, seed) - 0.5);
                canvas.Picture[x, y] = colour.Times(Math.Clamp(light, 0.5, 1.3));
            }
        }
    }

    private static void Tree(Canvas canvas, double x, double y, double size)
    {
        canvas.Line(x, y, x, y - size, size * 0.16, Colour.Of(0x4a2f1a));
        canvas.Disc(x, y - size * 1.3, size * 0.55, Colour.Of(0x1d4a22));
        canvas.Disc(x - size * 0.15, y - size * 1.45, size * 0.32, Colour.Of(0x3f7f3a));
    }

    private static void Boat(Canvas canvas, double x, double y, double size, Colour colour)
    {
        canvas.Polygon(
            colour.Times(0.6),
            1,
            (x - size, y),
            (x + size, y),
            (x + size * 0.7, y + size * 0.4),
            (x - size * 0.7, y + size * 0.4)
        );
        canvas.Polygon(Colour.White, 1, (x + 3, y - 4), (x + 3, y - size * 1.8), (x + size * 0.9, y - 4));
        canvas.Polygon(colour, 1, (x - 3, y - 4), (x - 3, y - size * 1.5), (x - size * 0.7, y - 4));
    }
}
