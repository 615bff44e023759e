using Vigil.Media.Protocol;

namespace Vigil.Media.Pool;

/// <summary>Sends pixels to a worker and takes a marked JPEG back.</summary>
internal static class DrawJob
{
    /// <exception cref="MediaSandboxException">The worker did not live to answer.</exception>
    public static byte[] Run(
        WorkerChannel channel,
        DrawOrder order,
        ReadOnlySpan<byte> pixels,
        KillReason killed
    )
    {
        var job = WorkerChannel.NewJobNumber();
        var start = new byte[FrameHeader.ByteLength + DrawOrder.ByteLength];
        new FrameHeader(FrameKind.Draw, job, DrawOrder.ByteLength + pixels.Length).WriteTo(start);
        order.WriteTo(start.AsSpan(FrameHeader.ByteLength));
        if (
            pixels.Length != order.PixelBytes
            || !channel.TryWrite(start)
            || !channel.TryWrite(pixels)
            || !channel.TryReadAnswer(FrameKind.DrawAnswer, job, order.MaxAnswerBytes, out var jpeg)
            || !DrawOrder.IsJpeg(jpeg)
        )
        {
            channel.Distrust();
            throw new MediaSandboxException($"The worker ended while it drew a picture ({killed}).");
        }
        return jpeg.ToArray();
    }
}
