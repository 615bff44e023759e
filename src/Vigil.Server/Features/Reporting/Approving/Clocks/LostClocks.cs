using Vigil.Server.Features.Reporting.Filing;
using Vigil.Server.Features.Reporting.Filing.Environments;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving.Clocks;

/// <summary>Clocks of cases whose report the database lost in a restore, and the fence knows.</summary>
internal static class LostClocks
{
    public const string Alarm = "report_filed_before_restore";

    /// <summary>
    /// Two people said that it is filed: its cases' clocks end, where nothing else is owed and nothing was confirmed
    /// after it. Otherwise they run on: a person looks, and what else is owed is filed.
    /// </summary>
    public static async Task EndAsync(Tx tx, LostReport filed)
    {
        IReadOnlyList<LostReport> all = [filed, .. await LostReport.OfCasesAsync(tx, [.. filed.Line.Cases])];
        foreach (var reference in filed.Line.Cases)
        {
            // What is here, and says all that is owed, ends it by itself.
            await DueClock.SettleAsync(tx, reference);
            if (
                await DueClock.FindAsync(tx, reference) is { State: "Open" } clock
                && await OfAsync(tx, clock, all) is { Count: > 0 } counted
                && counted.Contains(filed)
                && await IsAllAsync(tx, clock, counted)
            )
            {
                await DueClock.MeetLostAsync(tx, reference, filed);
            }
        }
    }

    /// <summary>
    /// Those that count for a clock: real ones, for that of a real case, to whom such reports go now, after it began.
    /// </summary>
    public static async Task<IReadOnlyList<LostReport>> OfAsync(
        Tx tx,
        DueClock clock,
        IReadOnlyList<LostReport> lost
    )
    {
        var named = lost.Where(one => IsSince(one, clock)).ToList();
        return named.Count == 0 || clock.IsTest ? named : [.. named.Where(await RealAsync(tx))];
    }

    /// <summary>
    /// What persons compare first is urged by the alarm of the fence, to nothing else; and of a case whose report was
    /// filed before a restore, an alarm of its own says so, until the law's time is over.
    /// </summary>
    /// <returns>The others.</returns>
    public static async Task<IReadOnlyList<DueClock>> UrgedAsync(Tx tx, IReadOnlyList<DueClock> clocks)
    {
        var lost = clocks.Count == 0 ? [] : await LostReport.ReadAsync(tx);
        var behind = UndecidedOf(lost);
        var isReal = lost.Count == 0 ? _ => false : await RealAsync(tx);
        var (late, others) = (new List<DueClock>(), new List<DueClock>());
        foreach (var clock in clocks.Where(clock => !behind.Contains(clock.CaseRef)))
        {
            var level = clock.LevelAt(tx.Now);
            var isFiled = lost.Any(one => MayCount(one, clock, isReal));
            if (isFiled && level != DueLevel.Running)
            {
                late.Add(clock);
            }
            if (!isFiled || level == DueLevel.Overdue)
            {
                others.Add(clock);
            }
        }
        await ReportAlarms.TellAsync(
            tx,
            Alarm,
            AlarmSeverity.Urgent,
            late.Count,
            "Confirmed cases of which a report was filed before a restore and is not in this database: end the clock "
                + "where it says all that is confirmed, else write what it does not say",
            late.FirstOrDefault()?.KnowledgeAt
        );
        return others;
    }

    /// <summary>Filed of this case after the clock began.</summary>
    private static bool IsSince(LostReport lost, DueClock clock) =>
        lost.IsFiled
        && lost.Line.At >= clock.KnowledgeAt
        && lost.Line.Cases.Contains(clock.CaseRef, StringComparer.Ordinal);

    /// <summary>An earlier version's line does not say to whom it went, and may count.</summary>
    private static bool MayCount(LostReport lost, DueClock clock, Func<LostReport, bool> isReal) =>
        IsSince(lost, clock)
        && (
            lost.Line is { To: { }, Environment: { } }
                ? isReal(lost)
                : lost.Line.Environment != ReportEnvironment.Test
        );

    /// <summary>Cases of real reports to the CyberTipline that are filed, as two people said.</summary>
    public static async Task<IReadOnlySet<string>> WentToCyberTipAsync(Tx tx) =>
        (await LostReport.ReadAsync(tx))
            .Where(one =>
                one.IsFiled
                && one.Line.To == FilingKinds.CyberTip
                && one.Line.Environment == ReportEnvironment.Production
            )
            .SelectMany(one => one.Line.Cases)
            .ToHashSet(StringComparer.Ordinal);

    /// <summary>Cases of real reports that nobody decided about yet.</summary>
    public static async Task<IReadOnlySet<string>> UndecidedAsync(Tx tx) =>
        UndecidedOf(await LostReport.ReadAsync(tx, undecidedAlone: true));

    /// <summary>No test tells of a real case; an earlier version's line may be of either.</summary>
    private static HashSet<string> UndecidedOf(IEnumerable<LostReport> lost) =>
        lost.Where(one => one.IsUndecided && one.Line.Environment != ReportEnvironment.Test)
            .SelectMany(one => one.Line.Cases)
            .ToHashSet(StringComparer.Ordinal);

    private static async Task<Func<LostReport, bool>> RealAsync(Tx tx)
    {
        const ReportEnvironment real = ReportEnvironment.Production;
        var since = await WhoIsThere.SinceAsync(tx, FilingKinds.CyberTip, real);
        var address = await WhoIsThere.AddressAsync(tx, FilingKinds.CyberTip, real);
        return lost =>
            lost.Line.To is { } to
            && (
                to == FilingKinds.CyberTip
                    ? lost.WentTo(to, real, since, address)
                    : lost.WentTo(to, real, DateTimeOffset.UnixEpoch, "")
            );
    }

    /// <summary>Each destination that is owed a report has one, and nothing was confirmed after those.</summary>
    private static async Task<bool> IsAllAsync(Tx tx, DueClock clock, IReadOnlyList<LostReport> lost)
    {
        var owed = await FiledReport.OwedAsync(tx, clock.CaseRef, clock.Jurisdiction, clock.IsTest);
        return owed.All(one => one.Value is null && lost.Any(report => report.Line.To == one.Key))
            && await SayAllAsync(tx, clock.CaseRef, lost);
    }

    /// <summary>
    /// With each destination nothing of the case was confirmed after the last of them was drafted. What they say cannot
    /// be read any more.
    /// </summary>
    public static async Task<bool> SayAllAsync(Tx tx, string caseRef, IReadOnlyList<LostReport> lost)
    {
        var items = (await ReportActs.CaseOfAsync(tx, caseRef)).Items;
        var last = lost.GroupBy(report => report.Line.To)
            .Select(those => those.Max(report => report.DraftedAt));
        return last.All(drafted => !items.Any(item => item.State == "Confirmed" && item.DecidedAt > drafted));
    }
}
