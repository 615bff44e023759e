using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Vigil.Files;

/// <summary>
/// Seals small values for a database column: AES-256-GCM under a key derived from one of the tenant's epochs
/// for one purpose. A value does not open in another place, under another tenant, or after its epoch was
/// destroyed. Safe for many threads.
/// </summary>
/// <remarks>
/// Layout: version 1, epoch 4 (little-endian), nonce 12, sealed bytes, tag 16. Nonces are random: at most
/// 2^32 values under one key (NIST SP 800-38D, 8.3), so begin an epoch long before.
/// </remarks>
public sealed class ValueSealer
{
    /// <summary>Bytes a sealed value is longer than the plain one.</summary>
    public const int OverheadBytes = HeadBytes + NonceBytes + TagBytes;

    private const byte Version = 1;
    private const int HeadBytes = 1 + sizeof(int);
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly KeyRing _keys;
    private readonly string _tenant;
    private readonly string _purpose;

    /// <param name="keys">Stays open as long as this is used.</param>
    /// <param name="tenant">A tenant of the ring with a live epoch.</param>
    /// <param name="purpose">What the values are, as "list entry": each purpose has keys of its own.</param>
    public ValueSealer(KeyRing keys, string tenant, string purpose)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentException.ThrowIfNullOrEmpty(tenant);
        ArgumentException.ThrowIfNullOrEmpty(purpose);
        (_keys, _tenant, _purpose) = (keys, tenant, purpose);
    }

    /// <param name="plain">The value.</param>
    /// <param name="place">Where it stands (table and key); the same must be said to open it.</param>
    public byte[] Seal(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> place)
    {
        var (epoch, key) = _keys.DeriveNewest(_tenant, _purpose);
        var value = new byte[plain.Length + OverheadBytes];
        value[0] = Version;
        BinaryPrimitives.WriteInt32LittleEndian(value.AsSpan(1), epoch);
        var nonce = value.AsSpan(HeadBytes, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Encrypt(
            nonce,
            plain,
            value.AsSpan(HeadBytes + NonceBytes, plain.Length),
            value.AsSpan(value.Length - TagBytes),
            place
        );
        return value;
    }

    /// <exception cref="SealBrokenException">Altered, moved, or sealed for something else.</exception>
    /// <exception cref="KeyRingException">Its epoch was destroyed.</exception>
    public byte[] Open(ReadOnlySpan<byte> value, ReadOnlySpan<byte> place)
    {
        if (value.Length < OverheadBytes || value[0] != Version)
        {
            throw new SealBrokenException(
                "A sealed value is cut, or of a version this program does not know."
            );
        }
        var key = _keys.Derive(_tenant, _purpose, BinaryPrimitives.ReadInt32LittleEndian(value[1..]));
        var plain = new byte[value.Length - OverheadBytes];
        using var cipher = new AesGcm(key, TagBytes);
        try
        {
            cipher.Decrypt(
                value.Slice(HeadBytes, NonceBytes),
                value[(HeadBytes + NonceBytes)..^TagBytes],
                value[^TagBytes..],
                plain,
                place
            );
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw new SealBrokenException("A sealed value was altered or moved.", e);
        }
        return plain;
    }
}
