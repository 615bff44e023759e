using System.Globalization;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving.Clocks;

/// <summary>
/// Clocks that earlier versions left (migration 0023 lists them), each looked at once, after the start and before any
/// of them rings: one that runs of a case that is filed, or cleared, ends; one that ended before all that is owed was
/// filed runs again from its start.
/// </summary>
internal static class OlderClocks
{
    private const int Rows = 50;

    public static async Task<bool> IsAnyAsync(Tx tx) =>
        await tx.FindAsync<long>(
            "select count(*) from (select 1 from report_due_unread where tenant = @tenant limit 1) as found"
        ) > 0;

    /// <param name="tx">Of an act; what was changed is recorded, and that it was looked at.</param>
    /// <returns>How many were looked at.</returns>
    public static async Task<int> ReadSomeAsync(Tx tx)
    {
        var listed = await tx.QueryAsync<string>(
            "select case_ref from report_due_unread where tenant = @tenant order by case_ref limit @most",
            new { most = Rows }
        );
        var changed = 0;
        foreach (var caseRef in listed)
        {
            changed += await PutRightAsync(tx, caseRef) ? 1 : 0;
        }
        await tx.ExecuteManyAsync(
            "delete from report_due_unread where tenant = @tenant and case_ref = @caseRef",
            listed,
            (row, caseRef) => row.Set("caseRef", caseRef)
        );
        await tx.RecordAsync(
            new LedgerAct("report_due.older_looked_at", "report_due")
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["clocks"] = listed.Count.ToString(CultureInfo.InvariantCulture),
                    ["changed"] = changed.ToString(CultureInfo.InvariantCulture),
                },
            }
        );
        return listed.Count;
    }

    private static async Task<bool> PutRightAsync(Tx tx, string caseRef)
    {
        var clock = await DueClock.FindAsync(tx, caseRef);
        var about = await ReportActs.CaseOfAsync(tx, caseRef);
        return clock is { IsTest: false }
            && about.IsThere
            && clock.State switch
            {
                "Open" => await EndAsync(tx, clock, about),
                "Met" => await RunAgainAsync(tx, clock, about),
                _ => false,
            };
    }

    private static async Task<bool> EndAsync(Tx tx, DueClock clock, ReportableCase about)
    {
        if (await DueClock.EndClearedAsync(tx, clock.CaseRef, null))
        {
            return true;
        }
        if (await DueClock.SettleAsync(tx, clock.CaseRef) > 0)
        {
            await RecordAsync(tx, clock, "Met");
            return true;
        }
        // It began again for what was told before: no later report can meet it.
        var filed = await FiledReport.OfAsync(tx, "Open", clock.CaseRef, atAnyTime: true);
        if (ConfirmedOf(about) is { Count: > 0 } items && await Settled.SaysAsync(tx, filed, items))
        {
            var last = filed.MaxBy(one => one.At)!;
            await DueClock.MeetAsync(tx, last, last.At);
            await RecordAsync(tx, clock, "Met");
            return true;
        }
        await DueClock.LawAgainAsync(tx, clock.CaseRef);
        return false;
    }

    /// <summary>Not where the report that ended it is gone, cannot be read, or was to a simulator.</summary>
    private static async Task<bool> RunAgainAsync(Tx tx, DueClock clock, ReportableCase about)
    {
        var filed = await FiledReport.OfAsync(tx, "Met", clock.CaseRef, atAnyTime: true);
        if (
            ConfirmedOf(about) is not { Count: > 0 } items
            || !filed.Any(one => one.Id == clock.ReportId)
            || !await CanBeReadAsync(tx, filed)
            || await Settled.ByAsync(tx, filed, DateTimeOffset.UnixEpoch, []) is not null
            || await Settled.SaysAsync(tx, filed, items)
        )
        {
            return false;
        }
        await DueClock.RunAgainAsync(tx, clock.CaseRef);
        await DueClock.LawAgainAsync(tx, clock.CaseRef);
        await RecordAsync(tx, clock, "Open");
        return true;
    }

    private static async Task<bool> CanBeReadAsync(Tx tx, IReadOnlyList<FiledReport> filed)
    {
        foreach (var report in filed)
        {
            if (await SaidItems.ReadAsync(tx, report) is null)
            {
                return false;
            }
        }
        return true;
    }

    private static List<ReportableItem> ConfirmedOf(ReportableCase about) =>
        [.. about.Items.Where(item => item.State == "Confirmed")];

    private static Task RecordAsync(Tx tx, DueClock clock, string to) =>
        tx.RecordAsync(
            new LedgerAct("report_due.put_right", clock.CaseRef)
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["from"] = clock.State,
                    ["to"] = to,
                },
            }
        );
}
