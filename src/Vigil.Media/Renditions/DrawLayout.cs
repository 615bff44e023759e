using Vigil.Media.Protocol;
using Vigil.Media.Transforms;

namespace Vigil.Media.Renditions;

/// <summary>Where things stand on what is drawn.</summary>
internal static class DrawLayout
{
    /// <summary>Few frames stand in one row, many in a sheet that is about square.</summary>
    public static int ColumnsOf(int frames) => frames <= 4 ? frames : (int)Math.Ceiling(Math.Sqrt(frames));

    /// <summary>Pixels of the picture or sheet, without the strip of the watermark.</summary>
    public static (int Width, int Height) PictureOf(DrawOrder order)
    {
        if (order.Columns == 0)
        {
            return (order.Width, order.Height);
        }
        var rows = (order.Milliseconds.Count + order.Columns - 1) / order.Columns;
        return (
            order.Columns * ContactSheet.CellSide,
            rows * (ContactSheet.CellSide + ContactSheet.CaptionHeight)
        );
    }

    /// <param name="rgb">Frames one after the other.</param>
    public static Pixmap Draw(DrawOrder order, ReadOnlySpan<byte> rgb)
    {
        var bytes = 3 * order.Width * order.Height;
        var frames = new List<Pixmap>();
        for (; !rgb.IsEmpty; rgb = rgb[bytes..])
        {
            frames.Add(new Pixmap(order.Width, order.Height, rgb[..bytes].ToArray()));
        }
        var picture =
            order.Columns == 0
                ? frames[0]
                : ContactSheet.Of(
                    [.. frames.Select(frame => Reductions.Apply(frame, order.Blur, RenditionTone.Grey))],
                    order.Milliseconds,
                    order.Columns
                );
        return Watermark.Burn(picture, order.Watermark);
    }
}
