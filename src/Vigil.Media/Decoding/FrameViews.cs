using Vigil.Hashing;
using Vigil.Media.Decoding.Vips;

namespace Vigil.Media.Decoding;

/// <summary>Sends a frame as stored, then each other reading of it whose pixels differ.</summary>
internal static class FrameViews
{
    /// <summary>
    /// Pixels of a side of the blocks that are turned at once, so that both pictures stay in the cache.
    /// </summary>
    private const int BlockSide = 32;

    public static void Send(DecodedFrame frame, int index, PictureSink sink)
    {
        sink(index, PictureView.Stored, frame.View);
        if (frame.Orientation != ExifOrientation.Upright)
        {
            SendUpright(frame, index, sink);
        }
        if (frame.HasAlpha && Flatten(frame))
        {
            var flattened = new PixelView(frame.Derived.Span, frame.Width, frame.Height, frame.Layout);
            sink(index, PictureView.Flattened, flattened);
        }
        if (frame.Profile.Length > 0 && ColourProfile.ToSrgb(frame))
        {
            var managed = new PixelView(frame.Derived.Span, frame.Width, frame.Height, PixelLayout.Rgb24);
            sink(index, PictureView.ColourManaged, managed);
        }
    }

    /// <summary>Bytes all views of a picture need at once, its alpha channel included.</summary>
    public static long BytesFor(long width, long height, int bytesPerPixel, bool derived) =>
        width * height * (derived ? 2 * bytesPerPixel + 1 : bytesPerPixel);

    private static void SendUpright(DecodedFrame frame, int index, PictureSink sink)
    {
        var turned = frame.Orientation >= 5;
        var width = turned ? frame.Height : frame.Width;
        var height = turned ? frame.Width : frame.Height;
        var upright = frame.Derived.Resize(frame.ByteCount);
        Turn(frame, upright, width, height);
        if (turned || !upright.SequenceEqual(frame.View.Pixels))
        {
            sink(index, PictureView.Upright, new PixelView(upright, width, height, frame.Layout));
        }
    }

    // EXIF 2.32, 4.6.4 A: which side of the stored picture is the visual top and left.
    private static void Turn(DecodedFrame frame, Span<byte> to, int width, int height)
    {
        int w = frame.Width,
            h = frame.Height;
        var (origin, right, down) = frame.Orientation switch
        {
            2 => (w - 1, -1, w),
            3 => (w * h - 1, -1, -w),
            4 => (w * (h - 1), 1, -w),
            5 => (0, w, 1),
            6 => (w * (h - 1), -w, 1),
            7 => (w * h - 1, -w, -1),
            8 => (w - 1, w, -1),
            _ => (0, 1, w),
        };
        var from = frame.View.Pixels;
        var bytes = (int)frame.Layout;
        for (var top = 0; top < height; top += BlockSide)
        {
            for (var left = 0; left < width; left += BlockSide)
            {
                var bottom = Math.Min(top + BlockSide, height);
                var end = Math.Min(left + BlockSide, width);
                for (var y = top; y < bottom; y++)
                {
                    var source = (origin + y * down + left * right) * bytes;
                    var target = (y * width + left) * bytes;
                    for (var x = left; x < end; x++, source += right * bytes, target += bytes)
                    {
                        for (var channel = 0; channel < bytes; channel++)
                        {
                            to[target + channel] = from[source + channel];
                        }
                    }
                }
            }
        }
    }

    /// <summary>Over white; true when a pixel changed.</summary>
    private static bool Flatten(DecodedFrame frame)
    {
        var from = frame.View.Pixels;
        var alpha = frame.Alpha.Span;
        var to = frame.Derived.Resize(frame.ByteCount);
        var bytes = (int)frame.Layout;
        for (int pixel = 0, at = 0; pixel < alpha.Length; pixel++)
        {
            int opaque = alpha[pixel];
            for (var channel = 0; channel < bytes; channel++, at++)
            {
                to[at] = (byte)((from[at] * opaque + 255 * (255 - opaque) + 127) / 255);
            }
        }
        return !to.SequenceEqual(from);
    }
}
