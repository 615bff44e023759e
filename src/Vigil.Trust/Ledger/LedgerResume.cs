using Vigil.Evidence;

namespace Vigil.Trust;

/// <summary>What going on after a restore wrote.</summary>
/// <param name="From">Place of the first entry whose row is lost.</param>
/// <param name="To">One past the last.</param>
public sealed record LedgerResumed(long From, long To)
{
    public long Lost => To - From;
}

/// <summary>
/// The way on from a database that was put back to an older state than its ledger: the tree stays, since outsiders may
/// hold its checkpoints, and each entry whose row is lost gets a row that says so. Nothing is made up, nothing hidden:
/// that it was done, from where to where and why, is an act that the next start signs. No server may run.
/// </summary>
public static class LedgerResume
{
    public const string ResumedAction = "ledger.resumed";

    /// <summary>Of an entry whose row is lost; the place is in its facts.</summary>
    public const string LostAction = "ledger.entry_lost";

    private const string Service = "ledger";
    private const string LostSubject = "ledger.lost";

    /// <summary>Those that are left when it is cut off are written by the next call.</summary>
    /// <param name="database">Of the server.</param>
    /// <param name="folder">Of the ledger; verified by itself before.</param>
    /// <param name="at">Its checkpoint.</param>
    /// <param name="reason">Stands in the ledger.</param>
    /// <param name="progress">Is told the number of entries written.</param>
    /// <param name="cancellation">Stops between two batches.</param>
    /// <exception cref="LedgerException">Rows are not as they were signed; nothing was written.</exception>
    /// <exception cref="InvalidOperationException">The database is not behind its ledger.</exception>
    public static async Task<LedgerResumed> RunAsync(
        DbOptions database,
        LedgerFolder folder,
        Checkpoint at,
        string reason,
        IProgress<long>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(at);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        using var db = new Db(database, new KernelServices(TimeProvider.System, null!, new Reactions()));
        var from = await db.SystemAsync(Service, false, LedgerPlaces.CountAsync, cancellation: cancellation);
        if (from >= at.Size)
        {
            throw new InvalidOperationException(
                $"The database knows all {at.Size} entries of this ledger: there is nothing to go on from. If acts are "
                    + "refused all the same, 'vigil ledger verify' says why."
            );
        }
        await RequireRowsAsync(db, folder, at, from, cancellation);
        for (var next = from; next < at.Size; next += LedgerLimits.BatchRows)
        {
            cancellation.ThrowIfCancellationRequested();
            var end = Math.Min(at.Size, next + LedgerLimits.BatchRows);
            await db.FencedAsync(Service, tx => WriteAsync(tx, at, (from, next, end), reason), cancellation);
            progress?.Report(end - from);
        }
        return new LedgerResumed(from, at.Size);
    }

    /// <summary>Whether the installation went on from a database that was put back, by an act later than one.</summary>
    /// <param name="tx">A reader's of the default tenant, whose act that is.</param>
    /// <param name="after">Number of an act of this database; 0: all are looked at.</param>
    /// <returns>Number of the newest act, and whether.</returns>
    public static async Task<(long Newest, bool WasResumed)> SinceAsync(Tx tx, long after)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var newest = await tx.FindAsync<long>(
            "select coalesce(max(seq), 0) from ledger_event where tenant = @tenant"
        );
        var resumed = await tx.FindAsync<long>(
            "select count(*) from ledger_event where tenant = @tenant and seq > @after and action = @action",
            new { after, action = ResumedAction }
        );
        return (newest, resumed > 0);
    }

    /// <summary>What the database still has is what was signed.</summary>
    private static async Task RequireRowsAsync(
        Db db,
        LedgerFolder folder,
        Checkpoint at,
        long places,
        CancellationToken cancellation
    )
    {
        var head = await LedgerHead.ReadAsync(db, cancellation);
        if (head.Verifier is { } known && known != folder.Key.ToString())
        {
            throw new LedgerException(
                LedgerProblem.NotSigned,
                "This ledger was signed by another key than the database knows: it belongs to another installation."
            );
        }
        await foreach (var finding in new LedgerComparison(db, folder, at).RunAsync(null, cancellation))
        {
            if (finding.Position is null || finding.Position < places)
            {
                throw LedgerPlaces.Altered($"{finding}");
            }
        }
    }

    private static async Task<bool> WriteAsync(
        Tx tx,
        Checkpoint at,
        (long First, long From, long To) lost,
        string reason
    )
    {
        var head = await LedgerHead.LockAsync(tx);
        for (var place = lost.From; place < lost.To; place++)
        {
            await tx.RecordAsync(new LedgerAct(LostAction, LostSubject) { Facts = Facts(("place", place)) });
            // Under a salt that is not there: nothing can be said of what the entry stood for.
            await tx.ExecuteAsync(
                """
                update ledger_leaf set position = @place, salt_id = @salt where tenant = @tenant and seq = (
                    select max(seq) from ledger_leaf where tenant = @tenant and subject = @subject and position is null)
                """,
                new
                {
                    place,
                    salt = tx.NewId(),
                    subject = LostSubject,
                }
            );
        }
        if (lost.To == at.Size)
        {
            await tx.RecordAsync(
                new LedgerAct(LedgerSalts.DestroyedAction, LostSubject)
                {
                    Reason = "Lost with their rows when the database was put back.",
                }
            );
            await tx.RecordAsync(
                new LedgerAct(
                    ResumedAction,
                    at.Size.ToString(System.Globalization.CultureInfo.InvariantCulture)
                )
                {
                    Reason = reason,
                    Facts = Facts(("from", lost.First), ("to", at.Size)),
                }
            );
            await LedgerHead.StoreAsync(tx, head.Epoch, at);
        }
        return true;
    }

    private static Dictionary<string, string> Facts(params (string Name, long Value)[] facts) =>
        facts.ToDictionary(
            fact => fact.Name,
            fact => fact.Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
            StringComparer.Ordinal
        );
}
