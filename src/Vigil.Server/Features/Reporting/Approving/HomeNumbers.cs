using Vigil.Server.Features.Reporting.Approving.Clocks;
using Vigil.Server.Features.Reporting.Approving.Showing;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving;

/// <summary>What the first page shows of the reports: what is late first.</summary>
internal static class HomeNumbers
{
    private const int MostLookedAt = 1000;

    public static async Task AddAsync(Tx tx, HomeNumbersWanted wanted)
    {
        // What may be filed, and was lost in a restore, is compared first.
        var behind = await LostClocks.UndecidedAsync(tx);
        var clocks = (await DueClock.OpenAsync(tx, MostLookedAt, withTests: false))
            .Where(clock => !behind.Contains(clock.CaseRef))
            .ToList();
        var late = clocks.Count(clock => clock.LevelAt(tx.Now) != DueLevel.Running);
        if (late > 0)
        {
            Add("Reports overdue", late, "", isWarning: true);
        }
        var waiting = await CountAsync(ReportState.NeedsHuman);
        if (waiting > 0)
        {
            Add("Reports that need somebody", waiting, "?state=needs_human", isWarning: true);
        }
        Add("Reports due", clocks.Count - late, "", isWarning: false);
        Add("Report drafts", await CountAsync(ReportState.Draft), "?state=draft", isWarning: false);

        async Task<int> CountAsync(ReportState state) =>
            (int)
                await tx.FindAsync<long>(
                    $"""
                    select count(*) from report
                    where tenant = @tenant and state = @state and {tx.SeesCase("report.case_ref")}
                    """,
                    new { state = state.ToString() }
                );

        void Add(string title, int count, string query, bool isWarning) =>
            wanted.Add(
                new HomeNumber(title, $"{count}", ReportPages.Root + query, Permission.ReportRead)
                {
                    IsWarning = isWarning,
                }
            );
    }
}
