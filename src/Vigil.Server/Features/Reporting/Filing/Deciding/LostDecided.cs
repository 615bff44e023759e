using Vigil.Server.Features.Reporting.Approving;
using Vigil.Server.Features.Reporting.Approving.Clocks;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Features.Reporting.Filing.Running;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Deciding;

/// <summary>What two people decided about a report that this database lost.</summary>
internal static class LostDecided
{
    /// <param name="tx">Of the decision.</param>
    /// <param name="report">Null: it is lost. Otherwise nothing is done.</param>
    /// <param name="ask">What was decided.</param>
    /// <param name="line">What the journal knows; null: nothing, and nothing is done.</param>
    public static async Task ApplyAsync(Tx tx, ReportRow? report, FenceAsk ask, JournalLine? line)
    {
        if (report is not null || line is null)
        {
            return;
        }
        await FilingAlarms.ClearAsync(tx, line.Report);
        if (ask.Decision != FenceDecision.IsFiled)
        {
            return;
        }
        var number = ask.RemoteId is { Length: > 0 } said ? said : line.Number;
        await LostClocks.EndAsync(
            tx,
            new LostReport
            {
                Line = line,
                IsFiled = true,
                Number = number,
            }
        );
        foreach (var reference in line.Cases)
        {
            if (await IsClearedAsync(tx, reference))
            {
                await tx.RaiseAlarmAsync(
                    FilingAlarms.FiledAllTheSame with
                    {
                        About = line.Report.ToString(),
                    }
                );
            }
        }
    }

    /// <summary>Decided otherwise since. One that is not decided waits for that anyway.</summary>
    private static async Task<bool> IsClearedAsync(Tx tx, string reference)
    {
        var items = (await ReportActs.CaseOfAsync(tx, reference)).Items;
        return items.Any(item => item.State == "NotCsam") && items.All(item => item.State != "Confirmed");
    }
}
