namespace Vigil.Evidence;

/// <summary>
/// Reads the folder of a ledger: what an outsider does, with the ledger's public key and no server. What it gives
/// out is checked against the signed checkpoint first.
/// </summary>
public sealed class LedgerFolder
{
    private readonly TileFiles _files;

    /// <param name="folder">Holds <c>checkpoint</c> and <c>tile/</c>.</param>
    /// <param name="key">The ledger's.</param>
    public LedgerFolder(string folder, VerifierKey key)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(key);
        (_files, Key) = (new TileFiles(folder), key);
    }

    public VerifierKey Key { get; }

    /// <exception cref="LedgerException">Missing, malformed or not signed by the key.</exception>
    public Checkpoint ReadCheckpoint() =>
        Checkpoint.Open(
            _files.TryRead(TilePath.Checkpoint, SignedNote.MaxBytes)
                ?? throw new LedgerException(
                    LedgerProblem.Missing,
                    $"'{_files.Folder}' has no file 'checkpoint': name the folder of a ledger."
                ),
            Key
        );

    /// <summary>Reads everything, recomputes the tree, and says what differs from the signed checkpoint.</summary>
    /// <param name="progress">Is told the number of entries read.</param>
    /// <exception cref="LedgerException">The checkpoint itself cannot be relied on.</exception>
    public LedgerReport Verify(IProgress<long>? progress = null, CancellationToken cancellation = default) =>
        LedgerCheck.Run(_files, ReadCheckpoint(), progress, cancellation).Report;

    /// <param name="at">The folder's checkpoint.</param>
    /// <exception cref="LedgerException">No such entry, or the files do not give a proof that holds.</exception>
    public InclusionProof ProveInclusion(Checkpoint at, long index)
    {
        ArgumentNullException.ThrowIfNull(at);
        if (index < 0 || index >= at.Size)
        {
            throw OutOfRange($"The ledger has no entry {index}: it has {at.Size}, the first is number 0.");
        }
        var proof = new InclusionProof(index, TreeProof.Inclusion(index, at.Size, HashesOf(at.Size)), at);
        return proof.Proves(ReadEntry(at, index).Span) ? proof : throw DoesNotFit();
    }

    /// <param name="at">The folder's checkpoint.</param>
    /// <exception cref="LedgerException">A larger size, or the files do not give a proof that holds.</exception>
    public ConsistencyProof ProveConsistency(Checkpoint at, long fromSize)
    {
        ArgumentNullException.ThrowIfNull(at);
        var root = RootAt(at, fromSize);
        var proof = new ConsistencyProof(
            fromSize,
            TreeProof.Consistency(fromSize, at.Size, HashesOf(at.Size)),
            at
        );
        return proof.Proves(root) ? proof : throw DoesNotFit();
    }

    /// <summary>The root that the files give for the first entries; not yet proven to be of the checkpoint.</summary>
    public TreeHash RootAt(Checkpoint at, long size)
    {
        ArgumentNullException.ThrowIfNull(at);
        return size >= 0 && size <= at.Size
            ? HashesOf(at.Size)(0, size)
            : throw OutOfRange($"The ledger never had {size} entries: it has {at.Size}.");
    }

    /// <summary>The entry as it was given; not yet proven to be of the checkpoint.</summary>
    public ReadOnlyMemory<byte> ReadEntry(Checkpoint at, long index)
    {
        ArgumentNullException.ThrowIfNull(at);
        if (index < 0 || index >= at.Size)
        {
            throw OutOfRange($"The ledger has no entry {index}: it has {at.Size}, the first is number 0.");
        }
        var bundle = index / OpenTree.TileWidth;
        return _files.Bundle(bundle, WidthOf(bundle, at.Size))[(int)(index % OpenTree.TileWidth)];
    }

    /// <summary>The entries of one bundle, 256 or those of the last, proven to be of the checkpoint.</summary>
    /// <exception cref="LedgerException">No such bundle, or the files do not fit the checkpoint.</exception>
    public IReadOnlyList<ReadOnlyMemory<byte>> ReadBundle(Checkpoint at, long bundle)
    {
        ArgumentNullException.ThrowIfNull(at);
        var (first, width) = (bundle * OpenTree.TileWidth, WidthOf(bundle, at.Size));
        // Of no bundle that is not there, and the proof of one entry takes in every other hash of its tile.
        _ = ProveInclusion(at, first);
        var entries = _files.Bundle(bundle, width);
        return entries
            .Select(entry => TreeHash.OfEntry(entry.Span))
            .SequenceEqual(_files.Tile(0, bundle, width))
            ? entries
            : throw TileFiles.Damaged(
                TilePath.Of(TilePath.Entries, bundle, width),
                "does not hold the entries that were signed"
            );
    }

    /// <summary>A file of a ledger as it lies there; null: none, or no name of one.</summary>
    /// <param name="path">As the layout names it: <c>checkpoint</c>, <c>tile/0/000.p/44</c>.</param>
    public static byte[]? TryReadFile(string folder, string path) =>
        TilePath.IsName(path) ? new TileFiles(folder).TryRead(path, EntryBundle.MaxBytes) : null;

    /// <summary>The first entry with these bytes; null when there is none. Reads bundle after bundle.</summary>
    public long? Find(Checkpoint at, ReadOnlyMemory<byte> entry, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(at);
        for (long bundle = 0; bundle * OpenTree.TileWidth < at.Size; bundle++)
        {
            cancellation.ThrowIfCancellationRequested();
            var entries = _files.Bundle(bundle, WidthOf(bundle, at.Size));
            for (var i = 0; i < entries.Count; i++)
            {
                if (entries[i].Span.SequenceEqual(entry.Span))
                {
                    return bundle * OpenTree.TileWidth + i;
                }
            }
        }
        return null;
    }

    /// <summary>Entries of a bundle, 256 but for the last.</summary>
    internal static int WidthOf(long bundle, long size) =>
        (int)Math.Min(OpenTree.TileWidth, size - bundle * OpenTree.TileWidth);

    private TreeProof.Subtree HashesOf(long treeSize)
    {
        var tiles = new Dictionary<(int, long), TreeHash[]>();
        TreeHash Perfect(long start, long end)
        {
            var height = System.Numerics.BitOperations.Log2((ulong)(end - start));
            var level = height / 8;
            var first = start >> (8 * level);
            var index = first / OpenTree.TileWidth;
            if (!tiles.TryGetValue((level, index), out var tile))
            {
                var width = (int)
                    Math.Min(OpenTree.TileWidth, (treeSize >> (8 * level)) - index * OpenTree.TileWidth);
                tiles[(level, index)] = tile = _files.Tile(level, index, width);
            }
            return TreeHash.OfPerfect(tile.AsSpan((int)(first % OpenTree.TileWidth), 1 << (height % 8)));
        }
        return (start, end) => TreeProof.RootOf(start, end, Perfect);
    }

    private static LedgerException OutOfRange(string message) => new(LedgerProblem.OutOfRange, message);

    private static LedgerException DoesNotFit() =>
        new(
            LedgerProblem.Damaged,
            "The ledger's files do not fit its checkpoint, so nothing can be proven from them: 'vigil ledger verify' "
                + "names the file."
        );
}
