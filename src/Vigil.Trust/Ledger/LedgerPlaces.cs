using Vigil.Evidence;

namespace Vigil.Trust;

/// <summary>
/// Gives rows their places in the tree: dense, in order of their numbers, in one transaction that checks the
/// lease first. Numbers have gaps and become visible out of order; places do neither.
/// </summary>
internal static class LedgerPlaces
{
    private const string Service = "ledger";

    /// <summary>Up to a batch of rows from a place on: those that had one before, then new ones.</summary>
    /// <exception cref="LeaseLostException">Another holds the lease; nothing was given.</exception>
    public static Task<IReadOnlyList<LedgerRow>> AssignAsync(
        Db db,
        long epoch,
        long from,
        CancellationToken cancellation
    ) =>
        db.FencedAsync(
            Service,
            async tx =>
            {
                if ((await LedgerHead.LockAsync(tx)).Epoch != epoch)
                {
                    throw new LeaseLostException();
                }
                var next = await CountAsync(tx);
                var room = (int)Math.Max(0, LedgerLimits.BatchRows - (next - from));
                var waiting = await tx.QueryAsync<Waiting>(
                    """
                    select seq, tenant, subject from ledger_leaf where position is null order by seq limit @room
                    """,
                    new { room }
                );
                await AddSaltsAsync(tx, waiting);
                await tx.ExecuteManyAsync(
                    """
                    update ledger_leaf set position = @position, salt_id = (
                        select s.id from ledger_salt s
                        where s.tenant = ledger_leaf.tenant and s.subject = ledger_leaf.subject)
                    where seq = @seq and tenant = @tenant
                    """,
                    waiting.Select((row, index) => (row, position: next + index)),
                    (parameters, place) =>
                    {
                        parameters.Set("position", place.position);
                        parameters.Set("seq", place.row.Seq);
                        parameters.Set("tenant", place.row.Tenant);
                    }
                );
                return await ReadAsync(tx, from, long.MaxValue, LedgerLimits.BatchRows);
            },
            cancellation
        );

    /// <summary>How many places there are.</summary>
    public static async Task<long> CountAsync(Tx tx) =>
        (await tx.FindAsync<long?>("select max(position) from ledger_leaf") ?? -1) + 1;

    /// <summary>Rows that have their places, in order.</summary>
    public static Task<IReadOnlyList<LedgerRow>> ReadAsync(
        Db db,
        long from,
        long to,
        CancellationToken cancellation
    ) =>
        db.SystemAsync(
            Service,
            isWrite: false,
            tx => ReadAsync(tx, from, to, LedgerLimits.CheckRows),
            cancellation: cancellation
        );

    /// <summary>Rows in a range of numbers, both ends included, that never got a leaf; at most a hundred.</summary>
    public static Task<IReadOnlyList<long>> WithoutLeafAsync(
        Db db,
        long from,
        long to,
        CancellationToken cancellation
    ) =>
        db.SystemAsync(
            Service,
            isWrite: false,
            tx =>
                tx.QueryAsync<long>(
                    """
                    select e.seq from ledger_event e left join ledger_leaf l on l.seq = e.seq
                    where e.seq >= @from and e.seq <= @to and l.seq is null order by e.seq limit 100
                    """,
                    new { from, to }
                ),
            cancellation: cancellation
        );

    /// <summary>How many rows stand under no checkpoint of this size.</summary>
    public static Task<long> WaitingAsync(Db db, long size, CancellationToken cancellation) =>
        db.SystemAsync(
            Service,
            isWrite: false,
            tx =>
                tx.FindAsync<long>(
                    "select count(*) from ledger_leaf where position is null or position >= @size",
                    new { size }
                ),
            cancellation: cancellation
        );

    /// <summary>What goes into the tree.</summary>
    /// <exception cref="LedgerException">A row is gone, or has no place where one should be.</exception>
    public static IReadOnlyList<ReadOnlyMemory<byte>> LeavesOf(IReadOnlyList<LedgerRow> rows, long from) =>
        [
            .. rows.Select(
                (row, index) =>
                    row.Position != from + index ? throw Altered($"entry {from + index} has no row")
                    : row.Fault(null) is { } fault ? throw Altered($"entry {row.Position}: {fault}")
                    : row.Salt is null ? throw Altered($"entry {row.Position}: its salt is gone")
                    : (ReadOnlyMemory<byte>)row.Leaf()
            ),
        ];

    public static LedgerException Altered(string what) =>
        new(
            LedgerProblem.Damaged,
            $"The ledger's rows in the database are not as they were written: {what}. Keep database and folder as "
                + "they are for whoever finds out why; 'vigil ledger verify --data' names every row. Nothing is signed "
                + "until the rows are put right."
        );

    private static Task<IReadOnlyList<LedgerRow>> ReadAsync(Tx tx, long from, long to, int limit) =>
        tx.QueryAsync<LedgerRow>(
            LedgerRow.ByPosition,
            new
            {
                from,
                to,
                limit,
            }
        );

    private static Task<int> AddSaltsAsync(Tx tx, IReadOnlyList<Waiting> rows) =>
        tx.ExecuteManyAsync(
            """
            insert into ledger_salt (tenant, subject, id, salt, created_at)
            values (@tenant, @subject, @id, @salt, @at) on conflict (tenant, subject) do nothing
            """,
            rows.DistinctBy(row => (row.Tenant, row.Subject)),
            (parameters, row) =>
            {
                parameters.Set("tenant", row.Tenant);
                parameters.Set("subject", row.Subject);
                parameters.Set("id", tx.NewId());
                parameters.Set("salt", KeyedLeaf.NewSalt());
                parameters.Set("at", tx.Now);
            }
        );

    private sealed class Waiting
    {
        public long Seq { get; init; }
        public string Tenant { get; init; } = "";
        public string Subject { get; init; } = "";
    }
}
