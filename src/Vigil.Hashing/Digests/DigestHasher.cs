using System.Security.Cryptography;

namespace Vigil.Hashing;

/// <summary>
/// MD5, SHA-1 and SHA-256 in one pass over the bytes: each piece goes to all three while it is in the
/// processor's cache. Reusable after <see cref="Finish"/>; not for use by two threads at once.
/// </summary>
public sealed class DigestHasher : IDisposable
{
    /// <summary>Bytes given to the three algorithms in turn; fits the first-level cache.</summary>
    private const int PieceBytes = 16 * 1024;

    private readonly IncrementalHash _md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
    private readonly IncrementalHash _sha1 = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _lengthBytes;

    /// <summary>Adds the next bytes of the file, any number of them.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        _lengthBytes += bytes.Length;
        while (!bytes.IsEmpty)
        {
            var piece = bytes[..Math.Min(bytes.Length, PieceBytes)];
            _md5.AppendData(piece);
            _sha1.AppendData(piece);
            _sha256.AppendData(piece);
            bytes = bytes[piece.Length..];
        }
    }

    /// <summary>The digests of all bytes since the last call; an empty file has digests too.</summary>
    public FileDigests Finish()
    {
        Span<byte> buffer = stackalloc byte[SHA256.HashSizeInBytes];
        var digests = new FileDigests(
            Take(_md5, DigestAlgorithm.Md5, buffer),
            Take(_sha1, DigestAlgorithm.Sha1, buffer),
            Take(_sha256, DigestAlgorithm.Sha256, buffer),
            _lengthBytes
        );
        _lengthBytes = 0;
        return digests;
    }

    private static Digest Take(IncrementalHash hash, DigestAlgorithm algorithm, Span<byte> buffer) =>
        Digest.FromBytes(algorithm, buffer[..hash.GetHashAndReset(buffer)]);

    public void Dispose()
    {
        _md5.Dispose();
        _sha1.Dispose();
        _sha256.Dispose();
    }
}
