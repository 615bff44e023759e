using System.Security.Cryptography;
using Vigil.Media.Protocol;

namespace Vigil.Media.Pool;

/// <summary>Sends one file through a worker and takes the pixels of what is made of it.</summary>
internal sealed class ReduceJob(Stream content, RenditionRequest request, HashOrder order)
{
    public static (Rendition, byte[]) Failed(MediaOutcome outcome) =>
        (new Rendition { Outcome = outcome, Advice = MediaAdvice.Result(outcome).Advice }, []);

    public (Rendition Facts, byte[] Rgb) Run(WorkerChannel channel, JobWatch watch, Func<KillReason> killed)
    {
        try
        {
            var job = WorkerChannel.NewJobNumber();
            SendOrder(channel, job);
            var source = new FileSource(content, order.FileBytes);
            source.Pump(channel.Piece, watch, piece => channel.TryWrite(piece), digests: null);
            if (source.HasFailed)
            {
                // The worker waits for bytes that will not come.
                channel.Distrust();
                return Failed(MediaOutcome.ReadError);
            }
            return ReadAnswer(channel, job) ?? Failed(MediaAdvice.OutcomeOf(killed()));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(channel.Piece);
        }
    }

    private void SendOrder(WorkerChannel channel, ulong job)
    {
        const int fixedBytes = HashOrder.ByteLength + ReduceOrder.OptionBytes;
        Span<byte> start = stackalloc byte[FrameHeader.ByteLength + fixedBytes];
        new FrameHeader(FrameKind.Reduce, job, fixedBytes + order.FileBytes).WriteTo(start);
        order.WriteTo(start[FrameHeader.ByteLength..]);
        ReduceOrder.Write(start[^ReduceOrder.OptionBytes..], request);
        _ = channel.TryWrite(start);
    }

    /// <summary>Null: the worker is gone, or what it said cannot be believed.</summary>
    private (Rendition, byte[])? ReadAnswer(WorkerChannel channel, ulong job)
    {
        var most = ReduceOrder.MaxAnswerBytes(request);
        if (
            channel.TryReadAnswer(FrameKind.ReduceAnswer, job, most, out var answer)
            && ReduceOrder.TryRead(answer, request, out var facts, out var rgb)
        )
        {
            return (facts, rgb.ToArray());
        }
        channel.Distrust();
        return null;
    }
}
