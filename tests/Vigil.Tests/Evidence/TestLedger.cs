using System.Text;
using Vigil.Evidence;
using Vigil.Tests.Files;

namespace Vigil.Tests.Evidence;

/// <summary>A ledger in a folder of its own with its key, and short ways to fill and verify it.</summary>
internal sealed class TestLedger : IDisposable
{
    public const string Origin = "test.example/ledger";

    public TestFolder Root { get; } = new();

    public SigningKey Key { get; }

    public string Folder => Root["ledger"];

    public string KeyPath => Root["ledger.key"];

    public string Vkey => Key.Verifier.ToString();

    public LedgerFolder Reader => new(Folder, Key.Verifier);

    public TestLedger(string origin = Origin) =>
        Key = SigningKey.OpenOrCreate(KeyPath, origin, SignatureType.Ed25519);

    public static ReadOnlyMemory<byte> Entry(long index) => Encoding.ASCII.GetBytes($"entry {index}");

    public static ReadOnlyMemory<byte>[] Entries(long from, int count) =>
        [.. Enumerable.Range(0, count).Select(i => Entry(from + i))];

    public Ledger Open(Checkpoint? known = null) => Ledger.Open(Folder, Key, known);

    /// <summary>Opens, appends that many of the numbered entries, closes.</summary>
    public Checkpoint Grow(params int[] batches)
    {
        using var ledger = Open();
        foreach (var count in batches)
        {
            ledger.Append(Entries(ledger.Checkpoint.Size, count));
        }
        return ledger.Checkpoint;
    }

    public string this[string file] => Path.Combine(Folder, file);

    public void CopyTo(string other)
    {
        foreach (var file in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories))
        {
            if (file == this["ledger.lock"])
            {
                continue;
            }
            var target = Path.Combine(other, Path.GetRelativePath(Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }

    public void Dispose()
    {
        Key.Dispose();
        Root.Dispose();
    }
}
