using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Vigil.Evidence;

/// <summary>
/// Seals what is written to a recipient's key, in chunks and constant memory, and signs the sealed bytes at the end.
/// Layout in the README.
/// </summary>
internal sealed class SealedPackageStream : Stream
{
    public const int ChunkBytes = 64 * 1024;
    public const ushort Version = 1;
    public static ReadOnlySpan<byte> Magic => "VIGILPKG"u8;

    /// <summary>All before the first chunk.</summary>
    public const int HeadBytes =
        8
        + sizeof(ushort)
        + RecipientKey.FingerprintBytes
        + SodiumBox.KeyBytes
        + SodiumBox.SealBytes
        + SodiumBox.StreamHeaderBytes;

    private readonly Stream _destination;
    private readonly RecipientKey _recipient;
    private readonly SigningKey _signer;
    private readonly IncrementalHash _digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _state;
    private readonly byte[] _head;
    private readonly byte[] _plain = GC.AllocateArray<byte>(ChunkBytes, pinned: true);
    private readonly byte[] _chunk = new byte[ChunkBytes + SodiumBox.StreamExtraBytes];
    private int _count;
    private bool _isFirst = true;
    private long _written;

    public SealedPackageStream(Stream destination, RecipientKey recipient, SigningKey signer)
    {
        (_destination, _recipient, _signer) = (destination, recipient, signer);
        var key = RandomNumberGenerator.GetBytes(SodiumBox.KeyBytes);
        var sealedKey = SodiumBox.Seal(key, recipient.Bytes)!;
        _state = SodiumBox.BeginPush(key, out var header);
        CryptographicOperations.ZeroMemory(key);
        var version = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(version, Version);
        _head =
        [
            .. Magic,
            .. version,
            .. RecipientKey.FingerprintOf(recipient.Bytes),
            .. sealedKey,
            .. header,
        ];
        Put(_head);
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            if (_count == _plain.Length)
            {
                Close(isLast: false);
            }
            var taken = Math.Min(buffer.Length, _plain.Length - _count);
            buffer[..taken].CopyTo(_plain.AsSpan(_count));
            _count += taken;
            buffer = buffer[taken..];
        }
    }

    /// <summary>The last chunk and the signature. Nothing is written after it.</summary>
    public PackageSeal Finish()
    {
        Close(isLast: true);
        var seal = new PackageSeal(
            _signer.Verifier,
            _recipient.Fingerprint,
            _written,
            Convert.ToHexStringLower(_digest.GetCurrentHash())
        );
        var note = seal.Sign(_signer);
        var length = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)note.Length);
        _destination.Write(note);
        _destination.Write(length);
        return seal;
    }

    private void Close(bool isLast)
    {
        var count = SodiumBox.Push(_state, _plain, _count, _isFirst ? _head : [], isLast, _chunk);
        Put(_chunk.AsSpan(0, count));
        (_count, _isFirst) = (0, false);
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        _destination.Write(bytes);
        _digest.AppendData(bytes);
        _written += bytes.Length;
    }

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            CryptographicOperations.ZeroMemory(_plain);
            CryptographicOperations.ZeroMemory(_state);
            _digest.Dispose();
        }
        base.Dispose(disposing);
    }
}
