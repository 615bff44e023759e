using System.Security.Cryptography;

namespace Vigil.Files;

/// <summary>
/// HMAC-SHA256 under a key of one tenant and one purpose: equal values can be found again by it, and nobody
/// without the key ring can tell or try which value it was. Safe for many threads.
/// </summary>
/// <param name="keys">Stays open as long as this is used.</param>
/// <param name="tenant">A tenant of the ring.</param>
/// <param name="purpose">What is digested: equal values of two purposes have different digests.</param>
public sealed class KeyedDigest(KeyRing keys, string tenant, string purpose)
{
    /// <summary>Bytes of a digest.</summary>
    public const int LengthBytes = HMACSHA256.HashSizeInBytes;

    private readonly string _purpose = "digest\n" + purpose;

    /// <summary>32 bytes.</summary>
    public byte[] Of(ReadOnlySpan<byte> value)
    {
        var key = keys.Derive(tenant, _purpose);
        var digest = HMACSHA256.HashData(key, value);
        CryptographicOperations.ZeroMemory(key);
        return digest;
    }

    /// <summary>Of each value, with one look at the key ring for all: that look is dearer than a digest.</summary>
    public byte[][] OfMany(IReadOnlyList<byte[]> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var key = keys.Derive(tenant, _purpose);
        var digests = new byte[values.Count][];
        for (var i = 0; i < digests.Length; i++)
        {
            digests[i] = HMACSHA256.HashData(key, values[i]);
        }
        CryptographicOperations.ZeroMemory(key);
        return digests;
    }
}
