using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Vigil.Files.Keys;

namespace Vigil.Files.Sealing;

/// <summary>
/// The head of a sealed file or log: which key opens it. Layout in the README; authenticated with every
/// chunk.
/// </summary>
internal sealed class SealHeader : IDisposable
{
    public const string FileKind = "VIGILSEA";
    public const string LogKind = "VIGILLOG";

    /// <summary>A file whose head lies apart, so that its key can be wrapped anew without touching the
    /// content.</summary>
    public const string ObjectKind = "VIGILOBJ";

    public const int NoncePrefixBytes = 7;

    /// <summary>Everything before the tenant's name.</summary>
    public const int FixedBytes = WrappedOffset + SecretKey.WrappedBytes;

    private const ushort Version = 1;
    private const int KindBytes = 8;
    private const int RingOffset = KindBytes + 2 * sizeof(ushort);
    private const int EpochOffset = RingOffset + RingState.IdBytes;
    private const int NonceOffset = EpochOffset + sizeof(int);
    private const int TenantLengthOffset = NonceOffset + NoncePrefixBytes;
    private const int WrappedOffset = TenantLengthOffset + 1;

    private readonly byte[] _noncePrefix;

    private SealHeader(string kind, byte[] bytes, SecretKey key, SealContext context)
    {
        Bytes = bytes;
        _noncePrefix = bytes[NonceOffset..(NonceOffset + NoncePrefixBytes)];
        Cipher = key.NewCipher();
        BoundTo = Keys.BoundTo.Content(kind == ObjectKind ? WithoutKey(bytes) : bytes, context);
    }

    private SealHeader(byte[] bytes, AesGcm cipher)
    {
        Bytes = bytes;
        Cipher = cipher;
        BoundTo = bytes;
        _noncePrefix = new byte[NoncePrefixBytes];
    }

    public byte[] Bytes { get; }

    /// <summary>Under the object's own key.</summary>
    public AesGcm Cipher { get; }

    /// <summary>The additional authenticated data of every chunk or record.</summary>
    public byte[] BoundTo { get; }

    public ReadOnlySpan<byte> NoncePrefix => _noncePrefix;

    /// <summary>Of a file with a key and a head of its own: the key is used once, so the prefix says nothing.</summary>
    public static SealHeader UnderKey(byte[] head, ReadOnlySpan<byte> key) =>
        new(head, new AesGcm(key, SealedFile.TagBytes));

    public static SealHeader New(string kind, KeyRing keys, SealContext context, int? ofEpoch = null)
    {
        RequireDrill(keys, context);
        var (key, epoch, wrapped) = keys.NewObjectKey(kind, context, ofEpoch);
        using (key)
        {
            return new SealHeader(kind, Layout(kind, keys, context, epoch, wrapped), key, context);
        }
    }

    /// <summary>Every file, log and object of a ring is begun above or below, and nowhere else.</summary>
    private static void RequireDrill(KeyRing keys, SealContext context)
    {
        if (!context.BeforeDrill)
        {
            keys.RequireDrill();
        }
    }

