namespace Vigil.Cli.Samples.Scenes;

internal static class Patterns
{
    public static void Voronoi(Canvas canvas, Dice dice)
    {
        (double X, double Y, Colour Colour)[] seeds =
        [
            .. Enumerable
                .Range(0, 60)
                .Select(_ =>
                    (
                        dice.Between(0, canvas.Width),
                        dice.Between(0, canvas.Height),
                        Colour.Hsv(dice.Next(), dice.Between(0.3, 0.9), dice.Between(0.25, 1))
                    )
                ),
        ];
        canvas.Shade(
            (x, y) =>
            {
                var (nearest, second, colour) = (double.MaxValue, double.MaxValue, Colour.Black);
                foreach (var seed in seeds)
                {
                    var distance = (x - seed.X) * (x - seed.X) + (y - seed.Y) * (y - seed.Y);
                    if (distance < nearest)
                    {
                        (nearest, second, colour) = (distance, nearest, seed.Colour);
                    }
                    else
                    {
                        second = Math.Min(second, distance);
                    }
                }
                return Math.Sqrt(second) - Math.Sqrt(nearest) < 4 ? Colour.Black : colour;
            }
        );
    }

    public static void Quilt(Canvas canvas, Dice dice)
    {
        const int columns = 8;
        var size = canvas.Width / (double)columns;
        for (var row = 0; row * size < canvas.Height; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var (x, y) = (column * size, row * size);
                var (a, b) = (Patch(dice), Patch(dice));
                canvas.Rectangle(x, y, size, size, a);
                switch (dice.Whole(0, 4))
                {
                    case 0:
                        canvas.Polygon(b, 1, (x, y), (x + size, y), (x, y + size));
                        break;
                    case 1:
                        canvas.Polygon(
                            b,
                            1,
                            (x + size / 2, y),
                            (x + size, y + size / 2),
                            (x + size / 2, y + size),
                            (x, y + size / 2)
                        );
                        break;
                    case 2:
                        canvas.Ring(x + size / 2, y + size / 2, size * 0.3, size * 0.14, b);
                        break;
                    default:
                        for (var i = 0; i < 4; i++)
                        {
                            canvas.Rectangle(x + i * size / 4, y, size / 8, size, b);
                        }
                        break;
                }
                canvas.Line(x, y, x + size, y, 3, Colour.White, 0.7);
                canvas.Line(x, y, x, y + size, 3, Colour.White, 0.7);
            }
        }
    }

    /// <summary>A maze by depth-first search: one way between any two places.</summary>
    public static void Maze(Canvas canvas, Dice dice)
    {
        const int columns = 25;
        const int rows = 17;
        var (cellX, cellY) = (canvas.Width / (double)columns, canvas.Height / (double)rows);
        canvas.Rectangle(0, 0, canvas.Width, canvas.Height, Colour.Of(0x14323f));
        var seen = new bool[columns, rows];
        var path = new Stack<(int X, int Y)>([(dice.Whole(0, columns), dice.Whole(0, rows))]);
        seen[path.Peek().X, path.Peek().Y] = true;
        while (path.TryPeek(out var at))
        {
            (int X, int Y)[] open =
            [
                .. new[] { (at.X + 1, at.Y), (at.X - 1, at.Y), (at.X, at.Y + 1), (at.X, at.Y - 1) }.Where(p =>
                    p.Item1 is >= 0 and < columns && p.Item2 is >= 0 and < rows && !seen[p.Item1, p.Item2]
                ),
            ];
            if (open.Length == 0)
            {
                path.Pop();
                continue;
            }
            var next = open[dice.Whole(0, open.Length)];
            seen[next.X, next.Y] = true;
            canvas.Line(
                (at.X + 0.5) * cellX,
                (at.Y + 0.5) * cellY,
                (next.X + 0.5) * cellX,
                (next.Y + 0.5) * cellY,
                Math.Min(cellX, cellY) * 0.62,
                Colour.Hsv(0.05 + 0.12 * next.X / columns, 0.55, 0.95)
            );
            path.Push(next);
        }
    }

    public static void CheckerHall(Canvas canvas, Dice dice)
    {
        var (w, h) = (canvas.Width, canvas.Height);
        var horizon = h * 0.42;
        var shift = dice.Between(0, 4);
        canvas.Shade(
            (x, y) =>
            {
                if (y <= horizon)
                {
                    return Colour.Of(0x6a1f2a).Mix(Colour.Of(0xe8c090), y / horizon);
                }
                var depth = h * 0.32 / (y - horizon + 1);
                var isDark =
                    ((int)Math.Floor((x / w - 0.35) * depth * 9 + shift) + (int)Math.Floor(depth * 7)) % 2
                    == 0;
                return (isDark ? Colour.Of(0x1a1a22) : Colour.Of(0xf0ead8)).Mix(
                    Colour.Of(0x806050),
                    depth * 0.07
                );
            }
        );
        for (var i = 0; i < 5; i++)
        {
            var (near, side) = (1 - i * 0.17, i % 2 == 0 ? 0.12 : 0.8);
            var x = w * (0.35 + (side - 0.35) * near);
            var wide = w * 0.1 * near;
            canvas.Rectangle(
                x,
                horizon - h * 0.38 * near,
                wide,
                h * 0.75 * near,
                Colour.Of(0xb8a088).Times(0.6 + 0.4 * near)
            );
            canvas.Rectangle(x, horizon - h * 0.38 * near, wide * 0.3, h * 0.75 * near, Colour.White, 0.3);
        }
        canvas.Disc(w * 0.55, h * 0.72, h * 0.13, Colour.Of(0x2a5ab0));
        canvas.Disc(w * 0.52, h * 0.67, h * 0.04, Colour.White, 0.6);
    }

    public static void Mosaic(Canvas canvas, Dice dice)
    {
        var (w, h) = (canvas.Width, canvas.Height);
        canvas.Rectangle(0, 0, w, h, Colour.Of(0x2a2622));
        var (cx, cy) = (w * 0.56, h * 0.44);
        const double tile = 17;
        for (double y = 0; y < h; y += tile)
        {
            for (double x = 0; x < w; x += tile)
            {
                var (dx, dy) = ((x - cx) / h, (y - cy) / h);
                var angle = Math.Atan2(dy, dx);
                var petal = Math.Sqrt(dx * dx + dy * dy) * (1 + 0.3 * Math.Cos(7 * angle));
                var band = (int)(petal * 11);
                var colour = Colour.Of(dice.Pick(0, 1) == 0 ? 0xf0e2c0 : 0xe0d0a8);
                colour = (band % 4) switch
                {
                    0 => Colour.Of(0x1f5f8f),
                    1 => colour,
                    2 => Colour.Of(0xb8452c),
                    _ => Colour.Of(0xe0a030),
                };
                canvas.Rectangle(x + 1, y + 1, tile - 3, tile - 3, colour.Times(dice.Between(0.75, 1.1)));
            }
        }
    }

    public static void Circuit(Canvas canvas, Dice dice)
    {
        var (w, h) = (canvas.Width, canvas.Height);
        canvas.Rectangle(0, 0, w, h, Colour.Of(0x0e4a30));
        for (var i = 0; i < 70; i++)
        {
            var (x, y) = (dice.Between(0, w), dice.Between(0, h));
            var copper = Colour.Of(0x58a868).Times(dice.Between(0.8, 1.3));
            for (var leg = 0; leg < 4; leg++)
            {
                var isFlat = leg % 2 == 0;
                var (nx, ny) = (
                    x + (isFlat ? dice.Between(-150, 150) : 0),
                    y + (isFlat ? 0 : dice.Between(-150, 150))
                );
                canvas.Line(x, y, nx, ny, 5, copper);
                (x, y) = (nx, ny);
            }
            canvas.Ring(x, y, 8, 5, Colour.Of(0xe0d8a0));
        }
        for (var i = 0; i < 11; i++)
        {
            var (wide, high) = (w * dice.Between(0.08, 0.2), h * dice.Between(0.08, 0.2));
            var (x, y) = (dice.Between(0, w - wide), dice.Between(0, h - high));
            for (var pin = x + 8; pin < x + wide - 8; pin += 16)
            {
                canvas.Rectangle(pin, y - 10, 8, high + 20, Colour.Of(0xd0d4d8));
            }
            canvas.Rectangle(x, y, wide, high, Colour.Of(0x1c1c20));
            canvas.Text($"V{dice.Whole(100, 999)}", x + wide / 2, y + high / 2, 3, Colour.Of(0xc0c0c0));
        }
    }

    private static Colour Patch(Dice dice) =>
        Colour.Hsv(dice.Pick(0.0, 0.08, 0.55, 0.62, 0.9), dice.Between(0.25, 0.8), dice.Between(0.3, 1));
}
