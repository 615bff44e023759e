using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Journal;

/// <summary>One journal holds durably that another came so far.</summary>
internal sealed class SeenRow
{
    public Guid Journal { get; init; }
    public Guid Other { get; init; }
    public long Head { get; init; }

    /// <summary>The server of <see cref="Journal"/> filed when it said so.</summary>
    public bool IsIn { get; init; }

    /// <summary>What this journal holds, and what others hold of it.</summary>
    public static Task<IReadOnlyList<SeenRow>> OfAsync(Tx tx, Guid id) =>
        tx.QueryAsync<SeenRow>(
            """
            select journal, other, head, is_in from filing_seen
            where tenant = @tenant and (journal = @id or other = @id)
            """,
            new { id }
        );

    public static Task<int> PutAsync(Tx tx, SeenRow row) =>
        tx.ExecuteAsync(
            """
            insert into filing_seen (tenant, journal, other, head, is_in)
            values (@tenant, @journal, @other, @head, @isIn)
            on conflict (tenant, journal, other) do update set head = excluded.head, is_in = excluded.is_in
            """,
            new
            {
                journal = row.Journal,
                other = row.Other,
                head = row.Head,
                isIn = row.IsIn,
            }
        );
}
