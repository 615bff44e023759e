using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Index;

/// <summary>
/// How a state on disk and the database know that they have one past: the state names a mark that was committed after
/// everything the state holds. A database that was put back to before that does not know the mark, or its clock is
/// behind; one that knows it has all that the state holds, and what is newer under higher generations. Not noticed is
/// one that was put back and, before this process looked again, wrote as many new changes under the same numbers.
/// </summary>
internal static class IndexMarks
{
    /// <summary>Marks of folders that are gone. Those of living processes are renewed each day.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromDays(90);

    /// <summary>A new one, and forgets those that no state names; null: the present one is not known.</summary>
    /// <param name="present">Of what is in memory; null: nothing is yet.</param>
    /// <param name="generation">Of the lists in memory; -1: nothing is yet.</param>
    public static async Task<Guid?> NewAsync(
        Tx tx,
        Guid? present,
        long generation,
        IEnumerable<Guid> outdated
    )
    {
        if (present is { } known && !await IsKnownAsync(tx, known, generation))
        {
            return null;
        }
        var mark = tx.NewId();
        await tx.ExecuteAsync(
            "insert into index_mark (tenant, mark, seen_at) values (@tenant, @mark, @at)",
            new { mark, at = tx.Now }
        );
        await tx.ExecuteManyAsync(
            "delete from index_mark where tenant = @tenant and mark = @mark",
            outdated,
            (row, old) => row.Set("mark", old)
        );
        await tx.ExecuteAsync(
            "delete from index_mark where tenant = @tenant and seen_at < @before",
            new { before = tx.Now - Life }
        );
        return mark;
    }

    /// <summary>
    /// The database has the past of what bears this mark, and did not lose what came after the mark.
    /// </summary>
    /// <param name="generation">Up to which the lists are there.</param>
    public static async Task<bool> IsKnownAsync(Tx tx, Guid mark, long generation) =>
        await tx.FindAsync<long>(
            """
            select count(*) from index_mark where tenant = @tenant and mark = @mark
                and coalesce((select generation from scan_clock where tenant = @tenant), 0) >= @generation
            """,
            new { mark, generation }
        ) > 0;

    public static Task<int> RenewAsync(Tx tx, IEnumerable<Guid> marks) =>
        tx.ExecuteManyAsync(
            "update index_mark set seen_at = @at where tenant = @tenant and mark = @mark",
            marks,
            (row, mark) =>
            {
                row.Set("mark", mark);
                row.Set("at", tx.Now);
            }
        );
}
