using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Journal;

/// <summary>All journals of a tenant at one moment, as one of them sees the database.</summary>
/// <param name="Id">Of that one.</param>
/// <param name="Rows">All, retired ones too.</param>
/// <param name="Seen">What it holds of others, and others of it.</param>
/// <param name="IsFenced">People are to decide first.</param>
internal sealed record PeerView(
    Guid Id,
    IReadOnlyList<JournalRow> Rows,
    IReadOnlyList<SeenRow> Seen,
    bool IsFenced
)
{
    public JournalRow? Own => Rows.FirstOrDefault(row => row.Id == Id);

    /// <summary>Those that are waited for.</summary>
    public IEnumerable<JournalRow> Others => Rows.Where(row => row.Id != Id && !row.IsRetired);

    public static async Task<PeerView> ReadAsync(Tx tx, Guid id, bool isLocked) =>
        new(
            id,
            await JournalRow.ReadAsync(tx, isLocked),
            await SeenRow.OfAsync(tx, id),
            await FenceRow.IsClosedAsync(tx)
        );

    /// <summary>The database is older than what the journal holds of it.</summary>
    public bool IsBehind(IReadOnlyDictionary<Guid, long> marks) =>
        marks.Any(mark => HeadOf(mark.Key) < mark.Value);

    /// <summary>What other journals wrote is gone from the database: they alone know what it was.</summary>
    public bool AreOthersBehind(IReadOnlyDictionary<Guid, long> marks) =>
        marks.Any(mark => mark.Key != Id && HeadOf(mark.Key) < mark.Value);

    /// <summary>What is to be held of the others and is not yet.</summary>
    public IReadOnlyDictionary<Guid, long> NewOf(IReadOnlyDictionary<Guid, long> marks) =>
        Rows.Where(row => row.Id != Id && row.Head > marks.GetValueOrDefault(row.Id, -1))
            .ToDictionary(row => row.Id, row => row.Head);

    /// <summary>What the others are still to be told.</summary>
    /// <param name="isIn">This one's server files.</param>
    public IEnumerable<SeenRow> ToTell(bool isIn) =>
        Others
            .Select(row => new SeenRow
            {
                Journal = Id,
                Other = row.Id,
                Head = row.Head,
                IsIn = isIn,
            })
            .Where(row =>
                !Seen.Any(told =>
                    told.Journal == Id
                    && told.Other == row.Other
                    && told.Head == row.Head
                    && told.IsIn == isIn
                )
            );

    /// <summary>Those that did not say yet that they hold so much of this one.</summary>
    public IEnumerable<JournalRow> Missing(long head) => Others.Where(row => HoldOf(row.Id, head) is null);

    /// <summary>
    /// One that files says that all is there, or every one does: then no line of any journal is ahead of the database.
    /// </summary>
    public bool IsWelcome(long begin) =>
        !Missing(begin).Any() || Others.Any(row => HoldOf(row.Id, begin) is { IsIn: true });

    /// <summary>Nobody lives who answered.</summary>
    public bool IsAlone(long begin) => Missing(begin).Count() == Others.Count();

    private SeenRow? HoldOf(Guid journal, long head) =>
        Seen.FirstOrDefault(row => row.Journal == journal && row.Other == Id && row.Head >= head);

    private long HeadOf(Guid id) => Rows.FirstOrDefault(row => row.Id == id)?.Head ?? -1;
}
