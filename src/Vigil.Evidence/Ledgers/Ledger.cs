using Vigil.Files;

namespace Vigil.Evidence;

/// <summary>
/// An append-only ledger in a folder: an RFC 6962 tree as tiles and entry bundles (c2sp.org/tlog-tiles) under a
/// signed checkpoint. One writer at a time; readers need only the folder and the public key.
/// </summary>
public sealed class Ledger : IDisposable
{
    /// <summary>Most bytes of an entry. Who has more puts its digest in.</summary>
    public const int MaxEntryBytes = 16 * 1024;

    /// <summary>Most entries of one <see cref="Append"/>.</summary>
    public const int MaxBatchEntries = 10_000;

    private const string LockFile = "ledger.lock";

    private readonly string _folder;
    private readonly TileFiles _files;
    private readonly SigningKey _key;
    private readonly FolderLock _lock;
    private readonly TileWriter _writer;

    /// <summary>The race it prevents: two batches that get the same indexes.</summary>
    private readonly Lock _gate = new();

    private OpenTree _tree;

    private Ledger(string folder, SigningKey key, FolderLock taken, Checkpoint checkpoint, OpenTree tree)
    {
        (_folder, _files, _key, _lock) = (folder, new TileFiles(folder), key, taken);
        (Checkpoint, _tree, _writer) = (checkpoint, tree, new TileWriter(folder));
    }

    /// <summary>The newest, durable and in the folder.</summary>
    public Checkpoint Checkpoint { get; private set; }

