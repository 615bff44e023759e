using Vigil.Media.Transforms;

namespace Vigil.Media.Renditions;

/// <summary>
/// Frames of a video side by side, to be cut out and shown one at a time; each has the viewer's name burnt in
/// for itself, so that none can be had without it.
/// </summary>
internal static class FrameStrip
{
    public const int MaxFrames = 240;
    public const int CellSide = RenditionRequest.SmallSide;

    /// <summary>With the rows that follow, about square: no decoder of a browser refuses its size.</summary>
    public const int MostColumns = 16;

    /// <summary>One frame a second; of a longer video, fewer.</summary>
    public const double IntervalSeconds = 1;

    public static Pixmap Of(IReadOnlyList<Pixmap> frames, int columns, string mark)
    {
        var (width, height) = Watermark.SizeOf(mark, CellSide, CellSide);
        var rows = (frames.Count + columns - 1) / columns;
        var strip = new Pixmap(columns * width, rows * height);
        for (var i = 0; i < frames.Count; i++)
        {
            Drawing.Paste(strip, Watermark.Burn(frames[i], mark), i % columns * width, i / columns * height);
        }
        return strip;
    }
}
