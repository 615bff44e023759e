using Vigil.Evidence;

namespace Vigil.Trust;

/// <summary>
/// Builds the tree over the rows: gives them places, appends their leaves to the folder, keeps the note. One
/// process does it, by a lease; each step may be the last before a kill. Steps are called one after another.
/// </summary>
internal sealed class Sequencer(Db db, LedgerSpot spot, LedgerStanding standing) : IDisposable
{
    private static readonly TimeProvider Clock = TimeProvider.System;

    private Held? _held;
    private (long Epoch, long Beat, long At)? _seen;
    private (long Seq, long At)? _mark;
    private long _beatAt;
    private long _scrubAt;
    private long _scrubbed;

    /// <summary>This process signs.</summary>
    public bool IsHolder => _held is not null;

    /// <summary>Entries read of those there are, while the ledger is opened; null: it is not being opened.</summary>
    public long? Opening { get; private set; }

    /// <summary>
    /// One look, and what follows from it. Returns whether there is more to sign at once.
    /// </summary>
    /// <exception cref="LedgerException">The ledger, or its rows, are not as they were signed.</exception>
    /// <exception cref="LeaseLostException">Another process took over.</exception>
    /// <exception cref="IOException">Folder or database cannot be written now.</exception>
    public async Task<bool> StepAsync(CancellationToken cancellation)
    {
        var began = LedgerStanding.Now;
        var head = await LedgerHead.ReadAsync(db, cancellation);
        if (_held is null && !(MayTake(head) && await TryTakeAsync(head, cancellation)))
        {
            Follow(head, began);
            return false;
        }
        var held = _held!;
        if (head.Epoch > held.Epoch)
        {
            throw new LeaseLostException();
        }
        var isFull = false;
        if (head.Oldest is not null)
        {
            var rows = await AssignAsync(cancellation);
            await StoreAsync(await AppendAsync(rows), cancellation);
            isFull = rows.Count == LedgerLimits.BatchRows;
        }
        else if (db.Engine == DbEngine.Postgres && Clock.GetElapsedTime(_beatAt) > LedgerLimits.Beat)
        {
            await LedgerHead.BeatAsync(db, held.Epoch, cancellation);
            _beatAt = LedgerStanding.Now;
        }
        if (!isFull)
        {
            standing.Clear(began);
        }
        await ScrubAsync(held, cancellation);
        return isFull;
    }

    /// <summary>The first step of a round: rows have their places, durable, and are in no folder yet.</summary>
    public Task<IReadOnlyList<LedgerRow>> AssignAsync(CancellationToken cancellation) =>
        LedgerPlaces.AssignAsync(db, _held!.Epoch, _held.Ledger.Checkpoint.Size, cancellation);

    /// <summary>The second: the leaves are in the folder, signed and durable, and the database does not know.</summary>
    public Task<Checkpoint> AppendAsync(IReadOnlyList<LedgerRow> rows)
    {
        var ledger = _held!.Ledger;
        var leaves = LedgerPlaces.LeavesOf(rows, ledger.Checkpoint.Size);
        return Task.Run(() => ledger.Append(leaves));
    }

    /// <summary>The third: the database knows, and will not take an older folder.</summary>
    public async Task StoreAsync(Checkpoint checkpoint, CancellationToken cancellation)
    {
        await LedgerHead.StoreAsync(db, _held!.Epoch, checkpoint, cancellation);
        _beatAt = LedgerStanding.Now;
    }

    /// <summary>Signs what is there, and lets the next one sign.</summary>
    public async Task EndAsync(CancellationToken cancellation)
    {
        if (_held is not { } held)
        {
            return;
        }
        while (await StepAsync(cancellation))
        {
            // Until a round is not full.
        }
        await LedgerHead.ReleaseAsync(db, held.Epoch, cancellation);
    }

    /// <summary>Lets go of the folder; the lease ends by itself.</summary>
    public void Drop()
    {
        _held?.Dispose();
        (_held, _seen) = (null, null);
    }

    public void Dispose() => Drop();

    /// <summary>
    /// The lease is free: given back, or of a process before this one in the same place (whose lock on the folder
    /// must be gone), or silent for as long as a lease lasts. With SQLite there is one process.
    /// </summary>
    private bool MayTake(LedgerHead head)
    {
        if (_seen is not { } seen || (seen.Epoch, seen.Beat) != (head.Epoch, head.Beat))
        {
            _seen = (head.Epoch, head.Beat, LedgerStanding.Now);
        }
        return db.Engine == DbEngine.Sqlite
            || head.Holder.Length == 0
            || head.Holder == spot.Holder
            || !IsAlive(head);
    }

