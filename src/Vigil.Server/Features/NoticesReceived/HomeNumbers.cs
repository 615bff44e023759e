using Vigil.Server.Features.NoticesReceived.Showing;
using Vigil.Trust;

namespace Vigil.Server.Features.NoticesReceived;

/// <summary>What the first page shows of notices.</summary>
internal static class HomeNumbers
{
    public static async Task AddAsync(Tx tx, HomeNumbersWanted wanted)
    {
        // A count of all cases' notices is not for who sees some.
        if (tx.Actor.IsFenced)
        {
            return;
        }
        var found = (
            await tx.FindAsync<Counted>(
                """
                select count(distinct notice_id) as waiting,
                    cast(coalesce(sum(case when due_at <= @now then 1 else 0 end), 0) as bigint) as overdue
                from notice_step where tenant = @tenant and done_at is null
                """,
                new { now = tx.Now }
            )
        )!;
        wanted.Add(
            new HomeNumber("Notices from outside", $"{found.Waiting}", NoticePages.List, Permission.CaseRead)
            {
                IsWarning = found.Overdue > 0,
                Note = found.Overdue > 0 ? $"{found.Overdue} steps overdue" : "",
            }
        );
    }

    private sealed class Counted
    {
        public long Waiting { get; init; }
        public long Overdue { get; init; }
    }
}
