using System.Numerics;
using System.Runtime.InteropServices;

namespace Vigil.Evidence;

/// <summary>
/// The right edge of a growing tree: on each level of tiles the hashes of the tile that is not full yet. Enough to
/// add entries and to know the root.
/// </summary>
internal sealed class OpenTree
{
    /// <summary>Hashes of a full tile.</summary>
    public const int TileWidth = 256;

    private readonly List<List<TreeHash>> _levels;

    public OpenTree()
        : this([], 0) { }

    private OpenTree(List<List<TreeHash>> levels, long size) => (_levels, Size) = (levels, size);

    public long Size { get; private set; }

    /// <summary>Levels that have a tile, full or not.</summary>
    public int Levels => _levels.Count;

    /// <summary>The tile of a level that is not full: its index and its hashes, 0 to 255 of them.</summary>
    public (long Index, IReadOnlyList<TreeHash> Hashes) Tile(int level) =>
        (Size >> (8 * (level + 1)), _levels[level]);

    /// <param name="leaf">Of the next entry.</param>
    /// <param name="onFull">Told of each tile that becomes full by it: level, index, 256 hashes.</param>
    public void Add(TreeHash leaf, Action<int, long, TreeHash[]> onFull)
    {
        Size++;
        var hash = leaf;
        for (var level = 0; ; level++)
        {
            if (level == _levels.Count)
            {
                _levels.Add([]);
            }
            var tile = _levels[level];
            tile.Add(hash);
            if (tile.Count < TileWidth)
            {
                return;
            }
            onFull(level, (Size >> (8 * (level + 1))) - 1, [.. tile]);
            hash = TreeHash.OfPerfect(CollectionsMarshal.AsSpan(tile));
            tile.Clear();
        }
    }

    public TreeHash Root()
    {
        // Whole subtrees from right to left, which is from small to large; RFC 6962 joins them in that order.
        TreeHash? root = null;
        foreach (var tile in _levels)
        {
            var hashes = CollectionsMarshal.AsSpan(tile);
            while (hashes.Length > 0)
            {
                var width = 1 << BitOperations.TrailingZeroCount(hashes.Length);
                var whole = TreeHash.OfPerfect(hashes[^width..]);
                root = root is { } right ? TreeHash.OfPair(whole, right) : whole;
                hashes = hashes[..^width];
            }
        }
        return root ?? TreeHash.Empty;
    }

    public OpenTree Copy() => new([.. _levels.Select(tile => new List<TreeHash>(tile))], Size);

    /// <summary>The same without the entries since the last full bundle.</summary>
    public OpenTree AtLastFullBundle()
    {
        var tree = Copy();
        if (tree._levels.Count > 0)
        {
            tree._levels[0].Clear();
        }
        tree.Size -= tree.Size % TileWidth;
        return tree;
    }
}
