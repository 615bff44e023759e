using System.Security.Cryptography;

namespace Vigil.Files.Keys;

/// <summary>Root keys into shares and back, without the key ever leaving pinned memory.</summary>
internal static class RootShares
{
    public static IReadOnlyList<KeyShare> Split(SecretKey root)
    {
        var split = RandomNumberGenerator.GetBytes(4);
        var secrets = Shamir.Split(root.Bytes);
        var shares = secrets
            .Select((secret, i) => KeyShare.Of(i + 1, root.Fingerprint(), split, secret))
            .ToList();
        foreach (var secret in secrets)
        {
            CryptographicOperations.ZeroMemory(secret);
        }
        return shares;
    }

    /// <summary>The key that two shares give; not yet known to be the right one.</summary>
    /// <exception cref="KeyRingException">The same share twice, or of two splits or keys.</exception>
    public static SecretKey Join(KeyShare one, KeyShare other)
    {
        if (one.Number == other.Number)
        {
            throw Refused($"Both are share {one.Number}: two different ones are needed.");
        }
        if (one.KeyFingerprint != other.KeyFingerprint || !one.Split.SequenceEqual(other.Split))
        {
            throw Refused(
                "The two shares are not of one split of one key: take two that were printed together."
            );
        }
        var bytes = GC.AllocateUninitializedArray<byte>(SecretKey.LengthBytes, pinned: true);
        Shamir.Join((byte)one.Number, one.Secret, (byte)other.Number, other.Secret, bytes);
        return SecretKey.Take(bytes);
    }

    public static KeyRingException Refused(string message) => new(KeyRingProblem.ShareRefused, message);
}
