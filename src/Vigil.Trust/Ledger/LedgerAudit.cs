using Vigil.Evidence;

namespace Vigil.Trust;

/// <summary>What comparing a database with a ledger gave.</summary>
/// <param name="Findings">None when every row is as it was signed; reading ends at <see cref="MaxFindings"/>.</param>
/// <param name="Waiting">Rows that no checkpoint of this folder includes yet.</param>
/// <param name="Unlinkable">Entries whose salt was destroyed, so that nothing can be said of their rows.</param>
public sealed record LedgerAuditReport(
    IReadOnlyList<LedgerRowFinding> Findings,
    long Waiting,
    long Unlinkable
)
{
    public const int MaxFindings = LedgerReport.MaxFindings;
}

/// <summary>
/// Compares every row of a database with the leaf that was signed for it, without a server and without keys: what
/// an auditor does with a copy of both.
/// </summary>
public sealed class LedgerAudit : IDisposable
{
    private readonly Db _db;

    /// <param name="database">Of the server. A SQLite file must exist, and no server may work on it.</param>
    public LedgerAudit(DbOptions database)
    {
        ArgumentNullException.ThrowIfNull(database);
        // Nothing here is sealed, so no keys.
        _db = new Db(database, new KernelServices(TimeProvider.System, null!, new Reactions()));
    }

    /// <summary>The ledger's public key as the database has it; null: nothing was signed yet.</summary>
    /// <exception cref="InvalidOperationException">No database of a server, or one older than its ledger.</exception>
    public async Task<string?> VerifierAsync(CancellationToken cancellation = default) =>
        (await HeadAsync(cancellation)).Verifier;

    /// <param name="folder">Of the ledger; verified by itself before.</param>
    /// <param name="at">Its checkpoint, read before.</param>
    /// <param name="progress">Is told the number of entries compared.</param>
    /// <exception cref="LedgerException">The folder's own files do not fit their checkpoint.</exception>
    public async Task<LedgerAuditReport> RunAsync(
        LedgerFolder folder,
        Checkpoint at,
        IProgress<long>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(at);
        var findings = new List<LedgerRowFinding>();
        if (Contradiction(await HeadAsync(cancellation), folder, at) is { } contradiction)
        {
            findings.Add(contradiction);
        }
        var comparison = new LedgerComparison(_db, folder, at);
        await foreach (var finding in comparison.RunAsync(progress, cancellation))
        {
            findings.Add(finding);
            if (findings.Count >= LedgerAuditReport.MaxFindings)
            {
                break;
            }
        }
        var waiting = await LedgerPlaces.WaitingAsync(_db, at.Size, cancellation);
        return new LedgerAuditReport(findings, waiting, comparison.Unlinkable);
    }

    public void Dispose() => _db.Dispose();

    /// <summary>The folder is no older, and no other, than the database remembers.</summary>
    private static LedgerRowFinding? Contradiction(LedgerHead head, LedgerFolder folder, Checkpoint at)
    {
        if (head.Note is null)
        {
            return null;
        }
        var known = Checkpoint.Open(head.Note, folder.Key);
        return known.Size > at.Size
                ? new(
                    null,
                    $"the database knows a checkpoint of {known.Size} entries, and the folder has {at.Size}: the "
                        + "folder was put back to an older state"
                )
            : folder.RootAt(at, known.Size) != known.Root
                ? new(
                    null,
                    $"the first {known.Size} entries of the folder are others than the database knows"
                )
            : null;
    }

    private async Task<LedgerHead> HeadAsync(CancellationToken cancellation)
    {
        try
        {
            return await LedgerHead.ReadAsync(_db, cancellation);
        }
        catch (System.Data.Common.DbException e)
        {
            throw new InvalidOperationException(
                "This database has no signed ledger: name the server's own, and start this version of the server on "
                    + "it once.",
                e
            );
        }
    }
}
