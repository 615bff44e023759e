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
        using var cipher = new AesGcm(key, TagBytes);
        return Seal(cipher, epoch, plain, place);
    }

    /// <summary>Seals each value for its place, with one look at the key ring for all.</summary>
    public byte[][] SealMany(IReadOnlyList<(byte[] Plain, byte[] Place)> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var (epoch, key) = _keys.DeriveNewest(_tenant, _purpose);
        using var cipher = new AesGcm(key, TagBytes);
        return [.. values.Select(value => Seal(cipher, epoch, value.Plain, value.Place))];
    }

    private static byte[] Seal(AesGcm cipher, int epoch, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> place)
    {
        var value = new byte[plain.Length + OverheadBytes];
        value[0] = Version;
        BinaryPrimitives.WriteInt32LittleEndian(value.AsSpan(1), epoch);
        var nonce = value.AsSpan(HeadBytes, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
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
        using var cipher = new AesGcm(_keys.Derive(_tenant, _purpose, EpochOf(value)), TagBytes);
        return Open(cipher, value, place);
    }

    /// <summary>As <see cref="Open(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>, of each value.</summary>
    /// <remarks>One look at the key ring for each epoch: for a million values that is seconds.</remarks>
    /// <exception cref="SealBrokenException">One is altered, moved, or sealed for something else.</exception>
    /// <exception cref="KeyRingException">The epoch of one was destroyed.</exception>
    public byte[][] OpenMany(IReadOnlyList<(byte[] Value, byte[] Place)> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var ciphers = new Dictionary<int, AesGcm>();
        try
        {
            var plain = new byte[values.Count][];
            for (var i = 0; i < plain.Length; i++)
            {
                var (value, place) = values[i];
                var epoch = EpochOf(value);
                if (!ciphers.TryGetValue(epoch, out var cipher))
                {
                    cipher = new AesGcm(_keys.Derive(_tenant, _purpose, epoch), TagBytes);
                    ciphers.Add(epoch, cipher);
                }
                plain[i] = Open(cipher, value, place);
            }
            return plain;
        }
        finally
        {
            foreach (var cipher in ciphers.Values)
            {
                cipher.Dispose();
            }
        }
    }

    private static int EpochOf(ReadOnlySpan<byte> value)
    {
        if (value.Length < OverheadBytes || value[0] != Version)
        {
            throw new SealBrokenException(
                "A sealed value is cut, or of a version this program does not know."
            );
        }
        return BinaryPrimitives.ReadInt32LittleEndian(value[1..]);
    }

    private static byte[] Open(AesGcm cipher, ReadOnlySpan<byte> value, ReadOnlySpan<byte> place)
    {
        var plain = new byte[value.Length - OverheadBytes];
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
