using System.Buffers.Binary;

namespace Vigil.Files.Keys;

/// <summary>What was done with a root key, and when.</summary>
internal enum RootDeed
{
    /// <summary>Its three shares were written down.</summary>
    Shared,

    /// <summary>A recovery drill passed.</summary>
    Drilled,
}

/// <summary>
/// That something was done with a root key, and when: sealed by the root key it was done with, so that it says nothing
/// of another one and cannot be written without it. Layout: <c>VIGILSHR</c> or <c>VIGILDRL</c>, version, algorithm,
/// milliseconds since 1970, nonce and tag.
/// </summary>
internal static class RootRecord
{
    public const int LengthBytes = ContentBytes + RingState.SealBytes;

    private const ushort Version = 1;
    private const int ContentBytes = 8 + 2 * sizeof(ushort) + sizeof(long);

    public static byte[] Write(RootDeed deed, SecretKey root, DateTimeOffset at)
    {
        var content = new byte[ContentBytes];
        MagicOf(deed).CopyTo(content);
        BinaryPrimitives.WriteUInt16LittleEndian(content.AsSpan(8), Version);
        BinaryPrimitives.WriteUInt16LittleEndian(content.AsSpan(10), BoundTo.Aes256Gcm);
        BinaryPrimitives.WriteInt64LittleEndian(content.AsSpan(12), at.ToUnixTimeMilliseconds());
        return [.. content, .. RingState.SealOf(root, content)];
    }

    /// <summary>Null when it is cut, altered, or of another root key: then it was never done.</summary>
    public static DateTimeOffset? Read(RootDeed deed, ReadOnlySpan<byte> file, SecretKey root)
    {
        if (file.Length != LengthBytes || !file.StartsWith(MagicOf(deed)))
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

    private static ReadOnlySpan<byte> MagicOf(RootDeed deed) =>
        deed == RootDeed.Shared ? "VIGILSHR"u8 : "VIGILDRL"u8;
}
