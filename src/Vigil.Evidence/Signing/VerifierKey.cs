using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Vigil.Evidence;

/// <summary>What a key signs, as the type byte of c2sp.org/signed-note.</summary>
public enum SignatureType
{
    /// <summary>The text of a note.</summary>
    Ed25519 = 1,

    /// <summary>A witness's statement with a time, cosignature/v1 of c2sp.org/tlog-cosignature.</summary>
    Cosignature = 4,
}

/// <summary>
/// A name and a public key as one line, <c>name+id+base64</c> (a "vkey" of c2sp.org/signed-note): what an outsider
/// needs to verify a ledger or a witness.
/// </summary>
public sealed class VerifierKey
{
    /// <summary>Most bytes of a name in UTF-8.</summary>
    public const int MaxNameBytes = 255;

    internal const int IdBytes = 4;
    private const int TimeBytes = 8;

    private readonly byte[] _publicKey;

    internal VerifierKey(string name, SignatureType type, byte[] publicKey)
    {
        if (!IsName(name))
        {
            throw Malformed($"'{name}' cannot be a key's name: 1 to {MaxNameBytes} bytes, no space, no '+'.");
        }
        (Name, Type, _publicKey) = (name, type, publicKey);
        byte[] named = [.. Encoding.UTF8.GetBytes(name), (byte)'\n', (byte)type, .. publicKey];
        Id = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(named));
    }

    /// <summary>Of a ledger's key the same as its origin.</summary>
    public string Name { get; }

    public SignatureType Type { get; }

    /// <summary>The first four bytes of SHA-256(name, newline, type, public key).</summary>
    public uint Id { get; }

    /// <exception cref="LedgerException">Malformed, or of a type this version does not know.</exception>
    public static VerifierKey Parse(string vkey)
    {
        ArgumentNullException.ThrowIfNull(vkey);
        var parts = vkey.Split('+', 3);
        var key =
            parts is [var name, var id, var material]
            && Base64.TryDecode(material, out var bytes)
            && bytes.Length == 1 + Sodium.PublicKeyBytes
            && Enum.IsDefined((SignatureType)bytes[0])
            && IsName(name)
                ? (Id: id, Value: new VerifierKey(name, (SignatureType)bytes[0], bytes[1..]))
                : default;
        return key.Value is not null && key.Id == IdText(key.Value.Id)
            ? key.Value
            : throw Malformed("Not a verifier key: give the whole line name+id+base64, as it was printed.");
    }

    public override string ToString() =>
        $"{Name}+{IdText(Id)}+{Convert.ToBase64String([(byte)Type, .. _publicKey])}";

    /// <summary>True when the signature, without the key's id in front, is this key's over the text.</summary>
    internal bool Verifies(byte[] text, byte[] signature)
    {
        if (Type == SignatureType.Ed25519)
        {
            return Sodium.Verify(signature, text, _publicKey);
        }
        return TimeOf(signature) is { } time
            && Sodium.Verify(signature[TimeBytes..], Cosigned(text, time), _publicKey);
    }

    /// <summary>Seconds since 1970 in a cosignature; null when there is no such time in it.</summary>
    internal static long? TimeOf(byte[] signature)
    {
        if (signature.Length != TimeBytes + Sodium.SignatureBytes)
        {
            return null;
        }
        var time = BinaryPrimitives.ReadInt64BigEndian(signature);
        return time < 0 ? null : time;
    }

    /// <summary>The message of a cosignature: header, time, the checkpoint's text.</summary>
    internal static byte[] Cosigned(byte[] text, long unixSeconds) =>
        [.. Encoding.ASCII.GetBytes($"cosignature/v1\ntime {unixSeconds}\n"), .. text];

    internal static string IdText(uint id) => id.ToString("x8", CultureInfo.InvariantCulture);

    internal static bool IsName(string name) =>
        name.Length > 0
        && Encoding.UTF8.GetByteCount(name) <= MaxNameBytes
        && !name.Any(c => c == '+' || char.IsWhiteSpace(c) || char.IsControl(c) || char.IsSurrogate(c));

    internal static LedgerException Malformed(string message) => new(LedgerProblem.Malformed, message);
}
