using System.Security.Cryptography;

namespace Vigil.Files.Keys;

/// <summary>
/// Splits a secret so that any two shares give it back and one alone says nothing (Shamir 1979, threshold 2): on each
/// byte a line through the secret, over the field of 256 elements that AES uses (x^8 + x^4 + x^3 + x + 1). No
/// tables and no branches on secrets, so that neither cache nor time tells of them.
/// </summary>
internal static class Shamir
{
    /// <summary>Shares of one secret for x = 1, 2, 3, each as long as the secret.</summary>
    public static byte[][] Split(ReadOnlySpan<byte> secret)
    {
        var slope = GC.AllocateUninitializedArray<byte>(secret.Length, pinned: true);
        RandomNumberGenerator.Fill(slope);
        var shares = new byte[KeyShare.Count][];
        for (byte x = 1; x <= KeyShare.Count; x++)
        {
            var share = GC.AllocateUninitializedArray<byte>(secret.Length, pinned: true);
            for (var i = 0; i < share.Length; i++)
            {
                share[i] = (byte)(secret[i] ^ Multiply(slope[i], x));
            }
            shares[x - 1] = share;
        }
        CryptographicOperations.ZeroMemory(slope);
        return shares;
    }

    /// <summary>The secret, from the shares for two different x.</summary>
    public static void Join(byte x1, ReadOnlySpan<byte> y1, byte x2, ReadOnlySpan<byte> y2, Span<byte> secret)
    {
        // Lagrange at 0; in this field subtraction is addition is exclusive or.
        var inverse = Invert((byte)(x1 ^ x2));
        var (factor1, factor2) = (Multiply(x2, inverse), Multiply(x1, inverse));
        for (var i = 0; i < secret.Length; i++)
        {
            secret[i] = (byte)(Multiply(y1[i], factor1) ^ Multiply(y2[i], factor2));
        }
    }

    internal static byte Multiply(byte left, byte right)
    {
        int product = 0,
            a = left,
            b = right;
        for (var bit = 0; bit < 8; bit++)
        {
            product ^= -(b & 1) & a;
            a = (a << 1) ^ (-(a >> 7) & 0x11b);
            b >>= 1;
        }
        return (byte)product;
    }

    /// <summary>The 254th power; 0 gives 0.</summary>
    internal static byte Invert(byte value)
    {
        var (power, result) = (value, (byte)1);
        for (var bit = 1; bit < 8; bit++)
        {
            power = Multiply(power, power);
            result = Multiply(result, power);
        }
        return result;
    }
}