    /// <summary>
    /// Opens the ledger of a folder, or begins one. Everything is read and recomputed first: nothing is added to a
    /// ledger that is not as it was signed.
    /// </summary>
    /// <param name="folder">Made, mode 0700, when it is not there.</param>
    /// <param name="key">Of type Ed25519; its name is the ledger's origin. Stays the caller's.</param>
    /// <param name="known">
    /// The newest checkpoint that the caller remembers from elsewhere, such as its database: a folder that was put
    /// back to an older state cannot be told from its files alone. Null when the caller never had one.
    /// </param>
    /// <exception cref="LedgerException">Damaged, rolled back or forked; says what to do.</exception>
    /// <exception cref="FileInUseException">Another process writes to it.</exception>
    public static Ledger Open(
        string folder,
        SigningKey key,
        Checkpoint? known = null,
        IProgress<long>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Verifier.Type != SignatureType.Ed25519)
        {
            throw new ArgumentException("A ledger's key is of type Ed25519.", nameof(key));
        }
        Durable.CreateFolder(folder);
        var taken =
            FolderLock.TryTake(folder, LockFile)
            ?? throw new FileInUseException(
                $"'{folder}' is written to by another process: let it end, or read it with 'vigil ledger'."
            );
        try
        {
            var files = new TileFiles(folder);
            if (files.TryRead(TilePath.Checkpoint, SignedNote.MaxBytes) is null)
            {
                return Begin(folder, key, taken, known);
            }
            var reader = new LedgerFolder(folder, key.Verifier);
            var (report, tree) = LedgerCheck.Run(files, reader.ReadCheckpoint(), progress, cancellation);
            RequireWhole(report, folder);
            RequireSuccessor(reader, report.Checkpoint, known, folder);
            return new Ledger(folder, key, taken, report.Checkpoint, tree);
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Adds entries in this order and signs the tree that holds them. When it returns, they are durable and stand
    /// under the checkpoint it gives; the first has the index that <see cref="Checkpoint"/>'s size was before. When
    /// it throws, none was added, and it may be called again.
    /// </summary>
    /// <param name="entries">Each 1 to <see cref="MaxEntryBytes"/> bytes, at most <see
    /// cref="MaxBatchEntries"/>.</param>
    /// <exception cref="LedgerException">The folder is no longer what this process wrote.</exception>
    /// <exception cref="IOException">Not written (disk full).</exception>
    public Checkpoint Append(IReadOnlyList<ReadOnlyMemory<byte>> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(entries.Count, MaxBatchEntries, nameof(entries));
        foreach (var entry in entries)
        {
            ArgumentOutOfRangeException.ThrowIfZero(entry.Length, nameof(entries));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(entry.Length, MaxEntryBytes, nameof(entries));
        }
        lock (_gate)
        {
            RequireUntouched();
            if (entries.Count == 0)
            {
                return Checkpoint;
            }
            var next = _tree.Copy();
            _writer.Write(next, entries, OpenBundle());
            var read = Reread(next);
            var checkpoint = Checkpoint.Sign(_key, read.Size, read.Root());
            Durable.Replace(
                Path.Combine(_folder, TilePath.Checkpoint),
                stream => stream.Write(checkpoint.ToBytes())
            );
            var before = _tree;
            (_tree, Checkpoint) = (read, checkpoint);
            _writer.RemoveReplaced(before, read);
            return checkpoint;
        }
    }

    public void Dispose() => _lock.Dispose();

    private static Ledger Begin(string folder, SigningKey key, FolderLock taken, Checkpoint? known)
    {
        // A first checkpoint, of no entries, stands before any tile is written.
        if (known is not null || Path.Exists(Path.Combine(folder, TilePath.Tiles)))
        {
            throw new LedgerException(
                LedgerProblem.Damaged,
                $"'{folder}' has lost its file 'checkpoint'{(known is null ? "" : " or its whole content")}: put the "
                    + "folder back from its newest copy. No new ledger is begun in the place of one that was."
            );
        }
        var checkpoint = Checkpoint.Sign(key, 0, TreeHash.Empty);
        Durable.Replace(
            Path.Combine(folder, TilePath.Checkpoint),
            stream => stream.Write(checkpoint.ToBytes())
        );
        return new Ledger(folder, key, taken, checkpoint, new OpenTree());
    }

    private static void RequireWhole(LedgerReport report, string folder)
    {
        if (!report.IsWhole)
        {
            throw new LedgerException(
                LedgerProblem.Damaged,
                $"The ledger in '{folder}' is not as it was signed. {report.Findings[0]}. 'vigil ledger "
                    + "verify' names "
                    + "every file; put those back from a copy. Nothing is added until then."
            );
        }
    }

    private static void RequireSuccessor(
        LedgerFolder reader,
        Checkpoint found,
        Checkpoint? known,
        string folder
    )
    {
        if (known is null)
        {
            return;
        }
        if (known.Origin != found.Origin)
        {
            throw new ArgumentException("The known checkpoint is of another ledger.", nameof(known));
        }
        if (found.Size < known.Size)
        {
            throw new LedgerException(
                LedgerProblem.RolledBack,
                $"The ledger in '{folder}' has {found.Size} entries and had {known.Size}: it was put back "
                    + "to an older state. "
                    + "Put its newest copy there; if there is none, keep this one and begin a new ledger "
                    + "with a new key."
            );
        }
        if (reader.RootAt(found, known.Size) != known.Root)
        {
            throw new LedgerException(
                LedgerProblem.Forked,
                $"The first {known.Size} entries of the ledger in '{folder}' are others than were signed "
                    + "before: two histories "
                    + "were signed with one key. Keep both, find out who signed, and begin a new ledger "
                    + "with a new key."
            );
        }
    }

    /// <summary>The folder is the one that was opened, and its checkpoint the one this process wrote.</summary>
    private void RequireUntouched()
    {
        var there = _files.TryRead(TilePath.Checkpoint, SignedNote.MaxBytes);
        if (!_lock.IsStillThere() || there is null || !there.AsSpan().SequenceEqual(Checkpoint.ToBytes()))
        {
            throw new LedgerException(
                LedgerProblem.Forked,
                $"'{_folder}' was replaced, or its checkpoint changed, while this process wrote to it: "
                    + "nothing is added. Stop, "
                    + $"put back the folder with {Checkpoint.Size} entries, and start again."
            );
        }
    }

    /// <summary>The bundle that is not full, as it lies in the folder.</summary>
    private IReadOnlyList<ReadOnlyMemory<byte>> OpenBundle()
    {
        var count = (int)(_tree.Size % OpenTree.TileWidth);
        if (count == 0)
        {
            return [];
        }
        var (index, hashes) = _tree.Tile(0);
        var entries = _files.Bundle(index, count);
        return entries.Select(entry => TreeHash.OfEntry(entry.Span)).SequenceEqual(hashes)
            ? entries
            : throw TileFiles.Damaged(
                TilePath.Of(TilePath.Entries, index, count),
                "does not hold the entries that were signed"
            );
    }

    /// <summary>
    /// The tree again, from what lies in the folder: bundles since the last full one, and every tile they changed.
    /// Only what this gives is signed, so that neither an error of memory nor one of the disk gets a signature.
    /// </summary>
    private OpenTree Reread(OpenTree intended)
    {
        var tree = _tree.AtLastFullBundle();
        while (tree.Size < intended.Size)
        {
            var bundle = tree.Size / OpenTree.TileWidth;
            foreach (var entry in _files.Bundle(bundle, LedgerFolder.WidthOf(bundle, intended.Size)))
            {
                tree.Add(TreeHash.OfEntry(entry.Span), RequireTile);
            }
        }
        for (var level = 0; level < tree.Levels; level++)
        {
            var (index, hashes) = tree.Tile(level);
            if (hashes.Count > 0)
            {
                RequireTile(level, index, hashes);
            }
        }
        return tree.Root() == intended.Root()
            ? tree
            : throw TileFiles.Damaged(TilePath.Tiles, "does not give back the entries that were written");
    }

    private void RequireTile(int level, long index, IReadOnlyList<TreeHash> expected)
    {
        if (!_files.Tile(level, index, expected.Count).AsSpan().SequenceEqual([.. expected]))
        {
            throw TileFiles.Damaged(
                TilePath.Of(level, index, expected.Count),
                "does not give back what was written"
            );
        }
    }
}
