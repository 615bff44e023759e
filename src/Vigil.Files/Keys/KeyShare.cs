using System.Security.Cryptography;
using System.Text;

namespace Vigil.Files;

/// <summary>
/// One of three shares of a ring's root key; any two give it back. To be printed, and kept by three people in three
/// places. Has no <c>ToString</c> of its own: a share is a secret.
/// </summary>
public sealed class KeyShare
{
    /// <summary>Shares of one split.</summary>
    public const int Count = 3;

    /// <summary>Shares that give the key back.</summary>
    public const int Threshold = 2;

    private const byte Version = 1;
    private const int NameBytes = 4;
    private const int SecretBytes = 32;
    private const int ChecksumBytes = 4;
    private const int LengthBytes = 2 + 2 * NameBytes + SecretBytes + ChecksumBytes;
    private const string Head = "VIGIL";
    private const int GroupLetters = 5;

    /// <summary>Crockford's letters: none that reads as another.</summary>
    private const string Letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private readonly byte[] _bytes;

    private KeyShare(byte[] bytes) => _bytes = bytes;

    /// <summary>1 to 3.</summary>
    public int Number => _bytes[1];

    /// <summary>Names the root key without telling it, 8 hexadecimal digits; the same in all shares of it.</summary>
    public string KeyFingerprint => Convert.ToHexStringLower(_bytes.AsSpan(2, NameBytes));

    /// <summary>Of the whole share, 8 hexadecimal digits: whether it was copied right; says nothing of it.</summary>
    public string Check => Convert.ToHexStringLower(_bytes.AsSpan(LengthBytes - ChecksumBytes));

    /// <summary>Tells two splits of one key apart: their shares do not fit each other.</summary>
    internal ReadOnlySpan<byte> Split => _bytes.AsSpan(2 + NameBytes, NameBytes);

    internal ReadOnlySpan<byte> Secret => _bytes.AsSpan(2 + 2 * NameBytes, SecretBytes);

    internal static KeyShare Of(
        int number,
        ReadOnlySpan<byte> fingerprint,
        ReadOnlySpan<byte> split,
        byte[] secret
    )
    {
        var bytes = GC.AllocateUninitializedArray<byte>(LengthBytes, pinned: true);
        bytes[0] = Version;
        bytes[1] = (byte)number;
        fingerprint[..NameBytes].CopyTo(bytes.AsSpan(2));
        split.CopyTo(bytes.AsSpan(2 + NameBytes));
        secret.CopyTo(bytes, 2 + 2 * NameBytes);
        Checksum(bytes).CopyTo(bytes.AsSpan(LengthBytes - ChecksumBytes));
        return new KeyShare(bytes);
    }

    /// <summary>The line to print: VIGIL and groups of five letters and digits.</summary>
    public string Print()
    {
        var text = new StringBuilder(Head);
        int bits = 0,
            buffer = 0,
            letters = 0;
        foreach (var value in _bytes)
        {
            (buffer, bits) = ((buffer << 8 | value) & 0xffff, bits + 8);
            for (; bits >= 5; bits -= 5)
            {
                Add(buffer >> (bits - 5));
            }
        }
        Add(buffer << (5 - bits));
        return text.ToString();

        void Add(int value) =>
            text.Append(letters++ % GroupLetters == 0 ? "-" : "").Append(Letters[value & 31]);
    }

    /// <summary>
    /// Reads a printed line. Case, spaces and dashes do not matter, nor O for 0 and I or L for 1.
    /// </summary>
    /// <exception cref="KeyRingException">Mistyped, cut, or of another version.</exception>
    public static KeyShare Parse(string printed)
    {
        ArgumentNullException.ThrowIfNull(printed);
        var letters = string.Concat(printed.ToUpperInvariant().Where(c => !char.IsWhiteSpace(c) && c != '-'));
        var expected = Head.Length + (LengthBytes * 8 + 4) / 5;
        if (!letters.StartsWith(Head, StringComparison.Ordinal) || letters.Length != expected)
        {
            throw Refused(
                "is not whole: it begins with VIGIL and has "
                    + (expected - Head.Length)
                    + " "
                    + "signs after it"
            );
        }
        var bytes = GC.AllocateArray<byte>(LengthBytes, pinned: true);
        int bits = 0,
            buffer = 0,
            count = 0;
        foreach (var letter in letters.AsSpan(Head.Length))
        {
            var value = Letters.IndexOf(
                letter is 'O' ? '0'
                : letter is 'I' or 'L' ? '1'
                : letter
            );
            if (value < 0)
            {
                throw Refused($"has a sign that no share has: '{letter}'");
            }
            (buffer, bits) = ((buffer << 5 | value) & 0xffff, bits + 5);
            if (bits >= 8)
            {
                bits -= 8;
                bytes[count++] = (byte)(buffer >> bits);
            }
        }
        var isLeftoverZero = (buffer & ((1 << bits) - 1)) == 0;
        return
            isLeftoverZero
            && Checksum(bytes).AsSpan().SequenceEqual(bytes.AsSpan(LengthBytes - ChecksumBytes))
            ? bytes is [Version, >= 1 and <= Count, ..]
                ? new KeyShare(bytes)
                : throw Refused("is of a version this program does not know")
            : throw Refused("has a sign mistyped");
    }

    private static byte[] Checksum(byte[] bytes) =>
        SHA256.HashData(bytes.AsSpan(0, LengthBytes - ChecksumBytes))[..ChecksumBytes];

    private static KeyRingException Refused(string how) =>
        new(KeyRingProblem.ShareRefused, $"The share {how}: compare it with the paper and type it again.");
}
