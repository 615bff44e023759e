using Vigil.Media.Protocol;

namespace Vigil.Media.Pool;

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
