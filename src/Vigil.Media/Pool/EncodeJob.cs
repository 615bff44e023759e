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

/// <summary>Asks a worker what it can do that it must not.</summary>
internal static class SelfTestJob
{
    public static SandboxFacts Run(WorkerChannel channel)
    {
        var job = WorkerChannel.NewJobNumber();
        Span<byte> request = stackalloc byte[FrameHeader.ByteLength];
        new FrameHeader(FrameKind.SelfTest, job, 0).WriteTo(request);
        return
            channel.TryWrite(request)
            && channel.TryReadAnswer(FrameKind.SelfTestAnswer, job, SandboxFacts.ByteLength, out var answer)
            && SandboxFacts.TryRead(answer, out var facts)
            ? facts
            : throw new MediaSandboxException("The worker died while it tested its own sandbox.");
    }
}
