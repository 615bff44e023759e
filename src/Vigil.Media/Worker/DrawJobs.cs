using Vigil.Media.Decoding;
using Vigil.Media.Protocol;
using Vigil.Media.Renditions;

namespace Vigil.Media.Worker;

/// <summary>Pixels in, a marked JPEG out. A worker that draws is given no file.</summary>
internal static class DrawJobs
{
    private const int Quality = 92;

    public static void Answer(WorkerPipe pipe, in FrameHeader request, InputBuffer input)
    {
        Span<byte> fixedPart = stackalloc byte[DrawOrder.ByteLength];
        if (!pipe.TryRead(fixedPart))
        {
            return;
        }
        var order = DrawOrder.ReadFrom(fixedPart);
        var pixels = input.Take(checked((int)order.PixelBytes));
        if (pixels.IsEmpty || !pipe.TryRead(pixels))
        {
            WorkerPipe.End(7);
        }
        var picture = DrawLayout.Draw(order, pixels);
        input.Clear();
        var jpeg = JpegEncoder.Encode(picture.Rgb, new JpegEncoding(picture.Width, picture.Height, Quality));
        Span<byte> header = stackalloc byte[FrameHeader.ByteLength];
        new FrameHeader(FrameKind.DrawAnswer, request.Job, jpeg.Length).WriteTo(header);
        pipe.Write(header);
        pipe.Write(jpeg);
    }
}
