using System.Security.Cryptography;

namespace Vigil.Files.Sealing;

/// <summary>The plain bytes of a sealed file, chunk by verified chunk.</summary>
internal sealed class SealedReader(Stream source, SealHeader header) : Stream
{
    private const int SealedChunkBytes = SealedFile.ChunkBytes + SealedFile.TagBytes;

    /// <summary>One byte more than a chunk: it tells whether another one follows.</summary>
    private readonly byte[] _sealed = new byte[SealedChunkBytes + 1];

    private readonly byte[] _plain = GC.AllocateArray<byte>(SealedFile.ChunkBytes, pinned: true);
    private int _ahead;
    private int _plainStart;
    private int _plainEnd;
    private uint _counter;
    private bool _lastRead;
    private bool _disposed;
    private SealBrokenException? _broken;

    public override bool CanRead => !_disposed;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        while (_plainStart == _plainEnd && !_lastRead && !buffer.IsEmpty)
        {
            OpenChunk();
        }
        var count = Math.Min(buffer.Length, _plainEnd - _plainStart);
        _plain.AsSpan(_plainStart, count).CopyTo(buffer);
        _plainStart += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            CryptographicOperations.ZeroMemory(_plain);
            header.Dispose();
            source.Dispose();
        }
        base.Dispose(disposing);
    }

    private void OpenChunk()
    {
        if (_broken is not null)
        {
            throw SealHeader.Broken("is cut or altered", _broken);
        }
        var count = _ahead + source.ReadAtLeast(_sealed.AsSpan(_ahead), _sealed.Length - _ahead, false);
        var isLast = count < _sealed.Length;
        var length = Math.Min(count, SealedChunkBytes) - SealedFile.TagBytes;
        if (length < 0)
        {
            throw _broken = SealHeader.Broken("is cut");
        }
        Span<byte> nonce = stackalloc byte[StreamNonce.LengthBytes];
        StreamNonce.Write(nonce, header.NoncePrefix, _counter, isLast);
        try
        {
            header.Cipher.Decrypt(
                nonce,
                _sealed.AsSpan(0, length),
                _sealed.AsSpan(length, SealedFile.TagBytes),
                _plain.AsSpan(0, length),
                header.BoundTo
            );
        }
        catch (AuthenticationTagMismatchException e)
        {
            CryptographicOperations.ZeroMemory(_plain);
            throw _broken = SealHeader.Broken("is cut or altered", e);
        }
        (_plainStart, _plainEnd, _lastRead) = (0, length, isLast);
        _counter++;
        _sealed[0] = _sealed[^1];
        _ahead = 1;
    }
}
