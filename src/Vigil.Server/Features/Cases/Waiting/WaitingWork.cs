using Vigil.Server.Features.Cases.Subject;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Waiting;

/// <summary>What waits of one kind.</summary>
/// <param name="Count">Without those that an authority's order stops.</param>
/// <param name="IsCapped">There are more.</param>
/// <param name="Stopped">An order stands against telling the user: nobody can do it now.</param>
/// <param name="Alone">Nobody here may do it, as who is here had a part in it themselves.</param>
/// <param name="OldestAt">Null: none waits.</param>
/// <param name="Hours">After which it is overdue.</param>
internal sealed record WaitingWork(
    WaitingKind Kind,
    int Count,
    bool IsCapped,
    int Stopped,
    int Alone,
    DateTimeOffset? OldestAt,
    int Hours
)
{
    /// <summary>Looked at of each kind, the oldest.</summary>
    private const int Most = 200;

    /// <summary>Of these, asked for an order one by one; the rest counts as free.</summary>
    private const int MostAsked = 50;

    public bool IsOverdue(DateTimeOffset now) => OldestAt is { } oldest && oldest + After <= now;

    private TimeSpan After => TimeSpan.FromHours(Hours);

    public static async Task<WaitingWork> ReadAsync(Tx tx, WaitingKind kind)
    {
        var hours = await CaseSettings.NumberAsync(tx, kind.Setting);
        var rows = await tx.QueryAsync<Row>(
            kind.Rows,
            new
            {
                now = tx.Now,
                untouchedBefore = tx.Now - TimeSpan.FromHours(hours),
                most = Most + 1,
            }
        );
        var nobody =
            kind.Nobody is { } here && rows.Count > 0 ? await here.CasesAsync(tx) : new HashSet<string>();
        var alone = rows.Take(Most).Count(row => nobody.Contains(row.Ref));
        var free = new List<Row>();
        var asked = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var row in rows.Take(Most).Where(row => !nobody.Contains(row.Ref)))
        {
            if (row.TellsUser == 0 || await MayAsync(tx, row.Ref, asked))
            {
                free.Add(row);
            }
        }
        return new WaitingWork(
            kind,
            free.Count,
            rows.Count > Most,
            Math.Min(rows.Count, Most) - free.Count - alone,
            alone,
            free.Count == 0 ? null : free.Min(row => row.At),
            hours
        );
    }

    private static async Task<bool> MayAsync(Tx tx, string reference, Dictionary<string, bool> asked)
    {
        if (asked.TryGetValue(reference, out var known) || asked.Count >= MostAsked)
        {
            return !asked.ContainsKey(reference) || known;
        }
        return asked[reference] = await TellUser.MayAsync(tx, reference);
    }

    private sealed class Row
    {
        public string Ref { get; init; } = "";
        public DateTimeOffset At { get; init; }
        public int TellsUser { get; init; }
    }
}