    /// <summary>Somebody holds the lease and was heard of within its length.</summary>
    private bool IsAlive(LedgerHead head) =>
        head.Holder.Length > 0 && _seen is { } seen && Clock.GetElapsedTime(seen.At) <= LedgerLimits.Lease;

    private async Task<bool> TryTakeAsync(LedgerHead head, CancellationToken cancellation)
    {
        // The folder first: who cannot open it must not keep others from the lease.
        var key = spot.OpenKey(head.Verifier);
        Ledger? ledger = null;
        try
        {
            var progress = new Reading(this);
            ledger = await Task.Run(() => spot.Open(key, head, progress, cancellation), cancellation);
            await RequireRowsAsync(ledger, head, key.Verifier, cancellation);
            var epoch = await head.TryTakeAsync(db, spot.Holder, key.Verifier.ToString(), cancellation);
            if (epoch is null)
            {
                return false;
            }
            _held = new Held(epoch.Value, ledger, key);
            (_beatAt, _scrubbed) = (LedgerStanding.Now, 0);
            (ledger, key) = (null, null!);
            if (_held.Ledger.Checkpoint.Size > head.Size)
            {
                // Appended and not marked before a kill; its rows were compared above.
                await StoreAsync(_held.Ledger.Checkpoint, cancellation);
            }
            return true;
        }
        catch (Files.FileInUseException) when (IsAlive(head))
        {
            return false; // Another process of this place works in it, and signs.
        }
        finally
        {
            Opening = null;
            ledger?.Dispose();
            key?.Dispose();
        }
    }

    /// <summary>Every entry has its row: also those that a process appended and did not live to mark.</summary>
    private async Task RequireRowsAsync(
        Ledger ledger,
        LedgerHead head,
        VerifierKey key,
        CancellationToken cancellation
    )
    {
        var size = ledger.Checkpoint.Size;
        var places = await db.SystemAsync(
            "ledger",
            isWrite: false,
            LedgerPlaces.CountAsync,
            cancellation: cancellation
        );
        if (places < size)
        {
            throw new LedgerException(
                LedgerProblem.RolledBack,
                $"The ledger has {size} entries, and the database knows of {places} ({head.Size} signed): the database "
                    + "was put back to an older state. Put back a newer copy; or end every server and run 'vigil "
                    + "ledger resume', which says in the ledger which acts are lost."
            );
        }
        await foreach (var finding in Comparison(ledger, key).RunAsync(null, cancellation))
        {
            throw LedgerPlaces.Altered($"{finding}");
        }
    }

    /// <summary>Compares one bundle with its rows, in a circle, at most every second.</summary>
    private async Task ScrubAsync(Held held, CancellationToken cancellation)
    {
        if (Clock.GetElapsedTime(_scrubAt) < LedgerLimits.ScrubEvery || held.Ledger.Checkpoint.Size == 0)
        {
            return;
        }
        var from = _scrubbed < held.Ledger.Checkpoint.Size ? _scrubbed : 0;
        var findings = await Comparison(held.Ledger, held.Key.Verifier)
            .PageAsync(from, LedgerComparison.BundleEntries, cancellation);
        if (findings.Count > 0)
        {
            throw LedgerPlaces.Altered($"{findings[0]}");
        }
        (_scrubbed, _scrubAt) = (from + LedgerComparison.BundleEntries, LedgerStanding.Now);
    }

    private LedgerComparison Comparison(Ledger ledger, VerifierKey key) =>
        new(db, new LedgerFolder(spot.Folder, key), ledger.Checkpoint);

    /// <summary>
    /// Another process signs: what was there at an earlier look is signed when nothing older than that waits.
    /// </summary>
    private void Follow(LedgerHead head, long began)
    {
        if (standing.Trouble is { IsStopped: true } && head.Holder == spot.Holder)
        {
            return; // Nobody signs.
        }
        if (head.Oldest is not { } oldest)
        {
            _mark = null;
            if (IsAlive(head))
            {
                standing.Clear(began);
            }
            return;
        }
        if (_mark is { } mark && oldest > mark.Seq)
        {
            standing.Clear(mark.At);
            _mark = null;
        }
        _mark ??= (head.Newest ?? 0, began);
    }

    private sealed record Held(long Epoch, Ledger Ledger, SigningKey Key) : IDisposable
    {
        public void Dispose()
        {
            Ledger.Dispose();
            Key.Dispose();
        }
    }

    private sealed class Reading(Sequencer owner) : IProgress<long>
    {
        public void Report(long value) => owner.Opening = value;
    }
}
