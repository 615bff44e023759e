using static Vigil.Media.Transforms.Drawing;
using static Vigil.Media.Transforms.VipsTransforms;

namespace Vigil.Media.Transforms;

/// <summary>Borders, collages, and what a screenshot has around a picture.</summary>
internal static class Layouts
{
    private static readonly Ink Dark = new(18, 18, 18);
    private static readonly Ink Light = new(245, 245, 245);
    private static readonly Ink Grey = new(120, 120, 120);

    /// <summary>So much of width and height on each side.</summary>
    public static Pixmap Pad(Pixmap picture, double share, Ink ink)
    {
        var (x, y) = ((int)(picture.Width * share), (int)(picture.Height * share));
        var sheet = Sheet(picture.Width + 2 * x, picture.Height + 2 * y, ink);
        Paste(sheet, picture, x, y);
        return sheet;
    }

    /// <summary>Black above and below, each so much of the height.</summary>
    public static Pixmap Bars(Pixmap picture, double share)
    {
        var bar = (int)(picture.Height * share);
        var sheet = Sheet(picture.Width, picture.Height + 2 * bar, Ink.Black);
        Paste(sheet, picture, 0, bar);
        return sheet;
    }

    /// <summary>A border that is no single colour.</summary>
    public static Pixmap ShadedFrame(Pixmap picture)
    {
        var (x, y) = (picture.Width / 10, picture.Height / 10);
        var sheet = new Pixmap(picture.Width + 2 * x, picture.Height + 2 * y);
        sheet = sheet.Shade(
            (_, row, _) => new Ink(40, 60, 110).Mix(new Ink(230, 200, 160), row / (double)sheet.Height)
        );
        Paste(sheet, picture, x, y);
        return sheet;
    }

    /// <summary>White, with the broad foot of an instant photo.</summary>
    public static Pixmap InstantPhoto(Pixmap picture)
    {
        var edge = picture.Width / 16;
        var sheet = Sheet(picture.Width + 2 * edge, picture.Height + 5 * edge, Light);
        Paste(sheet, picture, edge, edge);
        return sheet;
    }

    /// <summary>To a square, with bars on two sides.</summary>
    public static Pixmap Letterbox(Pixmap picture, Ink ink) => Fit(picture, 1.0, ink);

    /// <summary>Bars on two sides until height is <paramref name="ratio"/> times the width.</summary>
    public static Pixmap Fit(Pixmap picture, double ratio, Ink ink)
    {
        // A square picture gets bars as well: these are for what is broader or higher.
        var square = Math.Abs(picture.Height - ratio * picture.Width) < picture.Width / 10.0;
        ratio = square ? ratio * 1.33 : ratio;
        var width = Math.Max(picture.Width, (int)(picture.Height / ratio));
        var height = Math.Max(picture.Height, (int)(width * ratio));
        var sheet = Sheet(width, height, ink);
        Paste(sheet, picture, (width - picture.Width) / 2, (height - picture.Height) / 2);
        return sheet;
    }

    /// <summary>Upright, the rest filled by the picture itself, enlarged and blurred.</summary>
    public static Pixmap Story(Pixmap picture)
    {
        var front = ToWidth(picture, 540);
        var height = Math.Max(960, front.Height + 200);
        var back = Resize(picture, 540, height);
        back = Blur(back, 24);
        Paste(back, front, (540 - front.Width) / 2, (height - front.Height) / 2);
        return back;
    }

    /// <summary>A gallery on a telephone: bar with clock and signs, the picture, buttons.</summary>
    public static Pixmap PhoneScreen(Pixmap picture, bool dark, bool captions, Random random)
    {
        const int width = 720;
        var (paper, ink) = dark ? (Ink.Black, Light) : (Ink.White, Dark);
        var front = ToWidth(picture, width);
        var height = Math.Max(1560, front.Height + 400);
        var sheet = Sheet(width, height, paper);
        Write(sheet, 30, 18, 24, 5, ink, random);
        Write(sheet, width - 150, 18, 24, 4, ink, random);
        Paste(sheet, front, (width - front.Width) / 2, (height - front.Height) / 2);
        for (var button = 0; button < 4; button++)
        {
            Disc(sheet, width * (2 * button + 1) / 8, height - 60, 22, Grey);
        }
        if (captions)
        {
            var top = (height - front.Height) / 2;
            Disc(sheet, 50, top - 55, 30, new Ink(200, 120, 60));
            Write(sheet, 100, top - 70, 30, 14, ink, random);
            for (var line = 0; line < 3; line++)
            {
                Write(sheet, 30, top + front.Height + 30 + 45 * line, 30, 20, ink, random);
            }
        }
        return sheet;
    }

    /// <summary>A page in a browser: bar of tools, writing, the picture among it.</summary>
    public static Pixmap BrowserScreen(Pixmap picture, Random random)
    {
        var front = Shrink(picture, 640);
        var sheet = Sheet(1280, Math.Max(800, front.Height + 260), Ink.White);
        Fill(sheet, 0, 0, sheet.Width, 80, new Ink(222, 225, 230));
        Write(sheet, 40, 30, 24, 40, Dark, random);
        Write(sheet, 120, 110, 42, 18, Dark, random);
        Paste(sheet, front, 120, 180);
        for (var line = 0; line < 14; line++)
        {
            Write(sheet, 820, 190 + 40 * line, 24, 16, Dark, random);
        }
        return sheet;
    }

    /// <summary>Writing on a white band above the picture, as jokes have it.</summary>
    public static Pixmap Caption(Pixmap picture, Random random)
    {
        var band = Math.Max(40, picture.Height / 5);
        var sheet = Sheet(picture.Width, picture.Height + band, Ink.White);
        Write(sheet, picture.Width / 16, band / 3, band / 3, 12, Ink.Black, random);
        Paste(sheet, picture, 0, band);
        return sheet;
    }

    /// <summary>Two by two; the picture is top left, the others are drawn.</summary>
    /// <param name="line">White pixels between and around; 0: none.</param>
    public static Pixmap Collage(Pixmap picture, int line, Random random)
    {
        var cell = Shrink(picture, 480);
        var sheet = Sheet(2 * cell.Width + 3 * line, 2 * cell.Height + 3 * line, Ink.White);
        for (var i = 0; i < 4; i++)
        {
            var content = i == 0 ? cell : Filler(cell.Width, cell.Height, random);
            Paste(sheet, content, line + i % 2 * (cell.Width + line), line + i / 2 * (cell.Height + line));
        }
        return sheet;
    }

    /// <summary>Side by side with another one, a dark line between.</summary>
    public static Pixmap Beside(Pixmap picture, Random random)
    {
        var cell = Shrink(picture, 640);
        var sheet = Sheet(2 * cell.Width + 12, cell.Height, Dark);
        Paste(sheet, Filler(cell.Width, cell.Height, random), 0, 0);
        Paste(sheet, cell, cell.Width + 12, 0);
        return sheet;
    }

    /// <summary>A row of six small ones and the picture large below.</summary>
    public static Pixmap Album(Pixmap picture, Random random)
    {
        var large = ToWidth(picture, 720);
        var sheet = Sheet(740, large.Height + 150, Light);
        for (var i = 0; i < 6; i++)
        {
            Paste(sheet, Filler(110, 110, random), 10 + i * 122, 10);
        }
        Paste(sheet, large, 10, 130);
        return sheet;
    }
}
