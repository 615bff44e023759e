using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Journal;

/// <summary>A journal as the database knows it.</summary>
internal sealed class JournalRow
{
    public Guid Id { get; init; }

    /// <summary>Number of its last line; it is written before the line is.</summary>
    public long Head { get; init; }

    /// <summary>So many lines were once durable in it: a journal with fewer was cut off.</summary>
    public long Lines { get; init; }

    /// <summary>Its server files or comes in: no call that may file leaves before it holds the caller's head.</summary>
    public bool IsIn { get; init; }
    public DateTimeOffset BeganAt { get; init; }
    public DateTimeOffset? JoinedAt { get; init; }
    public DateTimeOffset? HeardAt { get; init; }

    /// <summary>An admin said that its server is gone for good.</summary>
    public DateTimeOffset? RetiringAt { get; init; }

    /// <summary>Nobody waits for it any more.</summary>
    public DateTimeOffset? RetiredAt { get; init; }

    public bool IsRetired => RetiredAt is not null;

    /// <param name="tx">The transaction.</param>
    /// <param name="isLocked">No head changes until the end of the transaction.</param>
    public static Task<IReadOnlyList<JournalRow>> ReadAsync(Tx tx, bool isLocked) =>
        tx.QueryAsync<JournalRow>(
            $"""
            select id, head, lines, is_in, began_at, joined_at, heard_at, retiring_at, retired_at from filing_journal
            where tenant = @tenant order by id{(isLocked ? tx.ForUpdate : "")}
            """
        );

    /// <summary>The next line's number. 0: the database is behind the journal, or does not know it.</summary>
    /// <param name="tx">The transaction that saves what the line announces.</param>
    /// <param name="journal">Whose.</param>
    public static async Task<long> AdvanceAsync(Tx tx, FilingJournal journal) =>
        await tx.FindAsync<long?>(
            """
            update filing_journal set head = head + 1, lines = case when lines < @lines then @lines else lines end
            where tenant = @tenant and id = @id and head >= @known
            returning head
            """,
            new
            {
                id = journal.Id,
                known = journal.Head,
                lines = journal.Lines,
            }
        ) ?? 0;

    /// <summary>So many lines are durable.</summary>
    public static Task<int> NoteLinesAsync(Tx tx, FilingJournal journal) =>
        tx.ExecuteAsync(
            "update filing_journal set lines = @lines where tenant = @tenant and id = @id and lines < @lines",
            new { id = journal.Id, lines = journal.Lines }
        );

    /// <summary>Lines are gone, and people decide because of it: that is not found again.</summary>
    public static Task<int> ForgetLinesAsync(Tx tx, FilingJournal journal) =>
        tx.ExecuteAsync(
            "update filing_journal set lines = @lines where tenant = @tenant and id = @id",
            new { id = journal.Id, lines = journal.Lines }
        );

    /// <summary>As far as a journal knows: what was lost is not found missing again.</summary>
    public static async Task CatchUpAsync(Tx tx, IReadOnlyDictionary<Guid, long> marks)
    {
        foreach (var (id, head) in marks.OrderBy(mark => mark.Key))
        {
            await tx.ExecuteAsync(
                """
                insert into filing_journal (tenant, id, began_at, head, is_in)
                values (@tenant, @id, @now, @head, @no)
                on conflict (tenant, id) do update set head = excluded.head
                where filing_journal.head < excluded.head
                """,
                new
                {
                    id,
                    head,
                    now = tx.Now,
                    no = false,
                }
            );
        }
    }

    /// <summary>Its server files from now on.</summary>
    public static Task<int> JoinAsync(Tx tx, Guid id) =>
        tx.ExecuteAsync(
            """
            update filing_journal set is_in = @yes, joined_at = @now, heard_at = @now, retiring_at = null,
                retired_at = null
            where tenant = @tenant and id = @id
            """,
            new
            {
                id,
                now = tx.Now,
                yes = true,
            }
        );

    /// <summary>Its server comes in: who files waits for its word from now on.</summary>
    public static Task<int> ComeAsync(Tx tx, Guid id) =>
        tx.ExecuteAsync(
            """
            update filing_journal set is_in = @yes, heard_at = @now, retiring_at = null, retired_at = null
            where tenant = @tenant and id = @id
            """,
            new
            {
                id,
                now = tx.Now,
                yes = true,
            }
        );

    /// <summary>Its server ends: nobody waits for its word.</summary>
    public static Task<int> LeaveAsync(Tx tx, Guid id) =>
        tx.ExecuteAsync(
            "update filing_journal set is_in = @no where tenant = @tenant and id = @id",
            new { id, no = false }
        );

    /// <summary>Those that do not hold a head are not waited for any more: they join anew.</summary>
    public static Task<int> PutOutAsync(Tx tx, Guid id, long head) =>
        tx.ExecuteAsync(
            """
            update filing_journal set is_in = @no
            where tenant = @tenant and id <> @id and is_in and not exists (select 1 from filing_seen s
                where s.tenant = @tenant and s.journal = filing_journal.id and s.other = @id and s.head >= @head)
            """,
            new
            {
                id,
                head,
                no = false,
            }
        );

    public static Task<int> HeardAsync(Tx tx, Guid id) =>
        tx.ExecuteAsync(
            "update filing_journal set heard_at = @now where tenant = @tenant and id = @id",
            new { id, now = tx.Now }
        );

    /// <summary>What an admin said is so; by a server that files and is alive.</summary>
    public static Task<int> RetireAskedAsync(Tx tx, Guid by) =>
        tx.ExecuteAsync(
            """
            update filing_journal set retired_at = @now, is_in = @no
            where tenant = @tenant and id <> @by and retiring_at is not null and retired_at is null
            """,
            new
            {
                by,
                now = tx.Now,
                no = false,
            }
        );

    /// <summary>Two people compared with the recipients what any journal knew. Who lives joins anew.</summary>
    public static Task<int> RetireAllAsync(Tx tx) =>
        tx.ExecuteAsync(
            "update filing_journal set retired_at = @now, is_in = @no where tenant = @tenant and retired_at is null",
            new { now = tx.Now, no = false }
        );
}
