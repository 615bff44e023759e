namespace Vigil.Evidence;

/// <summary>
/// Recomputes a ledger from its entries and compares every tile and the root with it. The tree over the stored
/// hashes is computed beside it, to tell an altered entry from an altered tile.
/// </summary>
internal sealed class LedgerCheck
{
    private readonly TileFiles _files;
    private readonly long _size;
    private readonly OpenTree _tree = new();
    private readonly OpenTree _stored = new();
    private readonly List<LedgerFinding> _findings = [];

    /// <summary>Where in the findings an entry and its tile differ, with what to say if the tile is at
    /// fault.</summary>
    private readonly List<(int At, LedgerFinding IfTile)> _differing = [];

    private LedgerCheck(TileFiles files, long size) => (_files, _size) = (files, size);

    /// <summary>The report, and the recomputed tree, which may be relied on when the report is whole.</summary>
    public static (LedgerReport Report, OpenTree Tree) Run(
        TileFiles files,
        Checkpoint checkpoint,
        IProgress<long>? progress,
        CancellationToken cancellation
    )
    {
        var check = new LedgerCheck(files, checkpoint.Size);
        for (long bundle = 0; bundle * OpenTree.TileWidth < checkpoint.Size; bundle++)
        {
            cancellation.ThrowIfCancellationRequested();
            check.ReadBundle(bundle);
            progress?.Report(check._tree.Size);
            if (check._findings.Count >= LedgerReport.MaxFindings)
            {
                return (new LedgerReport(checkpoint, check._findings), check._tree);
            }
        }
        check.CompareOpenTiles();
        check.CompareRoot(checkpoint);
        return (new LedgerReport(checkpoint, check._findings), check._tree);
    }

    private void ReadBundle(long bundle)
    {
        var width = LedgerFolder.WidthOf(bundle, _size);
        var first = bundle * OpenTree.TileWidth;
        var stored = TryTile(0, bundle, width);
        TreeHash[]? hashes = null;
        try
        {
            hashes = [.. _files.Bundle(bundle, width).Select(entry => TreeHash.OfEntry(entry.Span))];
        }
        catch (LedgerException e)
        {
            Add(TilePath.Of(TilePath.Entries, bundle, width), first, first + width - 1, e.Message);
        }
        if (hashes is not null && stored is not null && Differing(hashes, stored) is { } at)
        {
            AddDiffering(bundle, width, first + at.First, first + at.Last);
        }
        for (var i = 0; i < width; i++)
        {
            // Where one of the two cannot be read the other stands in, so that the rest can still be compared.
            var fallback = hashes ?? stored;
            _tree.Add(fallback is null ? TreeHash.Empty : fallback[i], CompareFull);
            _stored.Add((stored ?? hashes)?[i] ?? TreeHash.Empty, (_, _, _) => { });
        }
    }

    /// <summary>Tiles of hashes of entries are compared with their bundle already.</summary>
    private void CompareFull(int level, long index, TreeHash[] hashes)
    {
        if (level > 0)
        {
            Compare(level, index, hashes);
        }
    }

    private void CompareOpenTiles()
    {
        for (var level = 1; level < _tree.Levels; level++)
        {
            var (index, hashes) = _tree.Tile(level);
            if (hashes.Count > 0)
            {
                Compare(level, index, hashes);
            }
        }
    }

    private void Compare(int level, long index, IReadOnlyList<TreeHash> expected)
    {
        var stored = TryTile(level, index, expected.Count);
        if (stored is not null && Differing(expected, stored) is { } at)
        {
            var span = 1L << (8 * level);
            var first = index * OpenTree.TileWidth;
            Add(
                TilePath.Of(level, index, expected.Count),
                (first + at.First) * span,
                (first + at.Last + 1) * span - 1,
                "its hash of them is not what the entries give"
            );
        }
    }

    /// <summary>The first and the last place where the two differ; null when they are the same.</summary>
    private static (int First, int Last)? Differing(IReadOnlyList<TreeHash> one, TreeHash[] other)
    {
        var places = Enumerable.Range(0, one.Count).Where(i => one[i] != other[i]).ToList();
        return places.Count == 0 ? null : (places[0], places[^1]);
    }

    private void CompareRoot(Checkpoint checkpoint)
    {
        if (_tree.Root() == checkpoint.Root)
        {
            // The entries are the signed ones, so what differs from them is the tile's fault.
            foreach (var (at, finding) in _differing)
            {
                _findings[at] = finding;
            }
            return;
        }
        var text =
            _findings.Count == 0
                ? "entries and tiles fit each other but not what was signed: another tree of this size"
            : _stored.Root() == checkpoint.Root
                ? "was signed over the tiles as they are: the entries named above are altered"
            : "was signed over neither the entries nor the tiles as they are now";
        Add(TilePath.Checkpoint, null, null, text);
    }

    private TreeHash[]? TryTile(int level, long index, int width)
    {
        try
        {
            return _files.Tile(level, index, width);
        }
        catch (LedgerException e)
        {
            var span = 1L << (8 * level);
            var first = index * OpenTree.TileWidth * span;
            Add(TilePath.Of(level, index, width), first, first + width * span - 1, e.Message);
            return null;
        }
    }

    private void AddDiffering(long bundle, int width, long first, long last)
    {
        var (file, tile) = (TilePath.Of(TilePath.Entries, bundle, width), TilePath.Of(0, bundle, width));
        var ifTile = new LedgerFinding(tile, first, last, "its hash is not what the entry gives");
        _differing.Add((_findings.Count, ifTile));
        Add(file, first, last, $"does not hash to what {tile} holds of it");
    }

    private void Add(string file, long? first, long? last, string text)
    {
        // What could not be read says so with the name of the file in front.
        var named = file + " ";
        var rest = text.StartsWith(named, StringComparison.Ordinal) ? text[named.Length..] : text;
        _findings.Add(new LedgerFinding(file, first, last, rest));
    }
}
