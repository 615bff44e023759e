using System.Security.Cryptography;

namespace Vigil.Trust.Custody;

/// <summary>
/// The bytes of a content on their way into the locker: counted, digested, their beginning looked at. Where they end,
/// their digest must be the one that was announced; otherwise the last read fails and the locker keeps nothing.
/// </summary>
internal sealed class CheckedBytes(Stream source, byte[] sha256, long maxBytes, CancellationToken ends)
    : Stream
{
    private readonly IncrementalHash _digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
    private readonly IncrementalHash _sha1 = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
    private readonly byte[] _first = new byte[FirstBytes.Count];
    private int _firstCount;

    /// <summary>So far.</summary>
    public long Count { get; private set; }

    /// <summary>Of the bytes so far: others may know the file by these alone.</summary>
    public byte[] Md5 => _md5.GetCurrentHash();

    /// <inheritdoc cref="Md5"/>
    public byte[] Sha1 => _sha1.GetCurrentHash();

    public ContentKind Kind => FirstBytes.KindOf(_first.AsSpan(0, _firstCount));

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="ContentException">Too many bytes, none, or others than announced.</exception>
    /// <exception cref="OperationCanceledException">The time for them is over, or nobody waits for it.</exception>
    public override int Read(byte[] buffer, int offset, int count)
    {
        // The locker writes on a thread of its own; a network's bytes come when they come.
#pragma warning disable MA0042, MA0045
        var read = source.ReadAsync(buffer, offset, count, ends).GetAwaiter().GetResult();
#pragma warning restore MA0042, MA0045
        if (read == 0)
        {
            RequireAnnounced();
            return 0;
        }
        Count += read;
        if (Count > maxBytes)
        {
            throw TooLarge(maxBytes);
        }
        var bytes = buffer.AsSpan(offset, read);
        _digest.AppendData(bytes);
        _md5.AppendData(bytes);
        _sha1.AppendData(bytes);
        var looked = Math.Min(read, _first.Length - _firstCount);
        bytes[..looked].CopyTo(_first.AsSpan(_firstCount));
        _firstCount += looked;
        return read;
    }

    public static ContentException TooLarge(long maxBytes) =>
        new(ContentProblem.TooLarge, $"A content has 1 to {maxBytes} bytes: nothing was kept of this one.");

    private void RequireAnnounced()
    {
        if (Count == 0)
        {
            throw TooLarge(maxBytes);
        }
        if (!CryptographicOperations.FixedTimeEquals(_digest.GetCurrentHash(), sha256))
        {
            throw new ContentException(
                ContentProblem.OtherDigest,
                "The bytes have another SHA-256 than was announced: nothing was kept. Send the file whole and "
                    + "unchanged."
            );
        }
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            CryptographicOperations.ZeroMemory(_first);
            _digest.Dispose();
            _md5.Dispose();
            _sha1.Dispose();
        }
        base.Dispose(disposing);
    }
}
