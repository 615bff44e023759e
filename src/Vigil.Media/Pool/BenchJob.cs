using Vigil.Media.Protocol;

namespace Vigil.Media.Pool;

/// <summary>Has a worker time what it does with one picture.</summary>
internal static class BenchJob
{
    /// <exception cref="MediaSandboxException">The worker did not live to answer.</exception>
    public static (MediaOutcome Outcome, HashTimings Timings) Run(
        WorkerChannel channel,
        ReadOnlySpan<byte> file,
        in HashOrder order,
        int rounds,
        KillReason killed
    )
    {
        var job = WorkerChannel.NewJobNumber();
        const int fixedBytes = HashOrder.ByteLength + BenchAnswer.RoundsBytes;
        Span<byte> start = stackalloc byte[FrameHeader.ByteLength + fixedBytes];
        new FrameHeader(FrameKind.Bench, job, fixedBytes + file.Length).WriteTo(start);
        order.WriteTo(start[FrameHeader.ByteLength..]);
        BitConverter.TryWriteBytes(start[^BenchAnswer.RoundsBytes..], rounds);
        return
            channel.TryWrite(start)
            && channel.TryWrite(file)
            && channel.TryReadAnswer(FrameKind.BenchAnswer, job, BenchAnswer.ByteLength, out var answer)
            && BenchAnswer.TryRead(answer, out var outcome, out var timings)
            ? (outcome, timings)
            : throw new MediaSandboxException($"The worker ended while it timed a picture ({killed}).");
    }
}
