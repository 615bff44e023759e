using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace Vigil.Tests.Evidence;

/// <summary>Verification by RFC 8032 section 5.1.7 in big integers: slow, and shares no code with libsodium.</summary>
internal static class SlowEd25519
{
    private static readonly BigInteger P = BigInteger.Pow(2, 255) - 19;
    private static readonly BigInteger Order =
        BigInteger.Pow(2, 252)
        + BigInteger.Parse("27742317777372353535851937790883648493", CultureInfo.InvariantCulture);
    private static readonly BigInteger D = Mod(-121665 * Inverse(121666));
    private static readonly BigInteger RootOfMinusOne = BigInteger.ModPow(2, (P - 1) / 4, P);
    private static readonly Point Base = Decode(
        Convert.FromHexString("5866666666666666666666666666666666666666666666666666666666666666")
    )!;

    private sealed record Point(BigInteger X, BigInteger Y, BigInteger Z, BigInteger T);

    public static bool Verify(byte[] signature, byte[] message, byte[] publicKey)
    {
        if (signature.Length != 64 || Decode(publicKey) is not { } a || Decode(signature[..32]) is not { } r)
        {
            return false;
        }
        var s = new BigInteger(signature.AsSpan(32), isUnsigned: true);
        byte[] hashed = [.. signature[..32], .. publicKey, .. message];
        var h = new BigInteger(SHA512.HashData(hashed), isUnsigned: true) % Order;
        var (left, right) = (Times(s, Base), Add(r, Times(h, a)));
        return s < Order
            && Mod(left.X * right.Z - right.X * left.Z).IsZero
            && Mod(left.Y * right.Z - right.Y * left.Z).IsZero;
    }

    private static Point? Decode(byte[] bytes)
    {
        var y = new BigInteger(bytes, isUnsigned: true);
        var sign = (int)(y >> 255);
        y &= BigInteger.Pow(2, 255) - 1;
        if (y >= P)
        {
            return null;
        }
        var square = Mod((y * y - 1) * Inverse(Mod(D * y * y + 1)));
        var x = BigInteger.ModPow(square, (P + 3) / 8, P);
        if (!Mod(x * x - square).IsZero)
        {
            x = Mod(x * RootOfMinusOne);
        }
        if (!Mod(x * x - square).IsZero || (x.IsZero && sign == 1))
        {
            return null;
        }
        x = (int)(x & 1) == sign ? x : P - x;
        return new Point(x, y, 1, Mod(x * y));
    }

    private static Point Add(Point p, Point q)
    {
        var a = Mod((p.Y - p.X) * (q.Y - q.X));
        var b = Mod((p.Y + p.X) * (q.Y + q.X));
        var c = Mod(2 * p.T * q.T * D);
        var d = Mod(2 * p.Z * q.Z);
        var (e, f, g, h) = (b - a, d - c, d + c, b + a);
        return new Point(Mod(e * f), Mod(g * h), Mod(f * g), Mod(e * h));
    }

    private static Point Times(BigInteger scalar, Point point)
    {
        var sum = new Point(0, 1, 1, 0);
        for (; scalar > 0; scalar >>= 1, point = Add(point, point))
        {
            sum = scalar.IsEven ? sum : Add(sum, point);
        }
        return sum;
    }

    private static BigInteger Inverse(BigInteger value) => BigInteger.ModPow(Mod(value), P - 2, P);

    private static BigInteger Mod(BigInteger value) => ((value % P) + P) % P;
}
