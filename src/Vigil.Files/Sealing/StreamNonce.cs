using System.Buffers.Binary;

namespace Vigil.Files.Sealing;

/// <summary>
/// The nonce of a chunk in the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizar, "Online
/// Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", 2015): prefix, counter, whether it is the
/// last.
/// </summary>
internal static class StreamNonce
{
    public const int LengthBytes = SealHeader.NoncePrefixBytes + sizeof(uint) + 1;

    public static void Write(Span<byte> nonce, ReadOnlySpan<byte> prefix, uint counter, bool isLast)
    {
        prefix.CopyTo(nonce);
        BinaryPrimitives.WriteUInt32BigEndian(nonce[prefix.Length..], counter);
        nonce[^1] = isLast ? (byte)1 : (byte)0;
    }
}
