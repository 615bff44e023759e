using System.Security.Cryptography;
using System.Text;

namespace Vigil.Tests.Evidence;

/// <summary>
/// Verifies a ledger's folder from the specifications alone (c2sp.org/tlog-tiles, tlog-checkpoint, signed-note;
/// RFC 6962; RFC 8032), with no code of the library: files, lists of hashes, and the slow signature check.
/// </summary>
internal static class SecondVerifier
{
    private static readonly Dictionary<string, bool> Signatures = new(StringComparer.Ordinal);

    /// <summary>Empty when everything holds.</summary>
    public static List<string> Errors(string folder, string vkey)
    {
        var errors = new List<string>();
        try
        {
            var (size, root) = Head(File.ReadAllBytes(Path.Combine(folder, "checkpoint")), vkey);
            var leaves = Leaves(folder, size, errors);
            var level = 0;
            for (var hashes = leaves; hashes.Count > 0; level++)
            {
                CompareTiles(folder, level, hashes, errors);
                hashes = [.. hashes.Chunk(256).Where(tile => tile.Length == 256).Select(RootOfHashes)];
            }
            if (!RootOfHashes([.. leaves]).AsSpan().SequenceEqual(root))
            {
                errors.Add("root");
            }
        }
        catch (Exception e)
            when (e
                    is FormatException
                        or IOException
                        or OverflowException
                        or ArgumentException
                        or IndexOutOfRangeException
            )
        {
            errors.Add(e.Message);
        }
        return errors;
    }

    /// <summary>Every file that a tree of this size needs, by the rules of tlog-tiles.</summary>
    public static List<string> FilesOf(long size)
    {
        var files = new List<string> { "checkpoint" };
        foreach (var (index, width) in Tiles(size))
        {
            files.Add(Name("entries", index, width));
        }
        var level = 0;
        for (var hashes = size; hashes > 0; hashes /= 256, level++)
        {
            files.AddRange(Tiles(hashes).Select(tile => Name(level.ToString(), tile.Index, tile.Width)));
        }
        return files;
    }

    public static (long Size, byte[] Root) Head(byte[] note, string vkey)
    {
        var text = new UTF8Encoding(false, true).GetString(note);
        if (!text.EndsWith('\n') || text.Any(c => c < ' ' && c != '\n'))
        {
            throw new FormatException("not a note");
        }
        var cut = text.LastIndexOf("\n\n", StringComparison.Ordinal);
        var (body, signatures) = (text[..(cut + 1)], text[(cut + 2)..]);
        var first = vkey.IndexOf('+');
        var (name, material) = (vkey[..first], Strict(vkey[(first + 10)..]));
        byte[] named = [.. Encoding.UTF8.GetBytes(name), 10, .. material];
        var id = SHA256.HashData(named)[..4];
        var isSigned = false;
        foreach (var line in signatures.Split('\n')[..^1])
        {
            var parts = line.Split(' ');
            var blob = Strict(parts[2]);
            if (parts[0] != "—" || parts.Length != 3)
            {
                throw new FormatException("signature line");
            }
            isSigned |=
                parts[1] == name
                && blob[..4].AsSpan().SequenceEqual(id)
                && Holds(blob[4..], body, material[1..]);
        }
        var lines = body.Split('\n');
        return isSigned && lines[0] == name && lines[1] == long.Parse(lines[1]).ToString()
            ? (long.Parse(lines[1]), Strict(lines[2]))
            : throw new FormatException("not signed by the key, or malformed");
    }

    private static byte[] Strict(string base64)
    {
        var bytes = Convert.FromBase64String(base64);
        return Convert.ToBase64String(bytes) == base64 ? bytes : throw new FormatException("base64");
    }

    private static bool Holds(byte[] signature, string text, byte[] key)
    {
        var name = Convert.ToHexString(signature) + text + Convert.ToHexString(key);
        lock (Signatures)
        {
            if (!Signatures.TryGetValue(name, out var holds))
            {
                Signatures[name] = holds = SlowEd25519.Verify(signature, Encoding.UTF8.GetBytes(text), key);
            }
            return holds;
        }
    }

    private static List<byte[]> Leaves(string folder, long size, List<string> errors)
    {
        var leaves = new List<byte[]>();
        foreach (var (index, width) in Tiles(size))
        {
            var bytes = File.ReadAllBytes(Path.Combine(folder, Name("entries", index, width)));
            var count = 0;
            for (var at = 0; at < bytes.Length; count++)
            {
                var end = at + 2 + (bytes[at] << 8 | bytes[at + 1]);
                leaves.Add(SHA256.HashData([0, .. bytes[(at + 2)..end]]));
                at = end;
            }
            if (count != width)
            {
                errors.Add($"bundle {index}");
            }
        }
        return leaves;
    }

    private static void CompareTiles(string folder, int level, List<byte[]> hashes, List<string> errors)
    {
        foreach (var (index, width) in Tiles(hashes.Count))
        {
            var tile = File.ReadAllBytes(Path.Combine(folder, Name(level.ToString(), index, width)));
            var expected = hashes.Skip((int)index * 256).Take(width).SelectMany(hash => hash);
            if (!tile.SequenceEqual(expected))
            {
                errors.Add($"tile {level} {index}");
            }
        }
    }

    private static IEnumerable<(long Index, int Width)> Tiles(long count)
    {
        for (long index = 0; index * 256 < count; index++)
        {
            yield return (index, (int)Math.Min(256, count - index * 256));
        }
    }

    private static string Name(string level, long index, int width)
    {
        var groups = new List<string> { $"{index % 1000:000}" };
        for (index /= 1000; index > 0; index /= 1000)
        {
            groups.Insert(0, $"x{index % 1000:000}");
        }
        return $"tile/{level}/{string.Join('/', groups)}{(width < 256 ? $".p/{width}" : "")}";
    }

    private static byte[] RootOfHashes(byte[][] hashes)
    {
        if (hashes.Length <= 1)
        {
            return hashes.Length == 1 ? hashes[0] : SHA256.HashData([]);
        }
        var k = 1;
        while (2 * k < hashes.Length)
        {
            k *= 2;
        }
        return SHA256.HashData([1, .. RootOfHashes(hashes[..k]), .. RootOfHashes(hashes[k..])]);
    }
}
