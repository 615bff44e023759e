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
    /// <summary>Looked at of each kind, the oldest that somebody here may do.</summary>
    private const int Most = 200;

    /// <summary>Where nobody here may do the oldest ones, so many times more are read, a few times.</summary>
    private const int Wider = 4;
    private const int MostRead = 3000;

    /// <summary>Of these, asked for an order one by one; the rest counts as free.</summary>
    private const int MostAsked = 50;

    public bool IsOverdue(DateTimeOffset now) => OldestAt is { } oldest && oldest + After <= now;

    private TimeSpan After => TimeSpan.FromHours(Hours);

    public static async Task<WaitingWork> ReadAsync(Tx tx, WaitingKind kind)
    {
        var hours = await CaseSettings.NumberAsync(tx, kind.Setting);
        var (rows, alone, isCapped) = await RowsAsync(tx, kind, hours);
        var free = new List<Row>();
        var asked = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if (row.TellsUser == 0 || await MayAsync(tx, row.Ref, asked))
            {
                free.Add(row);
            }
        }
        return new WaitingWork(
            kind,
            free.Count,
            isCapped,
            rows.Count - free.Count,
            alone,
            free.Count == 0 ? null : free.Min(row => row.At),
            hours
        );
    }

    /// <summary>The oldest that somebody may do, how many among them nobody may, and if there are more.</summary>
    private static async Task<(List<Row> Rows, int Alone, bool IsCapped)> RowsAsync(
        Tx tx,
        WaitingKind kind,
        int hours
    )
    {
        IReadOnlySet<string>? known = null;
        for (var most = Most + 1; ; most *= Wider)
        {
            var rows = await tx.QueryAsync<Row>(
                kind.Rows,
                new
                {
                    now = tx.Now,
                    untouchedBefore = tx.Now - TimeSpan.FromHours(hours),
                    most,
                }
            );
            var nobody = known ?? await NobodyAsync(tx, kind, rows);
            known = nobody;
            var free = rows.Where(row => !nobody.Contains(row.Ref)).ToList();
            if (free.Count > Most || rows.Count < most || most > MostRead)
            {
                var isCapped = free.Count > Most || rows.Count >= most;
                return ([.. free.Take(Most)], rows.Count - free.Count, isCapped);
            }
        }
    }

    private static async Task<IReadOnlySet<string>> NobodyAsync(
        Tx tx,
        WaitingKind kind,
        IReadOnlyList<Row> rows
    ) => kind.Nobody is { } here && rows.Count > 0 ? await here.CasesAsync(tx) : new HashSet<string>();

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
