using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Vigil.Files;

namespace Vigil.Evidence;

/// <summary>The secret half of a <see cref="VerifierKey"/>. Kept out of logs: it has no text form but its
/// file.</summary>
public sealed class SigningKey : IDisposable
{
    private const string Prefix = "PRIVATE+KEY+";
    private const int MaxFileBytes = 1024;

    private const UnixFileMode OwnersOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly byte[] _secret = GC.AllocateArray<byte>(Sodium.SecretKeyBytes, pinned: true);

    private SigningKey(string name, SignatureType type, byte[] seed)
    {
        var publicKey = new byte[Sodium.PublicKeyBytes];
        Sodium.MakeKeyPair(seed, publicKey, _secret);
        Verifier = new VerifierKey(name, type, publicKey);
    }

    public VerifierKey Verifier { get; }

    /// <summary>
    /// The key in a file of mode 0600, made there when there is none. The file has the form that other
    /// implementations of signed notes read: <c>PRIVATE+KEY+name+id+base64</c>.
    /// </summary>
    /// <param name="path">Its folder must exist.</param>
    /// <param name="name">Of the ledger (its origin, as <c>vigil.example/ledger</c>) or of the witness.</param>
    /// <param name="type">A ledger's is Ed25519, a witness's Cosignature.</param>
    /// <exception cref="LedgerException">Another name or type, malformed, or readable by others.</exception>
    /// <exception cref="FileInUseException">Another process is making it.</exception>
    public static SigningKey OpenOrCreate(string path, string name, SignatureType type)
    {
        ArgumentNullException.ThrowIfNull(name);
        var full = Path.GetFullPath(path);
        // The race it prevents: two processes that each make a key, where one signs with a lost one.
        using var taken =
            FolderLock.TryTake(Path.GetDirectoryName(full)!, Path.GetFileName(full) + ".lock")
            ?? throw new FileInUseException($"'{path}' is being made by another process: try again.");
        if (!Path.Exists(full))
        {
            Create(full, name, type);
        }
        var key = Read(full);
        if (key.Verifier.Name == name && key.Verifier.Type == type)
        {
            return key;
        }
        key.Dispose();
        throw new LedgerException(
            LedgerProblem.Malformed,
            $"'{path}' is the key of '{key.Verifier.Name}', not of '{name}': name the right file, or the right name."
        );
    }

    /// <summary>The key that belongs to a secret which is kept elsewhere; signs notes.</summary>
    /// <param name="name">Of the key.</param>
    /// <param name="seed">32 secret bytes; the caller clears them.</param>
    public static SigningKey FromSeed(string name, byte[] seed)
    {
        ArgumentNullException.ThrowIfNull(seed);
        return new SigningKey(name, SignatureType.Ed25519, seed);
    }

    /// <summary>Signs a note's text; a witness's key signs it with the time.</summary>
    internal byte[] Sign(byte[] text, DateTimeOffset now)
    {
        if (Verifier.Type == SignatureType.Ed25519)
        {
            return Sodium.Sign(text, _secret);
        }
        var time = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(time, now.ToUnixTimeSeconds());
        return [.. time, .. Sodium.Sign(VerifierKey.Cosigned(text, now.ToUnixTimeSeconds()), _secret)];
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_secret);

    /// <exception cref="LedgerException">Malformed.</exception>
    internal static SigningKey Parse(string text)
    {
        var parts = text.StartsWith(Prefix, StringComparison.Ordinal)
            ? text[Prefix.Length..].Split('+', 3)
            : [];
        if (
            parts is [var name, var id, var material]
            && Base64.TryDecode(material, out var bytes)
            && bytes.Length == 1 + Sodium.SeedBytes
            && Enum.IsDefined((SignatureType)bytes[0])
            && VerifierKey.IsName(name)
        )
        {
            var seed = bytes[1..];
            var key = new SigningKey(name, (SignatureType)bytes[0], seed);
            CryptographicOperations.ZeroMemory(seed);
            CryptographicOperations.ZeroMemory(bytes);
            if (VerifierKey.IdText(key.Verifier.Id) == id)
            {
                return key;
            }
            key.Dispose();
        }
        throw VerifierKey.Malformed("Not a signing key, or damaged: put the key file back from its backup.");
    }

    private static SigningKey Read(string path)
    {
        using var file = InputFile.OpenRead(path);
        if ((new FileInfo(path).UnixFileMode & ~OwnersOnly) != UnixFileMode.None)
        {
            throw new LedgerException(
                LedgerProblem.Malformed,
                $"'{path}' can be used by others than its owner: run chmod 600 on it, and make a new key if "
                    + "anybody did."
            );
        }
        var bytes = GC.AllocateArray<byte>(MaxFileBytes, pinned: true);
        try
        {
            var count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return Parse(Encoding.UTF8.GetString(bytes, 0, count).TrimEnd('\n'));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static void Create(string path, string name, SignatureType type)
    {
        var seed = RandomNumberGenerator.GetBytes(Sodium.SeedBytes);
        using var key = new SigningKey(name, type, seed);
        byte[] material = [(byte)type, .. seed];
        var id = VerifierKey.IdText(key.Verifier.Id);
        var line = $"{Prefix}{name}+{id}+{Convert.ToBase64String(material)}\n";
        Durable.Replace(path, stream => stream.Write(Encoding.UTF8.GetBytes(line)));
        CryptographicOperations.ZeroMemory(seed);
        CryptographicOperations.ZeroMemory(material);
    }
}
