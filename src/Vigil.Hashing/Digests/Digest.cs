using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Vigil.Hashing;

/// <summary>
/// The cryptographic digests that lists carry. Sizes in bytes: MD5 16, SHA-1 20, SHA-256 32.
/// </summary>
public enum DigestAlgorithm : byte
{
    /// <summary>RFC 1321. Broken against collisions: alone it never makes a match exact.</summary>
    Md5 = 1,

    /// <summary>FIPS 180-4. Broken against collisions: alone it never makes a match exact.</summary>
    Sha1 = 2,

    /// <summary>FIPS 180-4. Equality is identity of the bytes.</summary>
    Sha256 = 3,
}

/// <summary>
/// One digest of a file: 16 to 32 bytes and the algorithm that made them. Hash values are secrets: <see
/// cref="ToString"/> shows none, <see cref="ToHex"/> is the explicit way out.
/// </summary>
public readonly struct Digest : IEquatable<Digest>
{
    private readonly Bytes32 _bytes;

    private Digest(DigestAlgorithm algorithm, ReadOnlySpan<byte> bytes)
    {
        Algorithm = algorithm;
        bytes.CopyTo(_bytes);
    }

    /// <summary>Which algorithm made it; 0 for the default value, which equals no real digest.</summary>
    public DigestAlgorithm Algorithm { get; }

    /// <summary>Length in bytes: 16, 20 or 32.</summary>
    public int Length => LengthOf(Algorithm);

    /// <summary>Length in bytes of a digest of <paramref name="algorithm"/>; 0 for an unknown one.</summary>
    public static int LengthOf(DigestAlgorithm algorithm) =>
        algorithm switch
        {
            DigestAlgorithm.Md5 => MD5.HashSizeInBytes,
            DigestAlgorithm.Sha1 => SHA1.HashSizeInBytes,
            DigestAlgorithm.Sha256 => SHA256.HashSizeInBytes,
            _ => 0,
        };

    /// <param name="algorithm">Decides the length.</param>
    /// <param name="bytes">Exactly <see cref="LengthOf"/> bytes.</param>
    /// <exception cref="ArgumentException">The length is not the algorithm's.</exception>
    public static Digest FromBytes(DigestAlgorithm algorithm, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0 || bytes.Length != LengthOf(algorithm))
        {
            throw new ArgumentException(
                $"{algorithm} takes {LengthOf(algorithm)} bytes, not {bytes.Length}.",
                nameof(bytes)
            );
        }
        return new Digest(algorithm, bytes);
    }

    /// <summary>The same where there may be none.</summary>
    public static Digest? FromBytesOrNull(DigestAlgorithm algorithm, byte[]? bytes) =>
        bytes is null ? null : FromBytes(algorithm, bytes);

    /// <summary>
    /// Reads hexadecimal text in either case, 2 characters a byte, no prefix and no spaces.
    /// </summary>
    public static bool TryParse(DigestAlgorithm algorithm, ReadOnlySpan<char> hex, out Digest digest)
    {
        digest = default;
        var length = LengthOf(algorithm);
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        if (length == 0 || hex.Length != length * 2 || !Hex.TryDecode(hex, bytes[..length]))
        {
            return false;
        }
        digest = new Digest(algorithm, bytes[..length]);
        return true;
    }

    /// <summary>Lower-case hexadecimal. The value is a secret: never log it.</summary>
    public string ToHex() => Convert.ToHexStringLower(((ReadOnlySpan<byte>)_bytes)[..Length]);

    /// <summary>Writes <see cref="Length"/> bytes to the start of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination) => ((ReadOnlySpan<byte>)_bytes)[..Length].CopyTo(destination);

    public byte[] ToArray() => ((ReadOnlySpan<byte>)_bytes)[..Length].ToArray();

    public bool Equals(Digest other) =>
        Algorithm == other.Algorithm && ((ReadOnlySpan<byte>)_bytes).SequenceEqual(other._bytes);

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Digest other && Equals(other);

    public override int GetHashCode() => BitConverter.ToInt32(_bytes) ^ ((int)Algorithm * 0x5bd1e995);

    public static bool operator ==(Digest left, Digest right) => left.Equals(right);

    public static bool operator !=(Digest left, Digest right) => !left.Equals(right);

    /// <summary>The algorithm's name only: a value in a log would be a leak.</summary>
    public override string ToString() => $"{Algorithm} digest";

    [InlineArray(SHA256.HashSizeInBytes)]
    private struct Bytes32
    {
        private byte _first;
    }
}
