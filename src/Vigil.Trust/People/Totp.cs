using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Vigil.Trust;

/// <summary>One-time codes of an authenticator app (RFC 6238: SHA-1, 6 digits, 30 s, what every app can do).</summary>
public static class Totp
{
    internal const int SecretBytes = 20;
    private const int StepSeconds = 30;
    private const int Digits = 1_000_000;
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    internal static byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretBytes);

    /// <summary>
    /// The step whose code this is, within one step of now for slow fingers and clocks; null: none. The caller
    /// refuses a step that was used, so that a code seen over a shoulder is worth nothing.
    /// </summary>
    internal static long? StepOf(byte[] secret, string code, DateTimeOffset now)
    {
        var step = now.ToUnixTimeSeconds() / StepSeconds;
        long? found = null;
        for (var candidate = step - 1; candidate <= step + 1; candidate++)
        {
            if (
                CryptographicOperations.FixedTimeEquals(
                    Encoding.UTF8.GetBytes(CodeAt(secret, candidate)),
                    Encoding.UTF8.GetBytes(code)
                )
            )
            {
                found = candidate;
            }
        }
        return found;
    }

    /// <summary>What an app shows: six digits.</summary>
    /// <param name="secret">20 bytes.</param>
    /// <param name="step">Seconds since 1970, divided by 30.</param>
    public static string CodeAt(byte[] secret, long step)
    {
        ArgumentNullException.ThrowIfNull(secret);
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // RFC 6238 as authenticator apps have it; HMAC does not rest on SHA-1's collisions.
        var digest = HMACSHA1.HashData(secret, counter);
#pragma warning restore CA5350
        var offset = digest[^1] & 0xf;
        var number = BinaryPrimitives.ReadInt32BigEndian(digest.AsSpan(offset)) & int.MaxValue;
        return (number % Digits).ToString("000000", CultureInfo.InvariantCulture);
    }

    /// <summary>The secret as people type it (RFC 4648, base 32).</summary>
    internal static string TextOf(byte[] secret)
    {
        var text = new StringBuilder();
        var (bits, held) = (0, 0);
        foreach (var value in secret)
        {
            (bits, held) = ((bits << 8) | value, held + 8);
            while (held >= 5)
            {
                held -= 5;
                text.Append(Base32[(bits >> held) & 31]);
            }
            bits &= (1 << held) - 1;
        }
        return text.ToString();
    }

    /// <summary>The secret from what people type; spaces and other signs between are passed over.</summary>
    public static byte[] SecretOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var bits = string.Concat(
            text.Where(char.IsAsciiLetterOrDigit)
                .Select(letter => Base32.IndexOf(letter, StringComparison.Ordinal))
                .Select(value => value.ToString("b5", CultureInfo.InvariantCulture))
        );
        return
        [
            .. bits.Chunk(8)
                .Where(part => part.Length == 8)
                .Select(part => Convert.ToByte(new string(part), 2)),
        ];
    }

    /// <summary>As apps take it.</summary>
    internal static string LinkOf(byte[] secret, string userName) =>
        $"otpauth://totp/Vigil:{Uri.EscapeDataString(userName)}?secret={TextOf(secret)}&issuer=Vigil";
}
