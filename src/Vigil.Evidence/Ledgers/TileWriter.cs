using Vigil.Files;

namespace Vigil.Evidence;

/// <summary>Writes bundles and tiles, each file whole and durable before the checkpoint that needs it.</summary>
internal sealed class TileWriter(string folder)
{
    /// <summary>Folders known to be durable, so that they are not synced for every file.</summary>
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);

    /// <summary>Adds the entries to the tree and writes every bundle and tile that changes by it.</summary>
    /// <param name="tree">Of the entries before.</param>
    /// <param name="open">The entries of the bundle that is not full.</param>
    public void Write(
        OpenTree tree,
        IReadOnlyList<ReadOnlyMemory<byte>> entries,
        IReadOnlyList<ReadOnlyMemory<byte>> open
    )
    {
        using var bundle = new MemoryStream();
        foreach (var entry in open)
        {
            EntryBundle.Append(bundle, entry.Span);
        }
        var before = Enumerable.Range(0, tree.Levels).Select(level => Place(tree, level)).ToList();
        foreach (var entry in entries)
        {
            EntryBundle.Append(bundle, entry.Span);
            tree.Add(TreeHash.OfEntry(entry.Span), WriteTile);
            if (tree.Size % OpenTree.TileWidth == 0)
            {
                WriteFile(
                    TilePath.Full(TilePath.Entries, tree.Size / OpenTree.TileWidth - 1),
                    bundle.ToArray()
                );
                bundle.SetLength(0);
            }
        }
        if (bundle.Length > 0)
        {
            var (index, hashes) = tree.Tile(0);
            WriteFile(TilePath.Of(TilePath.Entries, index, hashes.Count), bundle.ToArray());
        }
        for (var level = 0; level < tree.Levels; level++)
        {
            var (index, hashes) = tree.Tile(level);
            if (hashes.Count > 0 && (level >= before.Count || before[level] != Place(tree, level)))
            {
                WriteTile(level, index, hashes);
            }
        }
    }

    /// <summary>
    /// Removes the partial files of tiles that are full now. Not synced: one that comes back is not looked at.
    /// </summary>
    public void RemoveReplaced(OpenTree before, OpenTree after)
    {
        for (var level = 0; level < before.Levels; level++)
        {
            var index = before.Tile(level).Index;
            if (index == after.Tile(level).Index)
            {
                continue;
            }
            Remove(TilePath.PartialFolder(level, index));
            if (level == 0)
            {
                Remove(TilePath.PartialFolder(TilePath.Entries, index));
            }
        }
    }

    private static (long, int) Place(OpenTree tree, int level) =>
        (tree.Tile(level).Index, tree.Tile(level).Hashes.Count);

    private void WriteTile(int level, long index, IReadOnlyList<TreeHash> hashes)
    {
        var bytes = new byte[hashes.Count * TreeHash.LengthBytes];
        for (var i = 0; i < hashes.Count; i++)
        {
            hashes[i].CopyTo(bytes.AsSpan(i * TreeHash.LengthBytes));
        }
        WriteFile(TilePath.Of(level, index, hashes.Count), bytes);
    }

    private void WriteFile(string path, byte[] bytes)
    {
        MakeFolder(Path.GetDirectoryName(path)!);
        Durable.Replace(Path.Combine(folder, path), stream => stream.Write(bytes));
    }

    /// <summary>With those above it, from the top, also when it is there: who made it may have died before
    /// the sync.</summary>
    private void MakeFolder(string path)
    {
        if (path.Length > 0 && !_folders.Contains(path))
        {
            MakeFolder(Path.GetDirectoryName(path)!);
            Durable.CreateFolder(Path.Combine(folder, path));
            _folders.Add(path);
        }
    }

    private void Remove(string path)
    {
        _folders.Remove(path);
        try
        {
            Directory.Delete(Path.Combine(folder, path), recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // None was there, or it stays and costs space and nothing else: the batch is signed and durable.
        }
    }
}
