using System.Runtime.CompilerServices;
using Vigil.Evidence;

namespace Vigil.Trust;

/// <summary>One entry whose row is not what was signed.</summary>
/// <param name="Position">Of the entry, from 0.</param>
/// <param name="Text">What is wrong, with the row's number.</param>
public sealed record LedgerRowFinding(long Position, string Text)
{
    public override string ToString() => $"ledger_event, entry {Position}: {Text}";
}

/// <summary>Compares rows of the database with the entries that were signed for them.</summary>
/// <param name="folder">Of the ledger.</param>
/// <param name="at">Its checkpoint.</param>
/// <param name="read">Rows from a place up to another, in order, at most <see cref="LedgerLimits.CheckRows"/>.</param>
internal sealed class LedgerComparison(
    LedgerFolder folder,
    Checkpoint at,
    Func<long, long, Task<IReadOnlyList<LedgerRow>>> read
)
{
    private const int BundleEntries = 256;

    /// <summary>Entries whose salt is gone: nothing can be said of their rows.</summary>
    public long Unlinkable { get; private set; }

    /// <summary>What differs among the entries from one place up to another.</summary>
    /// <param name="from">A multiple of 256.</param>
    /// <exception cref="LedgerException">The folder's own files do not fit their checkpoint.</exception>
    public async IAsyncEnumerable<LedgerRowFinding> RunAsync(
        long from,
        long to,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        for (var page = from; page < to; page += LedgerLimits.CheckRows)
        {
            cancellation.ThrowIfCancellationRequested();
            var end = Math.Min(to, page + LedgerLimits.CheckRows);
            var rows = (await read(page, end)).ToDictionary(row => row.Position);
            for (var bundle = page / BundleEntries; bundle * BundleEntries < end; bundle++)
            {
                foreach (var finding in Compare(bundle, rows))
                {
                    yield return finding;
                }
            }
        }
    }

    private IEnumerable<LedgerRowFinding> Compare(long bundle, Dictionary<long, LedgerRow> rows)
    {
        var position = bundle * BundleEntries;
        foreach (var entry in folder.ReadBundle(at, bundle))
        {
            if (!rows.TryGetValue(position, out var row))
            {
                yield return new LedgerRowFinding(position, "it has no row: the row, or its place, is gone");
            }
            else if (row.Fault(entry) is { } fault)
            {
                yield return new LedgerRowFinding(position, fault);
            }
            else if (row.Salt is null)
            {
                Unlinkable++;
            }
            position++;
        }
    }
}
