using Vigil.Media.Protocol;

namespace Vigil.Media.Pool;

/// <summary>Sends pixels to a worker and takes a JPEG back.</summary>
internal static class EncodeJob
{
    public static byte[] Run(
        WorkerChannel channel,
        ReadOnlySpan<byte> rgb,
        JpegEncoding encoding,
        KillReason killed
    )
    {
        var job = WorkerChannel.NewJobNumber();
        Span<byte> start = stackalloc byte[FrameHeader.ByteLength + EncodeOrder.ByteLength];
        new FrameHeader(FrameKind.EncodeJpeg, job, EncodeOrder.ByteLength + rgb.Length).WriteTo(start);
        EncodeOrder.Write(start[FrameHeader.ByteLength..], encoding);
        var maxBytes = EncodeOrder.MaxAnswerBytes(encoding);
        if (
            !channel.TryWrite(start)
            || !channel.TryWrite(rgb)
            || !channel.TryReadAnswer(FrameKind.EncodeAnswer, job, maxBytes, out var jpeg)
        )
        {
            throw new MediaSandboxException($"The worker ended while it encoded a picture ({killed}).");
        }
        return jpeg.ToArray();
    }
}
