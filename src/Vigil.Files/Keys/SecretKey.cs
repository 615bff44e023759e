using System.Security.Cryptography;

namespace Vigil.Files.Keys;

/// <summary>
/// 256 secret bits in memory that the collector does not copy and that is zeroed when disposed.
/// </summary>
internal sealed class SecretKey : IDisposable
{
    public const int LengthBytes = 32;

    /// <summary>Nonce, sealed key, tag.</summary>
    public const int WrappedBytes = NonceBytes + LengthBytes + TagBytes;

    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(LengthBytes, pinned: true);
    private bool _disposed;

    private SecretKey() { }

    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _bytes;
        }
    }

    public static SecretKey Random()
    {
        var key = new SecretKey();
        RandomNumberGenerator.Fill(key._bytes);
        return key;
    }

    /// <summary>Takes the bytes and zeroes them where they came from.</summary>
    public static SecretKey Take(Span<byte> bytes)
    {
        var key = new SecretKey();
        bytes.CopyTo(key._bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return key;
    }

    public AesGcm NewCipher() => new(Bytes, TagBytes);

    /// <summary>
    /// Seals another key under this one. Random nonces: at most 2^32 keys under one (NIST SP 800-38D, 8.3).
    /// </summary>
    public byte[] Wrap(SecretKey inner, byte[] boundTo)
    {
        var wrapped = new byte[WrappedBytes];
        var nonce = wrapped.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = NewCipher();
        cipher.Encrypt(
            nonce,
            inner.Bytes,
            wrapped.AsSpan(NonceBytes, LengthBytes),
            wrapped.AsSpan(NonceBytes + LengthBytes),
            boundTo
        );
        return wrapped;
    }

    /// <summary>Null when the bytes were not wrapped by this key for this purpose.</summary>
    public SecretKey? TryUnwrap(ReadOnlySpan<byte> wrapped, byte[] boundTo)
    {
        var inner = new SecretKey();
        using var cipher = NewCipher();
        try
        {
            cipher.Decrypt(
                wrapped[..NonceBytes],
                wrapped.Slice(NonceBytes, LengthBytes),
                wrapped[(NonceBytes + LengthBytes)..],
                inner._bytes,
                boundTo
            );
            return inner;
        }
        catch (AuthenticationTagMismatchException)
        {
            inner.Dispose();
            return null;
        }
    }

    /// <summary>A public name of this key that says nothing about it.</summary>
    public byte[] Fingerprint()
    {
        Span<byte> name = stackalloc byte[RingState.FingerprintBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Bytes, name, [], "vigil root key fingerprint"u8);
        return name.ToArray();
    }

    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_bytes);
    }
}
