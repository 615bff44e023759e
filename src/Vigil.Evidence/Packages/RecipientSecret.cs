using System.Security.Cryptography;
using System.Text;
using Vigil.Files;

namespace Vigil.Evidence;

/// <summary>The secret half of a <see cref="RecipientKey"/>, in a file of its owner.</summary>
public sealed class RecipientSecret : IDisposable
{
    private const string Prefix = "PRIVATE+KEY+x25519+";
    private const int MaxFileBytes = 1024;

    private readonly byte[] _secret;

    private RecipientSecret(byte[] secret, RecipientKey key) => (_secret, Key) = (secret, key);

    public RecipientKey Key { get; }

    /// <summary>Makes a key in a new file of mode 0600.</summary>
    /// <exception cref="PackageException">There is a file already: it is not replaced.</exception>
    public static RecipientSecret Create(string path)
    {
        if (Path.Exists(path))
        {
            throw RecipientKey.Refused(
                $"'{path}' is there already, and a key is never replaced: name another file."
            );
        }
        var secret = RandomNumberGenerator.GetBytes(SodiumBox.KeyBytes);
        var line = Encoding.ASCII.GetBytes($"{Prefix}{Convert.ToBase64String(secret)}\n");
        Durable.Replace(path, stream => stream.Write(line));
        CryptographicOperations.ZeroMemory(line);
        return Of(secret);
    }

    /// <exception cref="PackageException">Not such a key.</exception>
    /// <exception cref="InputFileException">It cannot be read.</exception>
    public static RecipientSecret Open(string path)
    {
        using var file = InputFile.OpenRead(path);
        var bytes = GC.AllocateArray<byte>(MaxFileBytes, pinned: true);
        try
        {
            var count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            var line = Encoding.ASCII.GetString(bytes, 0, count).TrimEnd('\n', '\r');
            return
                line.StartsWith(Prefix, StringComparison.Ordinal)
                && Base64.TryDecode(line[Prefix.Length..], out var secret)
                && secret.Length == SodiumBox.KeyBytes
                ? Of(secret)
                : throw RecipientKey.Refused(
                    "Not a recipient's secret key: name the file that 'vigil package key' made."
                );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Null: not sealed to this key.</summary>
    internal byte[]? Unseal(byte[] box) => SodiumBox.Open(box, Key.Bytes, _secret);

    public void Dispose() => CryptographicOperations.ZeroMemory(_secret);

    private static RecipientSecret Of(byte[] secret)
    {
        var pinned = GC.AllocateArray<byte>(secret.Length, pinned: true);
        secret.CopyTo(pinned, 0);
        CryptographicOperations.ZeroMemory(secret);
        var key = SodiumBox.PublicOf(pinned) ?? throw RecipientKey.Refused("Not a secret key.");
        return new RecipientSecret(pinned, RecipientKey.FromBytes(key));
    }
}
