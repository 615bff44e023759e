using System.Runtime.CompilerServices;
using Vigil.Evidence;

namespace Vigil.Trust;

/// <summary>One row of the ledger that is not as it was signed.</summary>
/// <param name="Position">Of its entry, from 0; null: it has none.</param>
/// <param name="Text">What is wrong, with the row's number.</param>
public sealed record LedgerRowFinding(long? Position, string Text)
{
    public override string ToString() =>
        Position is null ? $"ledger_event: {Text}" : $"ledger_event, entry {Position}: {Text}";
}

/// <summary>
/// Compares the rows of the database with the entries that were signed for them: changed, removed, moved and
/// inserted ones, and salts that are gone although no act destroyed them.
/// </summary>
/// <param name="folder">Of the ledger.</param>
/// <param name="at">Its checkpoint.</param>
internal sealed class LedgerComparison(Db db, LedgerFolder folder, Checkpoint at)
{
    public const int BundleEntries = 256;

    private readonly Dictionary<(string Tenant, string Subject), long> _saltless = [];
    private readonly HashSet<(string Tenant, string Subject)> _destroyed = [];

    /// <summary>Entries whose salt was destroyed: nothing links them to rows, so nothing is said of those.</summary>
    public long Unlinkable { get; private set; }

    /// <summary>All entries of the checkpoint.</summary>
    /// <exception cref="LedgerException">The folder's own files do not fit their checkpoint.</exception>
    public async IAsyncEnumerable<LedgerRowFinding> RunAsync(
        IProgress<long>? progress = null,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        for (long from = 0; from < at.Size || from == 0; from += LedgerLimits.CheckRows)
        {
            foreach (var finding in await PageAsync(from, LedgerLimits.CheckRows, cancellation))
            {
                yield return finding;
            }
            progress?.Report(Math.Min(at.Size, from + LedgerLimits.CheckRows));
        }
        foreach (var (subject, first) in _saltless.Where(one => !_destroyed.Contains(one.Key)))
        {
            // Its act may stand unsigned yet.
            if (!await LedgerSalts.IsDestroyedAsync(db, subject.Tenant, subject.Subject, cancellation))
            {
                yield return new LedgerRowFinding(
                    first,
                    "its salt is gone, and no act says that it was destroyed"
                );
            }
        }
    }

    /// <summary>Some bundles, and the rows that stand between theirs.</summary>
    /// <param name="from">A multiple of 256.</param>
    /// <param name="count">A multiple of 256.</param>
    public async Task<IReadOnlyList<LedgerRowFinding>> PageAsync(
        long from,
        int count,
        CancellationToken cancellation
    )
    {
        cancellation.ThrowIfCancellationRequested();
        var end = Math.Min(at.Size, from + count);
        var rows = await LedgerPlaces.ReadAsync(db, from, end, cancellation);
        var findings = new List<LedgerRowFinding>();
        var byPosition = rows.ToDictionary(row => row.Position);
        for (var bundle = from / BundleEntries; bundle * BundleEntries < end; bundle++)
        {
            findings.AddRange(Compare(bundle, byPosition));
        }
        var inserted = await LedgerPlaces.WithoutLeafAsync(
            db,
            from == 0 || rows.Count == 0 ? long.MinValue : rows[0].Seq,
            end == at.Size || rows.Count == 0 ? long.MaxValue : rows[^1].Seq,
            cancellation
        );
        findings.AddRange(
            inserted.Select(seq => new LedgerRowFinding(null, $"row {seq} was inserted past the service"))
        );
        return findings;
    }

    private IEnumerable<LedgerRowFinding> Compare(long bundle, Dictionary<long, LedgerRow> rows)
    {
        var position = bundle * BundleEntries;
        foreach (var entry in folder.ReadBundle(at, bundle))
        {
            if (!rows.TryGetValue(position, out var row))
            {
                yield return new LedgerRowFinding(position, "its row, or that row's place, is gone");
            }
            else if (row.Fault(entry) is { } fault)
            {
                yield return new LedgerRowFinding(position, fault);
            }
            else if (row.Salt is null)
            {
                Unlinkable++;
                _saltless.TryAdd((row.Tenant, row.Subject), position);
            }
            else if (row.Action == LedgerSalts.DestroyedAction)
            {
                _destroyed.Add((row.Tenant, row.Subject));
            }
            position++;
        }
    }
}
