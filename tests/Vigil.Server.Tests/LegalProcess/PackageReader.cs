using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace Vigil.Server.Tests.LegalProcess;

/// <summary>
/// A second reader of packages, from the README alone: slow, whole in memory, shares nothing with the writer. Throws
/// for whatever is not as it was sealed.
/// </summary>
internal static class PackageReader
{
    private const int ChunkBytes = 64 * 1024;
    private const int TagBytes = 16;
    private const string Library = "libsodium.so.23";

    public static (byte[] Public, byte[] Secret) NewKeys()
    {
        var (publicKey, secret) = (new byte[32], new byte[32]);
        Assert.True(sodium_init() >= 0);
        Assert.Equal(0, crypto_box_keypair(publicKey, secret));
        return (publicKey, secret);
    }

    /// <summary>Names and bytes of all files, each compared with the manifest.</summary>
    public static Dictionary<string, byte[]> Read(byte[] package, byte[] publicKey, byte[] secret)
    {
        using var zip = new ZipArchive(new MemoryStream(Open(package, publicKey, secret)));
        var files = zip.Entries.ToDictionary(entry => entry.FullName, BytesOf);
        var manifest = JsonDocument.Parse(files["manifest.json"]).RootElement;
        var listed = manifest.GetProperty("files").EnumerateArray().ToList();
        if (listed.Count != files.Count - 1)
        {
            throw new InvalidDataException("The manifest names other files.");
        }
        foreach (var file in listed)
        {
            var bytes = files[file.GetProperty("name").GetString()!];
            if (
                file.GetProperty("bytes").GetInt64() != bytes.Length
                || file.GetProperty("sha256").GetString() != Convert.ToHexStringLower(SHA256.HashData(bytes))
            )
            {
                throw new InvalidDataException("A file is not as the manifest says.");
            }
        }
        return files;
    }

    /// <summary>The plain zip.</summary>
    public static byte[] Open(byte[] package, byte[] publicKey, byte[] secret)
    {
        var head = package.AsSpan(0, 12 + 80).ToArray();
        if (
            !head.AsSpan(0, 8).SequenceEqual("VIGILPKG"u8)
            || BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(8)) != 1
            || BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(10)) != 1
        )
        {
            throw new InvalidDataException("Not such a package.");
        }
        var key = new byte[32];
        if (crypto_box_seal_open(key, head[12..], 80, publicKey, secret) != 0)
        {
            throw new CryptographicException("Another key.");
        }
        using var cipher = new AesGcm(key, TagBytes);
        using var plain = new MemoryStream();
        var rest = package.AsSpan(head.Length).ToArray();
        var counter = 0;
        for (var at = 0; ; counter++)
        {
            var length = Math.Min(ChunkBytes + TagBytes, rest.Length - at);
            var isLast = at + length == rest.Length;
            var nonce = new byte[12];
            BinaryPrimitives.WriteInt32BigEndian(nonce.AsSpan(7), counter);
            nonce[11] = isLast ? (byte)1 : (byte)0;
            var chunk = new byte[length - TagBytes];
            cipher.Decrypt(
                nonce,
                rest[at..(at + chunk.Length)],
                rest[(at + chunk.Length)..(at + length)],
                chunk,
                head
            );
            plain.Write(chunk);
            at += length;
            if (isLast)
            {
                return plain.ToArray();
            }
        }
    }

    private static byte[] BytesOf(ZipArchiveEntry entry)
    {
        using var source = entry.Open();
        using var bytes = new MemoryStream();
        source.CopyTo(bytes);
        return bytes.ToArray();
    }

    [DllImport(Library)]
    private static extern int sodium_init();

    [DllImport(Library)]
    private static extern int crypto_box_keypair(byte[] publicKey, byte[] secretKey);

    [DllImport(Library)]
    private static extern int crypto_box_seal_open(
        byte[] message,
        byte[] box,
        ulong boxLength,
        byte[] publicKey,
        byte[] secretKey
    );
}
