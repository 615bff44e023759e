using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Vigil.Hashing;

/// <summary>
/// A 256-bit PDQ hash (Facebook, "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm",
/// 2019). Bit <c>k = 16 * row + column</c> of the 16x16 DCT; the text form is the 256-bit integer in
/// hexadecimal with the highest bit first. Hash values are secrets: <see cref="ToString"/> shows none, <see
/// cref="ToHex"/> is explicit.
/// </summary>
public readonly struct PdqHash : IEquatable<PdqHash>
{
    /// <summary>Bits in a hash: distances run from 0 to this.</summary>
    public const int Bits = 256;

    /// <summary>Bytes in the binary form.</summary>
    public const int ByteLength = Bits / 8;

    /// <summary>Characters in the hexadecimal form.</summary>
    public const int HexLength = ByteLength * 2;

    /// <summary>
    /// Words of 64 bits, lowest bits first: bit k of the hash is bit k % 64 of word k / 64.
    /// </summary>
    public PdqHash(ulong word0, ulong word1, ulong word2, ulong word3)
    {
        Word0 = word0;
        Word1 = word1;
        Word2 = word2;
        Word3 = word3;
    }

    /// <summary>Bits 0 to 63.</summary>
    public ulong Word0 { get; }

    /// <summary>Bits 64 to 127.</summary>
    public ulong Word1 { get; }

    /// <summary>Bits 128 to 191.</summary>
    public ulong Word2 { get; }

    /// <summary>Bits 192 to 255.</summary>
    public ulong Word3 { get; }

    /// <summary>Number of set bits, 0 to 256. A hash of a real picture has 128 of them, ties apart.</summary>
    public int PopCount =>
        BitOperations.PopCount(Word0)
        + BitOperations.PopCount(Word1)
        + BitOperations.PopCount(Word2)
        + BitOperations.PopCount(Word3);

    /// <summary>Hamming distance in bits, 0 to 256.</summary>
    public int DistanceTo(in PdqHash other) =>
        new PdqHash(
            Word0 ^ other.Word0,
            Word1 ^ other.Word1,
            Word2 ^ other.Word2,
            Word3 ^ other.Word3
        ).PopCount;

    /// <param name="bytes">32 bytes, highest bits first: the order of the text form.</param>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public static PdqHash FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != ByteLength)
        {
            throw new ArgumentException(
                $"A PDQ hash has {ByteLength} bytes, not {bytes.Length}.",
                nameof(bytes)
            );
        }
        return new PdqHash(
            BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes)
        );
    }

    /// <summary>
    /// Writes the 32 bytes, highest bits first, to the start of <paramref name="destination"/>.
    /// </summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, Word3);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Word2);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], Word1);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], Word0);
    }

    /// <summary>Reads 64 hexadecimal characters of either case, no prefix and no spaces.</summary>
    public static bool TryParse(ReadOnlySpan<char> hex, out PdqHash hash)
    {
        Span<byte> bytes = stackalloc byte[ByteLength];
        var ok = Hex.TryDecode(hex, bytes);
        hash = ok ? FromBytes(bytes) : default;
        return ok;
    }

    /// <summary>64 lower-case hexadecimal characters. The value is a secret: never log it.</summary>
    public string ToHex()
    {
        Span<byte> bytes = stackalloc byte[ByteLength];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    public bool Equals(PdqHash other) =>
        Word0 == other.Word0 && Word1 == other.Word1 && Word2 == other.Word2 && Word3 == other.Word3;

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is PdqHash other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Word0, Word1, Word2, Word3);

    public static bool operator ==(PdqHash left, PdqHash right) => left.Equals(right);

    public static bool operator !=(PdqHash left, PdqHash right) => !left.Equals(right);

    /// <summary>The name only: a value in a log would be a leak.</summary>
    public override string ToString() => "PDQ hash";
}
