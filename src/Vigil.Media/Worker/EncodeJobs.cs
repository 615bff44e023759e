using Vigil.Media.Decoding;
using Vigil.Media.Protocol;

namespace Vigil.Media.Worker;

/// <summary>
/// Pixels in, a JPEG out: the demonstration and the tests draw pictures without a codec of their own.
/// </summary>
internal static class EncodeJobs
{
    public static void Answer(WorkerPipe pipe, in FrameHeader request, InputBuffer input)
    {
        Span<byte> fixedPart = stackalloc byte[EncodeOrder.ByteLength];
        if (!pipe.TryRead(fixedPart))
        {
            return;
        }
        var pixels = input.Take(checked((int)request.PayloadBytes - EncodeOrder.ByteLength));
        if (pixels.IsEmpty || !pipe.TryRead(pixels))
        {
            WorkerPipe.End(7);
        }
        var jpeg = JpegEncoder.Encode(pixels, EncodeOrder.Read(fixedPart));
        Span<byte> header = stackalloc byte[FrameHeader.ByteLength];
        new FrameHeader(FrameKind.EncodeAnswer, request.Job, jpeg.Length).WriteTo(header);
        pipe.Write(header);
        pipe.Write(jpeg);
        input.Clear();
    }
}