    private static byte[] Layout(string kind, KeyRing keys, SealContext context, int epoch, byte[] wrapped)
    {
        var bytes = new byte[LengthFor(context)];
        Encoding.ASCII.GetBytes(kind, bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(KindBytes), Version);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(KindBytes + 2), Keys.BoundTo.Aes256Gcm);
        keys.Id.CopyTo(bytes, RingOffset);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(EpochOffset), epoch);
        RandomNumberGenerator.Fill(bytes.AsSpan(NonceOffset, NoncePrefixBytes));
        bytes[TenantLengthOffset] = (byte)Encoding.UTF8.GetBytes(context.Tenant, bytes.AsSpan(FixedBytes));
        wrapped.CopyTo(bytes, WrappedOffset);
        return bytes;
    }

    /// <summary>Of an object whose head is made at its end, by <see cref="SealedObject"/>.</summary>
    public static SealHeader OfObject(KeyRing keys, SealContext context, SecretKey key)
    {
        RequireDrill(keys, context);
        var (epoch, wrapped) = keys.WrapObjectKey(ObjectKind, context, key);
        var bytes = Layout(ObjectKind, keys, context, epoch, wrapped);
        return new SealHeader(ObjectKind, bytes, key, context);
    }

    /// <summary>Bytes of the head of an object of this context.</summary>
    public static int LengthFor(SealContext context) =>
        FixedBytes + Encoding.UTF8.GetByteCount(context.Tenant);

    /// <summary>Under which epoch the key of a head is wrapped.</summary>
    public static int EpochOf(ReadOnlySpan<byte> head) =>
        head.Length >= FixedBytes
            ? BinaryPrimitives.ReadInt32LittleEndian(head[EpochOffset..])
            : throw Broken("is cut");

    /// <summary>A head that lies in a file of its own.</summary>
    public static SealHeader ReadApart(ReadOnlySpan<byte> head, KeyRing keys, SealContext context)
    {
        using var source = new MemoryStream(head.ToArray());
        var header = TryRead(ObjectKind, source, keys, context) ?? throw Broken("is cut");
        if (source.Position == source.Length)
        {
            return header;
        }
        header.Dispose();
        throw Broken("has bytes behind its head");
    }

    /// <summary>The same head with the key wrapped by the tenant's newest epoch.</summary>
    public static byte[] Rewrap(ReadOnlySpan<byte> head, KeyRing keys, SealContext context)
    {
        // For its checks: kind, version, ring, tenant, length, and a key that opens.
        ReadApart(head, keys, context).Dispose();
        var wrapped = head.Slice(WrappedOffset, SecretKey.WrappedBytes);
        using var key = keys.OpenObjectKey(ObjectKind, context, EpochOf(head), wrapped)!;
        return Rewrap(head, keys, context, key);
    }

    /// <summary>The same head with this key, which is its own, wrapped by the tenant's newest epoch.</summary>
    public static byte[] Rewrap(ReadOnlySpan<byte> head, KeyRing keys, SealContext context, SecretKey key)
    {
        var (epoch, again) = keys.WrapObjectKey(ObjectKind, context, key);
        var bytes = head.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(EpochOffset), epoch);
        again.CopyTo(bytes, WrappedOffset);
        return bytes;
    }

    /// <summary>What a chunk is bound to where the wrapping may change: each object has its own key all
    /// the same.</summary>
    private static byte[] WithoutKey(byte[] bytes)
    {
        byte[] rest = [.. bytes];
        rest.AsSpan(EpochOffset, sizeof(int)).Clear();
        rest.AsSpan(WrappedOffset, SecretKey.WrappedBytes).Clear();
        return rest;
    }

    /// <summary>True when the bytes can be the beginning of such a head.</summary>
    public static bool MayBegin(string kind, ReadOnlySpan<byte> bytes)
    {
        var magic = Encoding.ASCII.GetBytes(kind);
        var count = Math.Min(bytes.Length, magic.Length);
        return bytes[..count].SequenceEqual(magic.AsSpan(0, count));
    }

    /// <summary>Null when the source ends within the head.</summary>
    /// <exception cref="SealBrokenException">Not such a head, altered, or bound to something
    /// else.</exception>
    /// <exception cref="KeyRingException">Its epoch is destroyed or unknown.</exception>
    public static SealHeader? TryRead(string kind, Stream source, KeyRing keys, SealContext context)
    {
        var head = new byte[FixedBytes];
        var count = source.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (!MayBegin(kind, head.AsSpan(0, count)))
        {
            throw new SealBrokenException(
                "Not a sealed file of this kind: check that the right file is named."
            );
        }
        if (count < head.Length)
        {
            return null;
        }
        var tenant = new byte[head[TenantLengthOffset]];
        if (source.ReadAtLeast(tenant, tenant.Length, throwOnEndOfStream: false) < tenant.Length)
        {
            return null;
        }
        return Open([.. head, .. tenant], kind, keys, context);
    }

    private static SealHeader Open(byte[] bytes, string kind, KeyRing keys, SealContext context)
    {
        if (
            BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(KindBytes)) != Version
            || BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(KindBytes + 2)) != Keys.BoundTo.Aes256Gcm
        )
        {
            throw new SealBrokenException(
                "The sealed file is of a format or algorithm this version does not know, or altered: update, or take "
                    + "it from a backup."
            );
        }
        if (!bytes.AsSpan(RingOffset, RingState.IdBytes).SequenceEqual(keys.Id))
        {
            throw new SealBrokenException(
                "The file was sealed with another key ring: use the key folder of the installation that made it."
            );
        }
        if (!bytes.AsSpan(FixedBytes).SequenceEqual(Encoding.UTF8.GetBytes(context.Tenant)))
        {
            throw Broken("belongs to another tenant");
        }
        var epoch = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(EpochOffset));
        var wrapped = bytes.AsSpan(WrappedOffset, SecretKey.WrappedBytes);
        using var key = keys.OpenObjectKey(kind, context, epoch, wrapped);
        return key is null
            ? throw Broken("is altered, or was sealed under another name or version")
            : new SealHeader(kind, bytes, key, context);
    }

    public static SealBrokenException Broken(string how, Exception? inner = null) =>
        new($"The sealed file {how}: do not use it; take it from a backup or make it again.", inner);

    public void Dispose() => Cipher.Dispose();
}
