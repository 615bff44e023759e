using System.Security.Cryptography;
using Vigil.Hashing;
using Vigil.Media.Protocol;

namespace Vigil.Media.Pool;

/// <summary>
/// Sends one file through a worker: each piece is read once, goes to the worker and to the digests. A worker
/// that dies on the way costs the hashes of this file, never its digests.
/// </summary>
internal sealed class HashJob(Stream content, MediaRequest request, HashOrder order)
{
    private readonly FileSource _source = new(content, order.FileBytes);

    public MediaResult Run(WorkerChannel channel, JobWatch watch, Func<KillReason> killed)
    {
        try
        {
            var job = WorkerChannel.NewJobNumber();
            SendOrder(channel, job);
            _source.Pump(
                channel.Piece,
                watch,
                piece => channel.TryWrite(piece),
                request.Digests ? channel.Digests : null
            );
            var digests = request.Digests ? channel.Digests.Finish() : null;
            if (_source.HasFailed)
            {
                // The worker waits for bytes that will not come.
                channel.Distrust();
                return MediaAdvice.Result(MediaOutcome.ReadError);
            }
            var result =
                (order.GreyFirst ? AskByGrey(channel, job, digests) : null)
                ?? ReadAnswer(channel, job, killed);
            return result with { Digests = digests };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(channel.Piece);
        }
    }

    /// <summary>The digests alone: no decoder sees the bytes, no worker is needed.</summary>
    public MediaResult RunWithoutWorker()
    {
        var piece = new byte[64 * 1024];
        using var digests = new DigestHasher();
        _source.Pump(piece, watch: null, _ => true, request.Digests ? digests : null);
        CryptographicOperations.ZeroMemory(piece);
        return _source.HasFailed
            ? MediaAdvice.Result(MediaOutcome.ReadError)
            : MediaAdvice.Result(MediaOutcome.Done) with
            {
                Digests = request.Digests ? digests.Finish() : null,
            };
    }

    private void SendOrder(WorkerChannel channel, ulong job)
    {
        Span<byte> start = stackalloc byte[FrameHeader.ByteLength + HashOrder.ByteLength];
        new FrameHeader(FrameKind.Hash, job, HashOrder.ByteLength + order.FileBytes).WriteTo(start);
        order.WriteTo(start[FrameHeader.ByteLength..]);
        _ = channel.TryWrite(start);
    }

    /// <summary>
    /// What the grey plane says, passed on. Null: the full answer is still to come, or nothing will.
    /// </summary>
    private MediaResult? AskByGrey(WorkerChannel channel, ulong job, FileDigests? digests)
    {
        var grey = order.Grey;
        if (
            !channel.TryReadAnswer(FrameKind.GreyAnswer, job, HashAnswer.MaxBytes(grey), out var answer)
            || !HashAnswer.TryRead(answer, grey, out var facts, out var hashes)
        )
        {
            channel.Distrust();
            return null;
        }
        if (hashes.Length == 0)
        {
            return null;
        }
        var goesOn = request.GreyFirst!(
            [.. hashes.Select(hash => new PdqResult(hash.Hash, hash.Quality))],
            digests
        );
        Span<byte> reply = stackalloc byte[FrameHeader.ByteLength];
        new FrameHeader(goesOn ? FrameKind.GoOn : FrameKind.Enough, job, 0).WriteTo(reply);
        return channel.TryWrite(reply) && !goesOn
            ? MediaAdvice.Result(MediaOutcome.Done) with
            {
                Format = facts.Format,
                Width = facts.Width,
                Height = facts.Height,
                Frames = facts.Frames,
                FarByGrey = true,
            }
            : null;
    }

    private MediaResult ReadAnswer(WorkerChannel channel, ulong job, Func<KillReason> killed)
    {
        if (
            channel.TryReadAnswer(FrameKind.HashAnswer, job, HashAnswer.MaxBytes(order), out var answer)
            && HashAnswer.TryRead(answer, order, out var facts, out var hashes)
        )
        {
            return MediaAdvice.Result(facts.Outcome) with
            {
                Format = facts.Format,
                Width = facts.Width,
                Height = facts.Height,
                Frames = facts.Frames,
                Truncated = facts.Truncated,
                Hashes = hashes,
            };
        }
        channel.Distrust();
        return MediaAdvice.Result(MediaAdvice.OutcomeOf(killed()));
    }
}
