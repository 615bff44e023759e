using System.Buffers.Binary;

namespace Vigil.Files.Keys;

/// <summary>
/// That a recovery drill passed, and when: sealed by the root key it was made of, so that it says nothing of
/// another one and cannot be written without it. Layout: <c>VIGILDRL</c>, version, algorithm, milliseconds since
/// 1970, nonce and tag.
/// </summary>
internal static class DrillRecord
{
    public const int LengthBytes = ContentBytes + RingState.SealBytes;

    private const ushort Version = 1;
    private const int ContentBytes = 8 + 2 * sizeof(ushort) + sizeof(long);

    private static ReadOnlySpan<byte> Magic => "VIGILDRL"u8;

    public static byte[] Write(SecretKey root, DateTimeOffset at)
    {
        var content = new byte[ContentBytes];
        Magic.CopyTo(content);
        BinaryPrimitives.WriteUInt16LittleEndian(content.AsSpan(8), Version);
        BinaryPrimitives.WriteUInt16LittleEndian(content.AsSpan(10), BoundTo.Aes256Gcm);
        BinaryPrimitives.WriteInt64LittleEndian(content.AsSpan(12), at.ToUnixTimeMilliseconds());
        return [.. content, .. RingState.SealOf(root, content)];
    }

    /// <summary>Null when it is cut, altered, or of another root key: then there was no drill.</summary>
    public static DateTimeOffset? Read(ReadOnlySpan<byte> file, SecretKey root)
    {
        if (file.Length != LengthBytes || !file.StartsWith(Magic))
        {
            return null;
        }
        var content = file[..ContentBytes];
        return
            BinaryPrimitives.ReadUInt16LittleEndian(content[8..]) == Version
            && RingState.IsSealOf(root, content, file[ContentBytes..])
            ? DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(content[12..]))
            : null;
    }
}
