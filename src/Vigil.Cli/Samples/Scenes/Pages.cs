using Vigil.Media;

namespace Vigil.Cli.Samples.Scenes;

internal static class Pages
{
    private static readonly string[] Words =
    [
        "THE",
        "RIVER",
        "TURNS",
        "NORTH",
        "BELOW",
        "OLD",
        "MILL",
        "AND",
        "WIDENS",
        "TO",
        "A",
        "QUIET",
        "POOL",
        "WHERE",
        "HERONS",
        "STAND",
        "EVERY",
        "MORNING",
        "LIGHT",
        "COMES",
        "OVER",
        "FIELDS",
        "OF",
        "BARLEY",
        "WIND",
        "BENDS",
        "THEM",
    ];

    public static void TextPage(Canvas canvas, Dice dice)
    {
        var (w, h) = (canvas.Width, canvas.Height);
        canvas.Shade((x, y) => Colour.Of(0x584434).Times(0.7 + 0.5 * Noise.Layers(x * 0.01, y * 0.08, 3)));
        canvas.Polygon(
            Colour.Of(0xf6f2e6),
            1,
            (w * 0.14, h * 0.05),
            (w * 0.92, h * 0.09),
            (w * 0.87, h * 0.96),
            (w * 0.07, h * 0.92)
        );
        canvas.Text("A WALK", w * 0.46, h * 0.14, 9, Colour.Of(0x202838), 1, 0.04);
        for (var line = 0; line < 15; line++)
        {
            var y = h * (0.24 + line * 0.045);
            var indent = line % 5 == 0 ? w * 0.08 : 0;
            var width = line % 5 == 4 ? w * 0.35 : w * 0.68 - indent;
            Sentence(
                canvas,
                dice,
                w * (0.155 - 0.0032 * line) + indent,
                y,
                width,
                h * 0.0045,
                Colour.Of(0x2c2c34)
            );
        }
    }

    public static void Newspaper(Canvas canvas, Dice dice)
    {
        var (w, h) = (canvas.Width, canvas.Height);
        canvas.Rectangle(0, 0, w, h, Colour.Of(0xe4ddca));
        canvas.Text("DAILY BARLEY", w / 2.0, h * 0.08, w * 0.011, Colour.Of(0x181818));
        canvas.Line(0, h * 0.15, w, h * 0.15, 5, Colour.Black);
        for (var column = 0; column < 4; column++)
        {
            for (var y = h * 0.19; y < h * 0.97; y += 15)
            {
                Sentence(canvas, dice, w * (0.02 + 0.245 * column), y, w * 0.21, 1.5, Colour.Of(0x303030));
            }
        }
        (double X, double Y, double W, double H, int Tone)[] boxes =
        [
            (0.26, 0.19, 0.47, 0.3, 0x404850),
            (0.02, 0.6, 0.21, 0.22, 0x202020),
            (0.755, 0.72, 0.22, 0.2, 0x8a8272),
        ];
        foreach (var (x, y, wide, high, tone) in boxes)
        {
            canvas.Rectangle(w * x, h * y, w * wide, h * high, Colour.Of(tone));
            for (var i = 0; i < 12; i++)
            {
                canvas.Disc(
                    w * (x + wide * dice.Between(0.1, 0.9)),
                    h * (y + high * dice.Between(0.15, 0.85)),
                    h * high * dice.Between(0.04, 0.14),
                    Colour.Of(0xd8d0c0).Times(dice.Between(0.3, 1.1))
                );
            }
        }
    }

    public static void BarChart(Canvas canvas, Dice dice)
    {
        var (w, h) = (canvas.Width, canvas.Height);
        canvas.Rectangle(0, 0, w, h, Colour.White);
        canvas.Text("BARLEY BY YEAR", w / 2.0, h * 0.06, w * 0.005, Colour.Of(0x303848));
        for (var i = 0; i <= 8; i++)
        {
            var y = h * (0.88 - 0.095 * i);
            canvas.Line(w * 0.1, y, w * 0.97, y, 2, Colour.Of(0xb0b4bc));
            canvas.Text($"{i * 10}", w * 0.06, y, 2.5, Colour.Of(0x505866));
        }
        for (var i = 0; i < 9; i++)
        {
            var x = w * (0.12 + 0.094 * i);
            var first = h * dice.Between(0.08, 0.74);
            var second = h * dice.Between(0.08, 0.74);
            canvas.Rectangle(x, h * 0.88 - first, w * 0.037, first, Colour.Of(0x1f3a68));
            canvas.Rectangle(x + w * 0.039, h * 0.88 - second, w * 0.037, second, Colour.Of(0xd87a30));
            canvas.Text($"{2017 + i}", x + w * 0.038, h * 0.92, 2.5, Colour.Of(0x505866));
        }
    }

    public static void LineChart(Canvas canvas, Dice dice)
    {
        var (w, h) = (canvas.Width, canvas.Height);
        canvas.Rectangle(0, 0, w, h, Colour.Of(0x10182a));
        for (var i = 1; i < 12; i++)
        {
            canvas.Line(w * i / 12.0, 0, w * i / 12.0, h, 1.5, Colour.Of(0x3a4a6a));
            canvas.Line(0, h * i / 12.0, w, h * i / 12.0, 1.5, Colour.Of(0x3a4a6a));
        }
        for (var series = 0; series < 4; series++)
        {
            var value = h * dice.Between(0.2, 0.8);
            var colour = Colour.Hsv(series / 4.0 + 0.1, 0.75, 1);
            for (var i = 0; i < 24; i++)
            {
                var next = Math.Clamp(value + h * dice.Between(-0.13, 0.13), h * 0.04, h * 0.96);
                var (x0, x1) = (w * i / 24.0, w * (i + 1) / 24.0);
                if (series == 0)
                {
                    canvas.Polygon(colour, 0.5, (x0, value), (x1, next), (x1, h), (x0, h));
                }
                canvas.Line(x0, value, x1, next, 6, colour);
                canvas.Disc(x1, next, 9, Colour.White);
                value = next;
            }
        }
        double from = 0;
        for (var i = 0; i < 5; i++)
        {
            var to = i == 4 ? Math.Tau : from + dice.Between(0.6, 1.5);
            Slice(canvas, w * 0.2, h * 0.26, h * 0.19, from, to, Colour.Hsv(0.13 * i, 0.6, 0.95));
            from = to;
        }
    }

    private static void Slice(
        Canvas canvas,
        double x,
        double y,
        double radius,
        double from,
        double to,
        Colour colour
    ) =>
        canvas.Polygon(
            colour,
            1,
            [
                (x, y),
                .. Enumerable
                    .Range(0, 25)
                    .Select(i => from + (to - from) * i / 24)
                    .Select(a => (x + radius * Math.Cos(a), y + radius * Math.Sin(a))),
            ]
        );

    private static void Sentence(
        Canvas canvas,
        Dice dice,
        double x,
        double y,
        double width,
        double unit,
        Colour ink
    )
    {
        for (var at = x; ; )
        {
            var word = dice.Pick<string>(Words);
            var wide = Letters.WidthOf(word) * unit;
            if (at + wide > x + width)
            {
                return;
            }
            canvas.Text(word, at + wide / 2, y, unit, ink);
            at += wide + 4 * unit;
        }
    }
}
