using System.Security.Cryptography;

namespace Vigil.Evidence;

/// <summary>
/// What stands in the ledger for an event: HMAC-SHA-256 of its canonical bytes under the salt of the person or thing
/// it is about. Who has event and salt can show that it is in the ledger; once the salt is destroyed nobody can link
/// the 32 bytes to anything, and the tree still holds.
/// </summary>
public static class KeyedLeaf
{
    public const int SaltBytes = 32;

    public const int LengthBytes = 32;

    public static byte[] NewSalt() => RandomNumberGenerator.GetBytes(SaltBytes);

    /// <param name="salt">32 secret random bytes, one for each subject.</param>
    /// <param name="canonical">The event, so written that equal events give equal bytes.</param>
    public static byte[] Of(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> canonical)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(salt.Length, SaltBytes, nameof(salt));
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, salt);
        hmac.AppendData("vigil ledger leaf v1\n"u8);
        hmac.AppendData(canonical);
        return hmac.GetHashAndReset();
    }
}
