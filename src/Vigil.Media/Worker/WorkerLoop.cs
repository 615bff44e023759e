using Vigil.Hashing;
using Vigil.Media.Decoding;
using Vigil.Media.Protocol;

namespace Vigil.Media.Worker;

/// <summary>Reads a request, does it, answers, and forgets it, until the pool closes the pipe.</summary>
internal sealed class WorkerLoop : IDisposable
{
    private readonly WorkerPipe _pipe;
    private readonly PictureDecoder _decoder = new();
    private readonly InputBuffer _input = new();
    private readonly HashRecords _records = new(new PdqHasher());

    public WorkerLoop(WorkerPipe pipe) => _pipe = pipe;

    /// <summary>Has libraries loaded and code compiled before the first file waits for it.</summary>
    public void WarmUp()
    {
        WarmUp(WarmUpPicture.Bmp, dihedral: false);
        try
        {
            var encoding = new JpegEncoding(WarmUpPicture.Side, WarmUpPicture.Side);
            WarmUp(JpegEncoder.Encode(WarmUpPicture.Pixels, encoding), dihedral: true);
        }
        catch (DllNotFoundException)
        {
            // `vigil doctor` names what is missing; other formats can be read without it.
        }
    }

    private void WarmUp(ReadOnlySpan<byte> file, bool dihedral)
    {
        var order = new HashOrder
        {
            FileBytes = file.Length,
            MaxPixels = 1_000_000,
            MaxInterlacedPixels = 1_000_000,
            MaxSidePixels = 1000,
            MaxFrames = 1,
            Dihedral = dihedral,
        };
        _records.Begin(order);
        _ = Decode(file, order);
    }

    public void Serve()
    {
        Span<byte> header = stackalloc byte[FrameHeader.ByteLength];
        new FrameHeader(FrameKind.Ready, 0, 0).WriteTo(header);
        _pipe.Write(header);
        while (_pipe.TryRead(header))
        {
            // The pool is trusted: a frame that does not parse means that this process is damaged.
            if (!FrameHeader.TryRead(header, out var request))
            {
                WorkerPipe.End(5);
            }
            Answer(request);
        }
    }

    private void Answer(in FrameHeader request)
    {
        switch (request.Kind)
        {
            case FrameKind.Hash:
                Hash(request);
                break;
            case FrameKind.EncodeJpeg:
                EncodeJobs.Answer(_pipe, request, _input);
                break;
            case FrameKind.SelfTest:
                SelfProbe.Answer(_pipe, request);
                break;
            case FrameKind.Bench:
                BenchJobs.Answer(_pipe, request, _input, _decoder);
                break;
            case FrameKind.Transform:
                TransformJobs.Answer(_pipe, request, _input, _decoder);
                break;
            case FrameKind.Reduce:
                ReduceJobs.Answer(_pipe, request, _input, _decoder);
                break;
            case FrameKind.Draw:
                DrawJobs.Answer(_pipe, request, _input);
                break;
            default:
                WorkerPipe.End(6);
                break;
        }
    }

    private void Hash(in FrameHeader request)
    {
        Span<byte> fixedPart = stackalloc byte[HashOrder.ByteLength];
        if (!_pipe.TryRead(fixedPart))
        {
            return;
        }
        var order = HashOrder.ReadFrom(fixedPart);
        if (order.Misbehaviour == Misbehaviour.StopReading)
        {
            Misbehave.Now(order, _pipe, request.Job);
        }
        var file = _input.Take(checked((int)order.FileBytes));
        if (file.IsEmpty)
        {
            // No memory for the file itself: the pool reports the job and starts a new worker.
            WorkerPipe.End(7);
        }
        if (!_pipe.TryRead(file))
        {
            return;
        }
        Misbehave.Now(order, _pipe, request.Job);
        if (!order.GreyFirst || GoesOnByGrey(file, order, request.Job))
        {
            _records.Begin(order);
            var outcome = Decode(file, order);
            _pipe.Write(_records.Finish(FrameKind.HashAnswer, request.Job, outcome));
        }
        _input.Clear();
    }

    /// <summary>Sends the estimates, if there are any, and waits to be told whether they are enough.</summary>
    private bool GoesOnByGrey(ReadOnlySpan<byte> file, in HashOrder order, ulong job)
    {
        _records.Begin(order.Grey);
        var outcome = _decoder.DecodeGrey(file, order.ToLimits(), _records.AddEstimates);
        if (_records.Count == 0)
        {
            outcome = outcome with { Outcome = MediaOutcome.Unsupported };
        }
        _pipe.Write(_records.Finish(FrameKind.GreyAnswer, job, outcome));
        if (outcome.Outcome != MediaOutcome.Done)
        {
            return true;
        }
        Span<byte> reply = stackalloc byte[FrameHeader.ByteLength];
        FrameHeader header = default;
        if (!_pipe.TryRead(reply) || !FrameHeader.TryRead(reply, out header))
        {
            WorkerPipe.End(5);
        }
        return header.Kind == FrameKind.GoOn;
    }

    private DecodeOutcome Decode(ReadOnlySpan<byte> file, in HashOrder order)
    {
        try
        {
            var request = new DecodeRequest(order.ToLimits(), order.AllFrames, order.Truncated);
            return _decoder.Decode(file, request, _records.Add);
        }
        catch (OutOfMemoryException)
        {
            return new DecodeOutcome(MediaOutcome.OutOfMemory, MediaFormat.Unknown);
        }
    }

    public void Dispose() => _decoder.Dispose();
}
