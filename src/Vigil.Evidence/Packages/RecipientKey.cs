using System.Security.Cryptography;

namespace Vigil.Evidence;

/// <summary>The public half of a recipient's key (X25519): what is sealed to it, its owner alone opens.</summary>
public sealed class RecipientKey
{
    public const int LengthBytes = SodiumBox.KeyBytes;
    internal const int FingerprintBytes = 20;
    private const string Prefix = "x25519+";

    private readonly byte[] _key;

    private RecipientKey(byte[] key) => _key = key;

    /// <summary>To be compared by voice or on paper: SHA-256 of the key, 40 digits in groups of four.</summary>
    public string Fingerprint => TextOf(FingerprintOf(_key));

    /// <summary>Whether somebody typed this key's fingerprint, however they grouped its digits.</summary>
    public bool HasFingerprint(string typed)
    {
        ArgumentNullException.ThrowIfNull(typed);
        var digits = string.Concat(typed.Where(char.IsAsciiHexDigit)).ToLowerInvariant();
        return digits == Convert.ToHexStringLower(FingerprintOf(_key));
    }

    internal byte[] Bytes => _key;

    public byte[] ToBytes() => [.. _key];

    /// <summary>A small secret that the key's owner alone reads (libsodium's sealed box); 48 bytes longer.</summary>
    public byte[] Seal(byte[] secret) => SodiumBox.Seal(secret, _key)!;

    /// <summary>The form in which keys are given to others.</summary>
    public override string ToString() => Prefix + Convert.ToBase64String(_key);

    /// <param name="text"><c>x25519+</c> and base64.</param>
    /// <exception cref="PackageException">Not a key, or one that protects nothing.</exception>
    public static RecipientKey Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return
            text.Trim() is { } trimmed
            && trimmed.StartsWith(Prefix, StringComparison.Ordinal)
            && Base64.TryDecode(trimmed[Prefix.Length..], out var key)
            && key.Length == LengthBytes
            ? FromBytes(key)
            : throw Refused(
                "Not a recipient's key: give the whole line x25519+…, as 'vigil package key' prints it."
            );
    }

    /// <inheritdoc cref="Parse"/>
    public static RecipientKey FromBytes(byte[] key)
    {
        ArgumentNullException.ThrowIfNull(key);
        // Points of small order give the same secret to everybody.
        return key.Length == LengthBytes && SodiumBox.Seal([], key) is not null
            ? new RecipientKey([.. key])
            : throw Refused("This key protects nothing: ask the recipient for another.");
    }

    internal static byte[] FingerprintOf(byte[] key) => SHA256.HashData(key)[..FingerprintBytes];

    internal static string TextOf(byte[] fingerprint) =>
        string.Join(' ', Convert.ToHexStringLower(fingerprint).Chunk(4).Select(four => new string(four)));

    internal static PackageException Refused(string message) => new(PackageProblem.BadKey, message);
}
