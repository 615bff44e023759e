using System.Diagnostics;
using System.IO.Pipes;
using System.Security.Cryptography;
using System.Text;
using Vigil.Hashing;
using Vigil.Media.Protocol;
using Vigil.Media.Sandboxing;

namespace Vigil.Media.Pool;

/// <summary>
/// The pool's ends of a worker's pipes. Calls do not throw when the worker is gone: they return false, and
/// the channel is broken from then on. Used by the worker's thread only.
/// </summary>
internal sealed unsafe class WorkerChannel : IDisposable
{
    /// <summary>
    /// Pieces in which a file is read, digested and sent; the pipe holds a few of them (1 MiB is the kernel's
    /// limit for users).
    /// </summary>
    private const int PieceBytes = 128 * 1024;
    private const int PipeBytes = 1024 * 1024;

    /// <summary>What is kept of the complaints of a worker that did not start.</summary>
    private const int ComplaintBytes = 2048;

    private readonly Process _process;
    private readonly Stream _toWorker;
    private readonly Stream _fromWorker;
    private readonly byte[] _header = new byte[FrameHeader.ByteLength];
    private byte[] _payload = new byte[4096];

    public WorkerChannel(Process process)
    {
        _process = process;
        _toWorker = process.StandardInput.BaseStream;
        _fromWorker = process.StandardOutput.BaseStream;
        if (_toWorker is PipeStream pipe)
        {
            // Refused where the user has too many large pipes already: slower then, nothing else.
            _ = LibC.Fcntl((int)pipe.SafePipeHandle.DangerousGetHandle(), LibC.SetPipeSize, PipeBytes);
        }
    }

    public bool IsBroken { get; private set; }

    /// <summary>One file's bytes on their way; cleared after each job.</summary>
    public byte[] Piece { get; } = GC.AllocateArray<byte>(PieceBytes, pinned: true);

    public DigestHasher Digests { get; } = new();

    /// <summary>A worker that speaks without being asked is not to be trusted with another file.</summary>
    public bool HasUnexpectedBytes
    {
        get
        {
            var waiting = 0;
            // SAFETY: FIONREAD writes one int.
            return _fromWorker is PipeStream pipe
                && LibC.Ioctl((int)pipe.SafePipeHandle.DangerousGetHandle(), LibC.BytesWaiting, &waiting) == 0
                && waiting > 0;
        }
    }

    /// <summary>
    /// Not to be guessed: a worker that was taken over cannot answer the next request in advance.
    /// </summary>
    public static ulong NewJobNumber()
    {
        Span<byte> bytes = stackalloc byte[8];
        RandomNumberGenerator.Fill(bytes);
        return BitConverter.ToUInt64(bytes) | 1;
    }

    public bool TryReadReady() => TryReadHeader(FrameKind.Ready, out var header) && header.PayloadBytes == 0;

    public bool TryWrite(ReadOnlySpan<byte> bytes)
    {
        if (IsBroken)
        {
            return false;
        }
        try
        {
            _toWorker.Write(bytes);
            return true;
        }
        catch (IOException)
        {
            IsBroken = true;
            return false;
        }
    }

    /// <summary>The payload of the one frame that may come now; valid until the next call.</summary>
    public bool TryReadAnswer(FrameKind kind, ulong job, long maxPayloadBytes, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (
            !TryReadHeader(kind, out var header)
            || header.Job != job
            || header.PayloadBytes > maxPayloadBytes
        )
        {
            IsBroken = true;
            return false;
        }
        var length = (int)header.PayloadBytes;
        if (_payload.Length < length)
        {
            _payload = new byte[length];
        }
        if (!TryFill(_payload.AsSpan(0, length)))
        {
            return false;
        }
        payload = _payload.AsSpan(0, length);
        return true;
    }

    /// <summary>What the worker said cannot be believed: it gets no further job.</summary>
    public void Distrust() => IsBroken = true;

    /// <summary>
    /// Printable ASCII of what was said before the worker was ready: no file had been sent by then.
    /// </summary>
    public string ReadComplaint()
    {
        Span<byte> bytes = stackalloc byte[ComplaintBytes];
        var length = _process.StandardError.BaseStream.ReadAtLeast(
            bytes,
            bytes.Length,
            throwOnEndOfStream: false
        );
        var text = new StringBuilder();
        foreach (var b in bytes[..length])
        {
            text.Append(b is >= 32 and < 127 ? (char)b : ' ');
        }
        return text.ToString().Trim();
    }

    private bool TryReadHeader(FrameKind kind, out FrameHeader header)
    {
        header = default;
        var read = TryFill(_header) && FrameHeader.TryRead(_header, out header) && header.Kind == kind;
        IsBroken |= !read;
        return read;
    }

    private bool TryFill(Span<byte> bytes)
    {
        if (IsBroken)
        {
            return false;
        }
        try
        {
            IsBroken = _fromWorker.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length;
        }
        catch (IOException)
        {
            IsBroken = true;
        }
        return !IsBroken;
    }

    public void Dispose()
    {
        try
        {
            _toWorker.Dispose();
        }
        catch (IOException)
        {
            // The worker is gone; there is nothing to flush to.
        }
        _fromWorker.Dispose();
        Digests.Dispose();
    }
}
