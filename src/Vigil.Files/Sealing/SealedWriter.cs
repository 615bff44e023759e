using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Vigil.Files.Sealing;

namespace Vigil.Files;

/// <summary>Seals what is written to it; only <see cref="Complete"/> makes the file readable.</summary>
[SuppressMessage(
    "Naming",
    "CA1710",
    Justification = "A stream, but one that must be completed: the name says so."
)]
public sealed class SealedWriter : Stream
{
    private readonly Stream _destination;
    private readonly SealHeader _header;
    private readonly byte[] _plain = GC.AllocateUninitializedArray<byte>(SealedFile.ChunkBytes, pinned: true);
    private readonly byte[] _sealed = new byte[SealedFile.ChunkBytes + SealedFile.TagBytes];
    private int _filled;
    private uint _counter;
    private bool _ended;

    internal SealedWriter(Stream destination, SealHeader header, bool isHeadApart = false)
    {
        _destination = destination;
        _header = header;
        if (!isHeadApart)
        {
            _destination.Write(header.Bytes);
        }
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => !_ended;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        while (!buffer.IsEmpty)
        {
            // A full chunk waits here until more comes: only then is it known not to be the last.
            if (_filled == _plain.Length)
            {
                SealChunk(isLast: false);
            }
            var count = Math.Min(buffer.Length, _plain.Length - _filled);
            buffer[..count].CopyTo(_plain.AsSpan(_filled));
            _filled += count;
            buffer = buffer[count..];
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Writes the last chunk; nothing can be written after it.</summary>
    public void Complete()
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        SealChunk(isLast: true);
        _ended = true;
        _destination.Flush();
    }

    /// <summary>Passes whole chunks on; the bytes of the open chunk stay here.</summary>
    public override void Flush() => _destination.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _ended = true;
            CryptographicOperations.ZeroMemory(_plain);
            _header.Dispose();
            _destination.Dispose();
        }
        base.Dispose(disposing);
    }

    private void SealChunk(bool isLast)
    {
        Span<byte> nonce = stackalloc byte[StreamNonce.LengthBytes];
        StreamNonce.Write(nonce, _header.NoncePrefix, _counter, isLast);
        var chunk = _sealed.AsSpan(0, _filled + SealedFile.TagBytes);
        _header.Cipher.Encrypt(
            nonce,
            _plain.AsSpan(0, _filled),
            chunk[.._filled],
            chunk[_filled..],
            _header.BoundTo
        );
        // Before the write: should it fail half-way and be tried again, no nonce is used twice. The counter
        // ends at 256 TiB.
        _counter = checked(_counter + 1);
        _filled = 0;
        _destination.Write(chunk);
    }
}
