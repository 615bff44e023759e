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
        var rows = (order.Frames + order.Columns - 1) / order.Columns;
        if (order.IsStrip)
        {
            var (width, height) = Watermark.SizeOf(order.Watermark, order.Width, order.Height);
            return (order.Columns * width, rows * height);
        }
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
        if (order.Columns == 0)
        {
            return Watermark.Burn(frames[0], order.Watermark);
        }
        List<Pixmap> grey =
        [
            .. frames.Select(frame => Reductions.Apply(frame, order.Blur, RenditionTone.Grey)),
        ];
        return order.IsStrip
            ? FrameStrip.Of(grey, order.Columns, order.Watermark)
            : Watermark.Burn(ContactSheet.Of(grey, order.Milliseconds, order.Columns), order.Watermark);
    }
}
