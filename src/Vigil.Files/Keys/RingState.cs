using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Vigil.Files.Keys;

/// <summary>
/// All keys under the root, and their form on disk (<c>keys.ring</c>, layout in the README).
/// </summary>
internal sealed partial class RingState : IDisposable
{
    public const int IdBytes = 16;
    public const int FingerprintBytes = 16;

    /// <summary>Tenants in one ring.</summary>
    public const int MaxTenants = 10_000;

    private const ushort Version = 1;
    private const int FingerprintOffset = 12;
    private const int FixedBytes = FingerprintOffset + FingerprintBytes + IdBytes + sizeof(int);
    internal const int SealBytes = 12 + 16;

    private static ReadOnlySpan<byte> Magic => "VIGILKEY"u8;

    private RingState(byte[] id) => Id = id;

    /// <summary>
    /// Random, made with the ring: sealed objects carry it, so that a foreign ring is told from damage.
    /// </summary>
    public byte[] Id { get; }

    public SortedDictionary<string, TenantKeys> Tenants { get; } = new(StringComparer.Ordinal);

    public static RingState New() => new(RandomNumberGenerator.GetBytes(IdBytes));

    /// <summary>The tenant's keys, made where <paramref name="create"/> and missing.</summary>
    public TenantKeys Tenant(string name, bool create = false)
    {
        if (Tenants.TryGetValue(name, out var tenant))
        {
            return tenant;
        }
        if (!create)
        {
            throw new KeyRingException(
                KeyRingProblem.UnknownTenant,
                $"The key ring has no tenant '{name}': begin its first epoch (KeyRing.NewEpoch), or correct the name."
            );
        }
        if (!TenantName().IsMatch(name))
        {
            throw new ArgumentException(
                "A tenant's name is 1 to 64 of a-z, 0-9, '-', '_', '.'; of keys apart, a slash and a word follow.",
                nameof(name)
            );
        }
        if (Tenants.Count >= MaxTenants)
        {
            throw new KeyRingException(
                KeyRingProblem.TooMany,
                $"The ring has {MaxTenants} tenants, the most it holds: begin a new ring in another folder."
            );
        }
        return Tenants[name] = new TenantKeys(SecretKey.Random());
    }

    public byte[] Write(SecretKey root)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(Magic);
        writer.Write(Version);
        writer.Write(BoundTo.Aes256Gcm);
        writer.Write(root.Fingerprint());
        writer.Write(Id);
        writer.Write(Tenants.Count);
        foreach (var (name, tenant) in Tenants)
        {
            writer.Write(name);
            writer.Write(root.Wrap(tenant.Key, BoundTo.TenantKey(name)));
            writer.Write(tenant.Epochs.Count);
            foreach (var (id, key) in tenant.Epochs)
            {
                writer.Write(id);
                writer.Write(key is not null);
                if (key is not null)
                {
                    writer.Write(tenant.Key.Wrap(key, BoundTo.EpochKey(name, id)));
                }
            }
        }
        writer.Flush();
        return [.. bytes.ToArray(), .. SealOf(root, bytes.ToArray())];
    }

    /// <summary>
    /// Of the root key that a ring file was written with; null when it is too short to say.
    /// </summary>
    public static byte[]? FingerprintIn(byte[] file) =>
        file.Length < FixedBytes ? null : file[FingerprintOffset..(FingerprintOffset + FingerprintBytes)];

    /// <exception cref="KeyRingException">Damaged, or of another root key.</exception>
    public static RingState Read(byte[] file, SecretKey root, string path)
    {
        if (file.Length < FixedBytes + SealBytes || !file.AsSpan().StartsWith(Magic))
        {
            throw Damaged(path, "is not a key ring or is cut");
        }
        var version = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(Magic.Length));
        var algorithm = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(Magic.Length + 2));
        if (version != Version || algorithm != BoundTo.Aes256Gcm)
        {
            throw Damaged(path, "is of a format or algorithm this version does not know");
        }
        if (!root.Fingerprint().AsSpan().SequenceEqual(FingerprintIn(file)))
        {
            throw new KeyRingException(
                KeyRingProblem.RootKeyForeign,
                $"The root key does not belong to '{path}': put back the root.key of this installation from its backup."
            );
        }
        var content = file.AsSpan(0, file.Length - SealBytes);
        if (!IsSealOf(root, content, file.AsSpan(content.Length)))
        {
            throw Damaged(path, "is altered");
        }
        return ReadAuthentic(content.ToArray(), root, path);
    }

    private static RingState ReadAuthentic(byte[] content, SecretKey root, string path)
    {
        using var reader = new BinaryReader(new MemoryStream(content));
        reader.BaseStream.Position = FingerprintOffset + FingerprintBytes;
        var state = new RingState(reader.ReadBytes(IdBytes));
        for (var tenants = reader.ReadInt32(); tenants > 0; tenants--)
        {
            var name = reader.ReadString();
            var tenant = new TenantKeys(Unwrap(reader, root, BoundTo.TenantKey(name), path));
            state.Tenants.Add(name, tenant);
            for (var epochs = reader.ReadInt32(); epochs > 0; epochs--)
            {
                var id = reader.ReadInt32();
                var isLive = reader.ReadBoolean();
                tenant.Epochs.Add(
                    id,
                    isLive ? Unwrap(reader, tenant.Key, BoundTo.EpochKey(name, id), path) : null
                );
            }
        }
        return state;
    }

    private static SecretKey Unwrap(BinaryReader reader, SecretKey outer, byte[] boundTo, string path) =>
        outer.TryUnwrap(reader.ReadBytes(SecretKey.WrappedBytes), boundTo)
        ?? throw Damaged(path, "holds a key that was not wrapped here");

    /// <summary>
    /// A GCM tag over the whole file, under the root key: no entry can be taken out or put in unseen.
    /// </summary>
    internal static byte[] SealOf(SecretKey root, ReadOnlySpan<byte> content)
    {
        var seal = new byte[SealBytes];
        RandomNumberGenerator.Fill(seal.AsSpan(0, 12));
        using var cipher = root.NewCipher();
        cipher.Encrypt(seal.AsSpan(0, 12), [], [], seal.AsSpan(12), content);
        return seal;
    }

    internal static bool IsSealOf(SecretKey root, ReadOnlySpan<byte> content, ReadOnlySpan<byte> seal)
    {
        using var cipher = root.NewCipher();
        try
        {
            cipher.Decrypt(seal[..12], [], seal[12..], [], content);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    private static KeyRingException Damaged(string path, string how) =>
        new(
            KeyRingProblem.Damaged,
            $"'{path}' {how}: put the key files back from their backup. Nothing was changed."
        );

    public void Dispose()
    {
        foreach (var tenant in Tenants.Values)
        {
            tenant.Dispose();
        }
    }

    [GeneratedRegex(@"^[a-z0-9._-]{1,64}(?:/[a-z]{1,16})?\z", RegexOptions.NonBacktracking)]
    private static partial Regex TenantName();
}
