using System.Globalization;
using Vigil.Media.Transforms;

namespace Vigil.Media.Renditions;

/// <summary>Frames in rows, each with its time below.</summary>
internal static class ContactSheet
{
    public const int MaxFrames = 20;
    public const int CellSide = 240;

    /// <summary>Below each frame: letters of seven dots, with one above and one below.</summary>
    public const int CaptionHeight = Letters.Rows + 2;

    public static Pixmap Of(IReadOnlyList<Pixmap> frames, IReadOnlyList<int> milliseconds, int columns)
    {
        var rows = (frames.Count + columns - 1) / columns;
        var sheet = new Pixmap(columns * CellSide, rows * (CellSide + CaptionHeight));
        for (var i = 0; i < frames.Count; i++)
        {
            var (left, top) = (i % columns * CellSide, i / columns * (CellSide + CaptionHeight));
            Drawing.Paste(sheet, frames[i], left, top);
            Watermark.Write(
                sheet,
                CaptionOf(milliseconds[i]),
                left + 2,
                top + CellSide + 1,
                dot: 1,
                Ink.White
            );
        }
        return sheet;
    }

    /// <summary>As "1:02:03.4".</summary>
    private static string CaptionOf(int milliseconds) =>
        TimeSpan.FromMilliseconds(milliseconds).ToString(@"h\:mm\:ss\.f", CultureInfo.InvariantCulture);
}
