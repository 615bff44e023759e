using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving.Clocks;

/// <summary>What is late, as alarms: one of a kind, closed when nothing is late any more. No case facts.</summary>
internal static class ReportAlarms
{
    private const int MostLookedAt = 1000;

    private static readonly (DueLevel Level, string Code, AlarmSeverity Severity, string Text)[] OfClocks =
    [
        (
            DueLevel.GoalMissed,
            "report_goal_missed",
            AlarmSeverity.Urgent,
            "Confirmed cases without a report, past the own goal"
        ),
        (
            DueLevel.DeadlineNear,
            "report_deadline_near",
            AlarmSeverity.Urgent,
            "Confirmed cases without a report, four fifths of the law's time are over"
        ),
        (
            DueLevel.Overdue,
            "report_overdue",
            AlarmSeverity.Page,
            "Confirmed cases without a report, the law's time is over"
        ),
    ];

    private static readonly (
        ReportState State,
        string Code,
        AlarmSeverity Severity,
        string Text
    )[] OfStates =
    [
        (
            ReportState.NeedsHuman,
            "report_needs_human",
            AlarmSeverity.Urgent,
            "Reports that wait for a person who finds out or decides"
        ),
        (
            ReportState.Draft,
            "report_draft_old",
            AlarmSeverity.Notice,
            "Drafts of reports that nobody approved"
        ),
        (
            ReportState.Approved,
            "report_handover_late",
            AlarmSeverity.Urgent,
            "Approved packages that nobody handed over"
        ),
        (
            ReportState.HandedOver,
            "report_receipt_late",
            AlarmSeverity.Notice,
            "Reports that were handed over and have no receipt yet"
        ),
        (
            ReportState.Rejected,
            "report_rejected_old",
            AlarmSeverity.Urgent,
            "Reports that were refused, and nobody wrote another draft"
        ),
        (
            ReportState.FiledReceiptLost,
            "report_receipt_missing",
            AlarmSeverity.Notice,
            "Filed reports whose receipt was lost and did not come since"
        ),
    ];

    /// <summary>Looks at every clock and state of a tenant.</summary>
    public static async Task<bool> RunAsync(Tx tx)
    {
        await DueClock.SettleAsync(tx);
        await NobodyMayFile.TellAsync(tx);
        await SecondWanted.TellAsync(tx);
        var open = await DueClock.OpenAsync(tx, MostLookedAt, withTests: false);
        var clocks = await LostClocks.UrgedAsync(tx, open);
        foreach (var (level, code, severity, text) in OfClocks)
        {
            var late = clocks.Where(clock => clock.LevelAt(tx.Now) == level).ToList();
            await TellAsync(tx, code, severity, late.Count, text, late.FirstOrDefault()?.KnowledgeAt);
        }
        // What persons are to compare first is urged by the alarm of the fence, to nothing else.
        var fenced = await FenceRow.WaitingIdsAsync(tx);
        foreach (var (state, code, severity, text) in OfStates)
        {
            var late = (await ReportRow.InStateAsync(tx, state, MostLookedAt))
                .Where(report =>
                    report.Environment == ReportEnvironment.Production && ReportAges.IsTooOld(report, tx.Now)
                )
                .Where(report => !fenced.Contains(report.Id))
                .ToList();
            if (state == ReportState.Approved)
            {
                late = await FreeAsync(tx, late);
            }
            await TellAsync(tx, code, severity, late.Count, text, late.FirstOrDefault()?.StateSince);
        }
        return true;
    }

    /// <summary>
    /// Those that may be handed over: a journal that was not compared yet may know that they were.
    /// </summary>
    private static async Task<List<ReportRow>> FreeAsync(Tx tx, List<ReportRow> late)
    {
        var free = new List<ReportRow>();
        foreach (var report in late)
        {
            if (await FenceRow.IsFreeAsync(tx, report.Id))
            {
                free.Add(report);
            }
        }
        return free;
    }

    internal static async Task TellAsync(
        Tx tx,
        string code,
        AlarmSeverity severity,
        int count,
        string text,
        DateTimeOffset? since
    )
    {
        if (count == 0)
        {
            await tx.ClearAlarmAsync(code);
            return;
        }
        await tx.RaiseAlarmAsync(
            new Alarm(
                code,
                severity,
                $"{text}: {count}, the oldest since {since:yyyy-MM-dd HH:mm} UTC. See Reports in the console."
            )
        );
    }
}
