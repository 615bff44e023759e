using Vigil.Media.Protocol;
using Vigil.Media.Transforms;

namespace Vigil.Media.Pool;

/// <summary>Has a worker transform one picture and hash what comes out.</summary>
internal static class TransformJob
{
    /// <exception cref="MediaSandboxException">The worker did not live to answer.</exception>
    public static (MediaOutcome Outcome, IReadOnlyList<TransformHash> Hashes) Run(
        WorkerChannel channel,
        ReadOnlySpan<byte> file,
        in HashOrder order,
        int maxSidePixels,
        int seed,
        KillReason killed
    )
    {
        var job = WorkerChannel.NewJobNumber();
        const int fixedBytes = HashOrder.ByteLength + TransformAnswer.OptionBytes;
        Span<byte> start = stackalloc byte[FrameHeader.ByteLength + fixedBytes];
        new FrameHeader(FrameKind.Transform, job, fixedBytes + file.Length).WriteTo(start);
        order.WriteTo(start[FrameHeader.ByteLength..]);
        BitConverter.TryWriteBytes(start[^8..], maxSidePixels);
        BitConverter.TryWriteBytes(start[^4..], seed);
        return
            channel.TryWrite(start)
            && channel.TryWrite(file)
            && channel.TryReadAnswer(FrameKind.TransformAnswer, job, TransformAnswer.MaxBytes, out var answer)
            && TransformAnswer.TryRead(answer, out var outcome, out var hashes)
            ? (outcome, hashes)
            : throw new MediaSandboxException($"The worker ended while it transformed a picture ({killed}).");
    }
}
