namespace Vigil.Trust;

/// <summary>What a signal of a list is about.</summary>
public enum SignalKind
{
    /// <summary>Fingerprints of one file.</summary>
    File,

    /// <summary>One address.</summary>
    Url,

    /// <summary>A host name and all below it.</summary>
    Domain,
}

/// <summary>
/// A signal's secret part: a file's fingerprints, or the keyed digest of a URL or domain. Bytes, as the kernel
/// knows no hash algorithm. Shows nothing as text.
/// </summary>
public sealed class SignalValue
{
    public const int Md5Bytes = 16;
    public const int Sha1Bytes = 20;
    public const int Sha256Bytes = 32;
    public const int PdqBytes = 32;

    /// <summary>Of <see cref="Digest"/>.</summary>
    public const int DigestBytes = 32;

    private const byte Version = 1;

    [Flags]
    private enum Parts : byte
    {
        None = 0,
        Md5 = 1,
        Sha1 = 2,
        Sha256 = 4,
        Pdq = 8,
        Quality = 16,
        Digest = 32,
        All = 63,
    }

    public byte[]? Md5 { get; init; }
    public byte[]? Sha1 { get; init; }
    public byte[]? Sha256 { get; init; }

    /// <summary>32 bytes, highest bits first, as PdqHash.FromBytes reads them.</summary>
    public byte[]? Pdq { get; init; }

    /// <summary>0 to 100, where the source says it.</summary>
    public int? PdqQuality { get; init; }

    /// <summary>
    /// Of a URL or a domain: <see cref="ListSecrets.UrlDigest"/> or <see cref="ListSecrets.DomainDigest"/> of
    /// the normalised text.
    /// </summary>
    public byte[]? Digest { get; init; }

    /// <summary>Version, a byte of flags, then what there is in the order of the flags.</summary>
    public byte[] Encode()
    {
        using var bytes = new MemoryStream(2 + Md5Bytes + Sha1Bytes + Sha256Bytes + PdqBytes + 1);
        bytes.WriteByte(Version);
        bytes.WriteByte(0);
        var parts = Parts.None;
        void Put(Parts part, byte[]? value, int length)
        {
            if (value is null)
            {
                return;
            }
            if (value.Length != length)
            {
                throw new ArgumentException($"{part} has {length} bytes.", nameof(value));
            }
            parts |= part;
            bytes.Write(value);
        }
        Put(Parts.Md5, Md5, Md5Bytes);
        Put(Parts.Sha1, Sha1, Sha1Bytes);
        Put(Parts.Sha256, Sha256, Sha256Bytes);
        Put(Parts.Pdq, Pdq, PdqBytes);
        Put(Parts.Quality, PdqQuality is { } quality ? [checked((byte)quality)] : null, 1);
        Put(Parts.Digest, Digest, DigestBytes);
        var encoded = bytes.ToArray();
        encoded[1] = (byte)parts;
        return encoded;
    }

    /// <exception cref="FormatException">Not what <see cref="Encode"/> writes.</exception>
    public static SignalValue Decode(ReadOnlySpan<byte> encoded)
    {
        if (encoded.Length < 2 || encoded[0] != Version || (encoded[1] & ~(byte)Parts.All) != 0)
        {
            throw new FormatException("A signal is of a version that this program does not know.");
        }
        var parts = (Parts)encoded[1];
        var offset = 2;
        var value = new SignalValue
        {
            Md5 = Take(encoded, ref offset, parts, Parts.Md5, Md5Bytes),
            Sha1 = Take(encoded, ref offset, parts, Parts.Sha1, Sha1Bytes),
            Sha256 = Take(encoded, ref offset, parts, Parts.Sha256, Sha256Bytes),
            Pdq = Take(encoded, ref offset, parts, Parts.Pdq, PdqBytes),
            PdqQuality = Take(encoded, ref offset, parts, Parts.Quality, 1)?[0],
            Digest = Take(encoded, ref offset, parts, Parts.Digest, DigestBytes),
        };
        return offset == encoded.Length
            ? value
            : throw new FormatException("A signal has bytes that do not belong to it.");
    }

    private static byte[]? Take(
        ReadOnlySpan<byte> encoded,
        ref int offset,
        Parts parts,
        Parts part,
        int length
    )
    {
        if (!parts.HasFlag(part))
        {
            return null;
        }
        if (encoded.Length - offset < length)
        {
            throw new FormatException("A signal is cut.");
        }
        offset += length;
        return encoded.Slice(offset - length, length).ToArray();
    }
}
