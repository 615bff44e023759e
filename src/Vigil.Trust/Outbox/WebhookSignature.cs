using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Vigil.Trust;

/// <summary>
/// Signatures by the public "Standard Webhooks" specification: HMAC-SHA256 over "id.timestamp.body", in a
/// header as "v1,BASE64", several with spaces between while a secret is being changed.
/// </summary>
/// <seealso href="https://www.standardwebhooks.com"/>
public static class WebhookSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    /// <summary>What every secret begins with, so that leak scanners find it.</summary>
    public const string SecretPrefix = "whsec_";

    /// <summary>A receiver refuses what is older or from further in the future.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private const string Version = "v1,";
    private const int SecretBytes = 32;

    /// <summary>The specification's bounds of a secret.</summary>
    private const int MinSecretBytes = 24;
    private const int MaxSecretBytes = 64;

    /// <summary>256 random bits.</summary>
    public static string NewSecret() =>
        SecretPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>The three headers of one attempt, signed with each secret that is in force.</summary>
    public static IReadOnlyDictionary<string, string> Sign(
        IEnumerable<string> secrets,
        string id,
        DateTimeOffset at,
        ReadOnlySpan<byte> body
    )
    {
        ArgumentNullException.ThrowIfNull(secrets);
        var timestamp = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signatures = new List<string>();
        foreach (var secret in secrets)
        {
            signatures.Add(Version + Convert.ToBase64String(Compute(secret, id, timestamp, body)));
        }
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [IdHeader] = id,
            [TimestampHeader] = timestamp,
            [SignatureHeader] = string.Join(' ', signatures),
        };
    }

    /// <summary>
    /// As a receiver checks: one of the signatures is made with the secret, and the time is within the window.
    /// A receiver also remembers the ids it has acted on: what is sent again has the same.
    /// </summary>
    public static bool IsValid(
        string secret,
        string id,
        string timestamp,
        string signatures,
        ReadOnlySpan<byte> body,
        DateTimeOffset now
    )
    {
        ArgumentNullException.ThrowIfNull(signatures);
        if (
            !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs(now.ToUnixTimeSeconds() - (decimal)seconds) > (decimal)Window.TotalSeconds
        )
        {
            return false;
        }
        var expected = Encoding.ASCII.GetBytes(
            Version + Convert.ToBase64String(Compute(secret, id, timestamp, body))
        );
        var isValid = false;
        foreach (var signature in signatures.Split(' '))
        {
            // All are compared, each in constant time: nothing is told by how long it takes.
            isValid |= CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(signature));
        }
        return isValid;
    }

    /// <exception cref="FormatException">Not of the form whsec_BASE64 with 24 to 64 bytes.</exception>
    private static byte[] Compute(string secret, string id, string timestamp, ReadOnlySpan<byte> body)
    {
        var key = new byte[MaxSecretBytes + 2];
        if (
            !secret.StartsWith(SecretPrefix, StringComparison.Ordinal)
            || !Convert.TryFromBase64String(secret[SecretPrefix.Length..], key, out var length)
            || length is < MinSecretBytes or > MaxSecretBytes
        )
        {
            throw new FormatException("A webhook's secret is whsec_ and 24 to 64 bytes in base64.");
        }
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key.AsSpan(0, length));
        hmac.AppendData(Encoding.UTF8.GetBytes($"{id}.{timestamp}."));
        hmac.AppendData(body);
        return hmac.GetHashAndReset();
    }
}
