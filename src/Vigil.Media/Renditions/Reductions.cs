using Vigil.Hashing;
using Vigil.Media.Decoding;
using Vigil.Media.Transforms;

namespace Vigil.Media.Renditions;

/// <summary>What takes detail and colour away.</summary>
internal static class Reductions
{
    /// <summary>Differences of brightness below this are no edge.</summary>
    private const int EdgeFloor = 40;

    public static Pixmap Apply(Pixmap picture, BlurLevel blur, RenditionTone tone)
    {
        var blurred = Blur(picture, blur);
        return tone switch
        {
            RenditionTone.Grey => Tones.Grey(blurred),
            RenditionTone.Edges => Edges(Tones.Grey(blurred)),
            _ => blurred,
        };
    }

    /// <summary>
    /// Few samples are kept and spread over the whole again: unlike a filter, nothing that was between them is
    /// left to be computed back.
    /// </summary>
    private static Pixmap Blur(Pixmap picture, BlurLevel level)
    {
        var samples = level switch
        {
            BlurLevel.Light => 48,
            BlurLevel.Strong => 16,
            _ => int.MaxValue,
        };
        return samples >= Math.Max(picture.Width, picture.Height)
            ? picture
            : VipsTransforms.Resize(VipsTransforms.Shrink(picture, samples), picture.Width, picture.Height);
    }

    /// <summary>Sobel's operator: strength of the change around each pixel; 0 where nothing changes.</summary>
    private static Pixmap Edges(Pixmap grey)
    {
        return grey.Shade(
            (x, y, _) =>
            {
                var across = Slope(x, y, 1, 0, 0, 1);
                var down = Slope(x, y, 0, 1, 1, 0);
                var level = Math.Sqrt((double)across * across + (double)down * down) - EdgeFloor;
                return Ink.Clamped(level, level, level);
            }
        );

        // The side ahead less the side behind, the middle of each counted twice.
        int Slope(int x, int y, int alongX, int alongY, int besideX, int besideY)
        {
            var sum = 0;
            for (var side = -1; side <= 1; side++)
            {
                var weight = side == 0 ? 2 : 1;
                var (bx, by) = (x + side * besideX, y + side * besideY);
                sum += weight * (Level(bx + alongX, by + alongY) - Level(bx - alongX, by - alongY));
            }
            return sum;
        }

        int Level(int x, int y) =>
            grey.Rgb[3 * (Math.Clamp(y, 0, grey.Height - 1) * grey.Width + Math.Clamp(x, 0, grey.Width - 1))];
    }

    /// <summary>
    /// To the longer side that is asked for: first by whole numbers, out of the decoder's own memory, so that a
    /// picture of many pixels is never held twice; then to the size itself.
    /// </summary>
    public static Pixmap Fit(PixelView view, int side)
    {
        var step = Math.Max(1, Math.Max(view.Width, view.Height) / side);
        var picture = step == 1 ? Pixmap.Of(view) : Average(view, step);
        return VipsTransforms.Shrink(picture, side);
    }

    /// <summary>
    /// Each pixel the mean of <paramref name="step"/> by as many; what is left at the edges makes one more.
    /// </summary>
    private static Pixmap Average(PixelView view, int step)
    {
        var result = new Pixmap((view.Width + step - 1) / step, (view.Height + step - 1) / step);
        var bytes = (int)view.Layout;
        var sums = new long[3 * result.Width];
        for (var y = 0; y < result.Height; y++)
        {
            Array.Clear(sums);
            var (from, to) = (y * step, Math.Min(view.Height, (y + 1) * step));
            for (var row = from; row < to; row++)
            {
                var pixels = view.Row(row);
                for (int x = 0, at = 0; x < view.Width; x++, at += bytes)
                {
                    var sum = 3 * (x / step);
                    sums[sum] += pixels[at];
                    sums[sum + 1] += pixels[at + (bytes == 3 ? 1 : 0)];
                    sums[sum + 2] += pixels[at + (bytes == 3 ? 2 : 0)];
                }
            }
            var target = result.Row(y);
            for (var i = 0; i < target.Length; i++)
            {
                var count = (to - from) * Math.Min(step, view.Width - i / 3 * step);
                target[i] = (byte)((sums[i] + count / 2) / count);
            }
        }
        return result;
    }

    /// <summary>As a viewer turns it (EXIF 2.32, 4.6.4 A).</summary>
    public static Pixmap Upright(Pixmap picture, int orientation) =>
        orientation switch
        {
            2 => VipsTransforms.Flip(picture, "horizontal"),
            3 => VipsTransforms.Turn(picture, "d180"),
            4 => VipsTransforms.Flip(picture, "vertical"),
            5 => VipsTransforms.Flip(VipsTransforms.Turn(picture, "d90"), "horizontal"),
            6 => VipsTransforms.Turn(picture, "d90"),
            7 => VipsTransforms.Flip(VipsTransforms.Turn(picture, "d270"), "horizontal"),
            8 => VipsTransforms.Turn(picture, "d270"),
            _ => picture,
        };

    public static Pixmap Cut(Pixmap picture, RenditionTile tile)
    {
        var (left, right) = Span(picture.Width, tile.Grid, tile.Column);
        var (top, bottom) = Span(picture.Height, tile.Grid, tile.Row);
        return picture.Cut(left, top, right - left, bottom - top);
    }

    /// <summary>Of a side shorter than the grid, neighbours share pixels.</summary>
    private static (int From, int To) Span(int length, int grid, int at)
    {
        var from = Math.Min(length - 1, length * at / grid);
        return (from, Math.Max(from + 1, length * (at + 1) / grid));
    }
}
