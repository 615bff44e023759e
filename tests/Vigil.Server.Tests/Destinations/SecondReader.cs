using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Vigil.Server.Tests.Destinations;

/// <summary>
/// Opens packages from their description alone (README of Vigil.Evidence, libsodium, the zip format, signed notes), with no
/// code of the library.
/// </summary>
internal static class SecondReader
{
    private const string Library = "libsodium.so.23";
    private const int Head = 8 + 2 + 20 + 80 + 24;

    /// <summary>A new pair, X25519.</summary>
    public static (byte[] Public, byte[] Secret) NewKeys()
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        return (PublicOf(secret), secret);
    }

    public static byte[] PublicOf(byte[] secret)
    {
        var publicKey = new byte[32];
        Must(sodium_init() >= 0 && crypto_scalarmult_base(publicKey, secret) == 0, "key");
        return publicKey;
    }

    /// <summary>Name to bytes; throws <see cref="FormatException"/> when anything is not as it must be.</summary>
    public static Dictionary<string, byte[]> Read(byte[] file, byte[] secretKey, string vkey)
    {
        var noteLength = (int)BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(file.Length - 4));
        var signed = file.AsSpan(0, file.Length - 4 - noteLength).ToArray();
        var text = Verified(file.AsSpan(signed.Length, noteLength).ToArray(), vkey);
        var digest = Convert.ToHexStringLower(SHA256.HashData(signed));
        Must(
            text.StartsWith($"vigil.package/1\nsigner {vkey}\nrecipient ", StringComparison.Ordinal),
            "title"
        );
        Must(
            text.EndsWith($"\nbytes {signed.Length}\nsha256 {digest}\n", StringComparison.Ordinal),
            "digest"
        );
        var zip = Decrypt(signed, secretKey);
        var parts = Unzip(zip);
        var manifest = JsonDocument.Parse(parts["manifest.json"]).RootElement;
        var note = Verified(parts["manifest.note"], vkey);
        var manifestDigest = Convert.ToHexStringLower(SHA256.HashData(parts["manifest.json"]));
        Must(note == $"vigil.package-manifest/1\nsha256 {manifestDigest}\n", "manifest");
        var listed = manifest.GetProperty("parts").EnumerateArray().ToList();
        Must(listed.Count == parts.Count - 2, "count");
        foreach (var part in listed)
        {
            var bytes = parts[part.GetProperty("name").GetString()!];
            Must(part.GetProperty("bytes").GetInt64() == bytes.Length, "length");
            Must(
                part.GetProperty("sha256").GetString() == Convert.ToHexStringLower(SHA256.HashData(bytes)),
                "part"
            );
        }
        return parts;
    }

    private static string Verified(byte[] note, string vkey)
    {
        var fields = vkey.Split('+', 3);
        var key = Convert.FromBase64String(fields[2])[1..];
        var whole = Encoding.UTF8.GetString(note);
        var end = whole.LastIndexOf("\n\n", StringComparison.Ordinal);
        var text = whole[..(end + 1)];
        var line = whole[(end + 2)..].TrimEnd('\n').Split(' ');
        Must(line[0] == "\u2014" && line[1] == fields[0], "name");
        var signature = Convert.FromBase64String(line[2]);
        Must(Convert.ToHexStringLower(signature[..4]) == fields[1], "id");
        var bytes = Encoding.UTF8.GetBytes(text);
        Must(crypto_sign_verify_detached(signature[4..], bytes, (ulong)bytes.Length, key) == 0, "signature");
        return text;
    }

    private static byte[] Decrypt(byte[] file, byte[] secret)
    {
        Must(Encoding.ASCII.GetString(file, 0, 8) == "VIGILPKG" && file[8] == 1 && file[9] == 0, "magic");
        var publicKey = PublicOf(secret);
        Must(file.AsSpan(10, 20).SequenceEqual(SHA256.HashData(publicKey).AsSpan(0, 20)), "recipient");
        var key = new byte[32];
        Must(crypto_box_seal_open(key, file[30..110], 80, publicKey, secret) == 0, "box");
        var state = new byte[52];
        Must(crypto_secretstream_xchacha20poly1305_init_pull(state, file[110..Head], key) == 0, "header");
        using var plain = new MemoryStream();
        var boundTo = file[..Head];
        for (var at = Head; at < file.Length; boundTo = [])
        {
            var count = Math.Min(65536 + 17, file.Length - at);
            var message = new byte[count];
            var result = crypto_secretstream_xchacha20poly1305_pull(
                state,
                message,
                out var length,
                out var tag,
                file[at..(at + count)],
                (ulong)count,
                boundTo,
                (ulong)boundTo.Length
            );
            at += count;
            Must(result == 0 && tag == 3 == (at == file.Length), "chunk");
            plain.Write(message, 0, (int)length);
        }
        return plain.ToArray();
    }

    /// <summary>By the central directory; entries are stored as they are.</summary>
    private static Dictionary<string, byte[]> Unzip(byte[] zip)
    {
        var parts = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var end = zip.Length - 22;
        Must(U32(zip, end) == 0x06054b50, "end");
        var at = (int)U32(zip, end + 16);
        for (var left = U16(zip, end + 10); left > 0; left--)
        {
            Must(U32(zip, at) == 0x02014b50, "directory");
            Must(U16(zip, at + 10) == 0, "stored");
            var size = (int)U32(zip, at + 24);
            Must(U32(zip, at + 20) == size, "size");
            var name = Encoding.UTF8.GetString(zip, at + 46, U16(zip, at + 28));
            var local = (int)U32(zip, at + 42);
            Must(U32(zip, local) == 0x04034b50, "local");
            var data = local + 30 + U16(zip, local + 26) + U16(zip, local + 28);
            parts.Add(name, zip[data..(data + size)]);
            at += 46 + U16(zip, at + 28) + U16(zip, at + 30) + U16(zip, at + 32);
        }
        return parts;
    }

    private static uint U32(byte[] bytes, int at) =>
        BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));

    private static ushort U16(byte[] bytes, int at) =>
        BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));

    private static void Must(bool holds, string what)
    {
        if (!holds)
        {
            throw new FormatException(what);
        }
    }

#pragma warning disable IDE1006 // the library's own names
    [DllImport(Library)]
    private static extern int sodium_init();

    [DllImport(Library)]
    private static extern int crypto_scalarmult_base(byte[] publicKey, byte[] secretKey);

    [DllImport(Library)]
    private static extern int crypto_sign_verify_detached(
        byte[] signature,
        byte[] message,
        ulong length,
        byte[] key
    );

    [DllImport(Library)]
    private static extern int crypto_box_seal_open(
        byte[] message,
        byte[] box,
        ulong length,
        byte[] pk,
        byte[] sk
    );

    [DllImport(Library)]
    private static extern int crypto_secretstream_xchacha20poly1305_init_pull(
        byte[] state,
        byte[] header,
        byte[] key
    );

    [DllImport(Library)]
    private static extern int crypto_secretstream_xchacha20poly1305_pull(
        byte[] state,
        byte[] message,
        out ulong length,
        out byte tag,
        byte[] chunk,
        ulong chunkLength,
        byte[] boundTo,
        ulong boundToLength
    );
#pragma warning restore IDE1006
}
