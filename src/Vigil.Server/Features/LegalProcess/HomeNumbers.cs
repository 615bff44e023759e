using Vigil.Server.Features.LegalProcess.Showing;
using Vigil.Trust;

namespace Vigil.Server.Features.LegalProcess;

/// <summary>What the first page shows of authorities' requests.</summary>
internal static class HomeNumbers
{
    public static async Task AddAsync(Tx tx, HomeNumbersWanted wanted)
    {
        var found = (
            await tx.FindAsync<Counted>(
                $"""
                select count(*) as waiting,
                    cast(coalesce(sum(case when deadline <= @now then 1 else 0 end), 0) as bigint) as overdue
                from legal_request
                where tenant = @tenant and {WatchClocks.Waiting}
                """,
                new { now = tx.Now }
            )
        )!;
        wanted.Add(
            new HomeNumber(
                "Authorities' requests",
                $"{found.Waiting}",
                LegalPages.Requests,
                Permission.LegalManage
            )
            {
                IsWarning = found.Overdue > 0,
                Note = found.Overdue > 0 ? $"{found.Overdue} overdue" : "",
            }
        );
    }

    private sealed class Counted
    {
        public long Waiting { get; init; }
        public long Overdue { get; init; }
    }
}
