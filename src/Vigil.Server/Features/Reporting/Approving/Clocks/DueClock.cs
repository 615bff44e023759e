using Vigil.Server.Features.Reporting.Filing;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving.Clocks;

/// <summary>A confirmed case and the clock of its report. A test case has one too, and no alarm.</summary>
internal sealed class DueClock
{
    private const string Columns = """
        case_ref, jurisdiction, is_test, knowledge_at, goal_at, deadline_at, state, ended_at, ended_by, reason,
        report_id, rests_on
        """;

    private const string ClearedReason = "Decided as not CSAM.";

    /// <summary>A real report, r, that went to an address of before and may have ended a clock, report_due.</summary>
    private const string WentThere = """
        r.destination = @cybertip and r.environment = 'Production' and r.state in ('Filed', 'FiledReceiptLost')
          and r.approved_at >= report_due.knowledge_at and coalesce(r.filed_at, r.state_since) >= @since
        """;

    /// <summary>Of one that ended: the same start, and no end.</summary>
    private const string RunsAgain =
        "state = 'Open', ended_at = null, ended_by = null, reason = null, report_id = null";

    public string CaseRef { get; init; } = "";

    /// <summary>Of the case; empty: not known.</summary>
    public string Jurisdiction { get; init; } = "";
    public bool IsTest { get; init; }
    public DateTimeOffset KnowledgeAt { get; init; }
    public DateTimeOffset GoalAt { get; init; }

    /// <summary>Null: the law names no time.</summary>
    public DateTimeOffset? DeadlineAt { get; init; }

    /// <summary>What the deadline, or that there is none, rests on; empty: it began before that was kept.</summary>
    public string RestsOn { get; init; } = "";

    /// <summary>Open, Met or NoDuty.</summary>
    public string State { get; init; } = "";
    public DateTimeOffset? EndedAt { get; init; }
    public string? EndedBy { get; init; }
    public string? Reason { get; init; }

    /// <summary>The report that met it.</summary>
    public Guid? ReportId { get; init; }

    public DueLevel LevelAt(DateTimeOffset now) =>
        State == "Open" ? DueLevels.Of(KnowledgeAt, GoalAt, DeadlineAt, now) : DueLevel.Running;

    public static Task<DueClock?> FindAsync(Tx tx, string caseRef) =>
        tx.FindAsync<DueClock>(
            $"select {Columns} from report_due where tenant = @tenant and case_ref = @caseRef{tx.ForUpdate}",
            new { caseRef }
        );

    /// <summary>Those that run of cases that the actor may see, the oldest first.</summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="most">So many.</param>
    /// <param name="withTests">Those of test cases too.</param>
    public static Task<IReadOnlyList<DueClock>> OpenAsync(Tx tx, int most, bool withTests) =>
        tx.QueryAsync<DueClock>(
            $"""
            select {Columns} from report_due where tenant = @tenant and state = 'Open' and (@withTests or not is_test)
              and {tx.SeesCase("report_due.case_ref")}
            order by knowledge_at, case_ref limit @most
            """,
            new { most, withTests }
        );

    /// <summary>
    /// A confirmation left. What a report met, or a person ended, begins anew with it, unless what is filed says all
    /// that was confirmed: that was told, and is not told again.
    /// </summary>
    public static async Task StartAsync(Tx tx, CaseConfirmed happened)
    {
        var before = await FindAsync(tx, happened.Case.Value);
        var about = await ReportActs.CaseOfAsync(tx, happened.Case.Value);
        if (before?.State == "Met" && await IsSaidAsync(tx, about, happened))
        {
            return;
        }
        var knowledge = KnowledgeOf(before, happened.KnowledgeAt, tx.Now);
        var law = await LegalDeadline.OfAsync(tx, about.Jurisdiction, happened.Case.Value);
        await tx.ExecuteAsync(
            """
            insert into report_due (tenant, case_ref, jurisdiction, is_test, knowledge_at, goal_at, deadline_at,
                rests_on, state)
            values (@tenant, @caseRef, @jurisdiction, @isTest, @knowledge, @goal, @deadline, @restsOn, 'Open')
            on conflict (tenant, case_ref) do update set jurisdiction = excluded.jurisdiction,
                knowledge_at = excluded.knowledge_at, goal_at = excluded.goal_at, deadline_at = excluded.deadline_at,
                rests_on = excluded.rests_on,
                state = 'Open', ended_at = null, ended_by = null, reason = null, report_id = null
            """,
            new
            {
                caseRef = happened.Case.Value,
                jurisdiction = about.Jurisdiction,
                isTest = about.IsTest,
                knowledge,
                goal = knowledge.AddHours(await ReportSettings.NumberAsync(tx, ReportSettings.GoalHours)),
                deadline = law.Hours is { } hours ? knowledge.AddHours(hours) : (DateTimeOffset?)null,
                restsOn = law.RestsOn,
            }
        );
    }

    /// <summary>A clock that runs keeps its start; one that ended starts with what came after its end.</summary>
    internal static DateTimeOffset KnowledgeOf(DueClock? before, DateTimeOffset told, DateTimeOffset now) =>
        before is null ? told
        : before.State == "Open" ? (before.KnowledgeAt < told ? before.KnowledgeAt : told)
        : told > before.EndedAt ? told
        : now;

    /// <summary>
    /// Ends clocks whose case is reported since, by itself or in a batch, wherever the service's own law asks for a
    /// report; of one case, or of all.
    /// </summary>
    /// <returns>How many.</returns>
    public static async Task<int> SettleAsync(Tx tx, string? caseRef = null)
    {
        var met = await FiledReport.OfAsync(tx, "Open", caseRef);
        var lost = met.Count == 0 ? [] : await LostReport.ReadAsync(tx);
        var ended = 0;
        foreach (var of in met.GroupBy(one => one.CaseRef))
        {
            if (
                await FindAsync(tx, of.Key) is { State: "Open" } clock
                && await LostClocks.OfAsync(tx, clock, lost) is { } gone
                && await Settled.ByAsync(tx, [.. of], clock.KnowledgeAt, gone) is { } last
            )
            {
                ended += await MeetAsync(tx, last.Report, last.At);
            }
        }
        return ended;
    }

    /// <summary>
    /// Real reports to an address of the CyberTipline were to a simulator: clocks that they had ended, by themselves or
    /// with others, run again from the same start. What is met all the same, the next look ends.
    /// </summary>
    /// <param name="tx">Of the act that sets another address.</param>
    /// <param name="since">Since when that address was set.</param>
    /// <returns>How many.</returns>
    public static async Task<int> OpenAgainAsync(Tx tx, DateTimeOffset since)
    {
        var opened = await tx.ExecuteAsync(
            $"""
            update report_due set {RunsAgain}
            where tenant = @tenant and state = 'Met' and not is_test and ended_at >= @since and (
              exists (
                select 1 from report r
                where r.tenant = @tenant and r.case_ref = report_due.case_ref and {WentThere})
              or exists (
                select 1 from report_batch_case b join report r on r.tenant = b.tenant and r.id = b.report_id
                where b.tenant = @tenant and b.case_ref = report_due.case_ref and {WentThere}))
            """,
            new { cybertip = FilingKinds.CyberTip, since }
        );
        // What the database lost in a restore has no row: the fence's says where it went.
        foreach (var reference in await LostClocks.WentToCyberTipAsync(tx))
        {
            opened += await tx.ExecuteAsync(
                $"""
                update report_due set {RunsAgain}
                where tenant = @tenant and case_ref = @reference and state = 'Met' and not is_test
                  and ended_at >= @since
                """,
                new { reference, since }
            );
        }
        return opened;
    }

    /// <summary>All that is owed of its case is filed.</summary>
    internal static Task<int> MeetAsync(Tx tx, FiledReport by, DateTimeOffset at) =>
        EndAsync(tx, by.CaseRef, "Met", at, null, null, by.Id);

    /// <summary>What is filed says all that was confirmed now.</summary>
    private static async Task<bool> IsSaidAsync(Tx tx, ReportableCase about, CaseConfirmed happened)
    {
        var items = about.Items.Where(item => happened.Items.Contains(item.ItemId)).ToList();
        return items.Count > 0
            && items.Count == happened.Items.Count
            && await Settled.SaysAsync(
                tx,
                await FiledReport.OfAsync(tx, "Met", happened.Case.Value, atAnyTime: true),
                items
            );
    }

    /// <summary>It ended before all that is owed was filed: it runs again from the same start.</summary>
    internal static Task<int> RunAgainAsync(Tx tx, string caseRef) =>
        tx.ExecuteAsync(
            $"""
            update report_due set {RunsAgain}
            where tenant = @tenant and case_ref = @caseRef and state = 'Met'
            """,
            new { caseRef }
        );

    /// <summary>
    /// What is known of a case changed: the clock that runs has the shortest time of what is owed by now.
    /// </summary>
    public static async Task LawAgainAsync(Tx tx, string caseRef)
    {
        if (await FindAsync(tx, caseRef) is not { State: "Open" } clock)
        {
            return;
        }
        var law = await LegalDeadline.OfAsync(tx, clock.Jurisdiction, caseRef);
        await tx.ExecuteAsync(
            """
            update report_due set deadline_at = @deadline, rests_on = @restsOn
            where tenant = @tenant and case_ref = @caseRef and state = 'Open'
            """,
            new
            {
                caseRef,
                deadline = law.Hours is { } hours ? clock.KnowledgeAt.AddHours(hours) : (DateTimeOffset?)null,
                restsOn = law.RestsOn,
            }
        );
    }

    /// <summary>
    /// Decided as not CSAM. Where nothing of the case is confirmed any more, and nothing waits that was, no report is
    /// due; what is confirmed later starts anew.
    /// </summary>
    public static async Task ClearedAsync(Tx tx, ContentsCleared cleared)
    {
        var caseRef = cleared.Case.Value;
        if (await FindAsync(tx, caseRef) is not { State: "Open" })
        {
            return;
        }
        await EndClearedAsync(tx, caseRef, cleared.ItemId);
    }

    /// <summary>Where nothing of the case is or was confirmed that is not decided otherwise by now.</summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="caseRef">Whose clock runs.</param>
    /// <param name="itemId">Who decided of this one ended it; null: of the newest.</param>
    /// <returns>Whether it ended.</returns>
    internal static async Task<bool> EndClearedAsync(Tx tx, string caseRef, Guid? itemId)
    {
        var about = await ReportActs.CaseOfAsync(tx, caseRef);
        if (!about.IsThere || about.Items.Any(IsDue))
        {
            return false;
        }
        var by = about
            .Items.Where(item => itemId is null || item.ItemId == itemId)
            .MaxBy(item => item.DecidedAt)
            ?.DecidedBy;
        await EndWithoutAsync(tx, caseRef, by ?? tx.Actor.Name, ClearedReason);
        return true;
    }

    /// <summary>No report is due; the ledger has why.</summary>
    internal static async Task EndWithoutAsync(Tx tx, string caseRef, string by, string reason)
    {
        await EndAsync(tx, caseRef, "NoDuty", tx.Now, by, reason, null);
        await tx.RecordAsync(new LedgerAct("report_due.no_duty", caseRef) { Reason = reason });
    }

    /// <summary>All that is owed of its case was filed before a restore; the ledger has what two people said.</summary>
    internal static async Task MeetLostAsync(Tx tx, string caseRef, LostReport lost)
    {
        var number = lost.Number.Length == 0 ? "" : $" as {lost.Number}";
        var reason = $"Filed{number} before a restore; the report is not in this database.";
        await EndAsync(tx, caseRef, "Met", lost.Line.At, tx.Actor.Name, reason, lost.Id);
        await tx.RecordAsync(
            new LedgerAct("report_due.met_before_restore", caseRef)
            {
                Reason = reason,
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["report"] = lost.Id.ToString(),
                    ["destination"] = lost.Line.To ?? "unknown",
                },
            }
        );
    }

    private static bool IsDue(ReportableItem item) =>
        item.State == "Confirmed" || (item.State == "Open" && item.KnowledgeAt is not null);

    /// <summary>A person says that no report is due, and why.</summary>
    public static async Task CloseAsync(Tx tx, string caseRef, string? reason)
    {
        var clock = await RequireOpenAsync(tx, caseRef);
        var text = ReportActs.ReasonOf(reason, await ReportActs.CaseOfAsync(tx, caseRef));
        await EndWithoutAsync(tx, clock.CaseRef, tx.Actor.Name, text);
    }

    /// <summary>One that runs, of a case that a named person may see.</summary>
    internal static async Task<DueClock> RequireOpenAsync(Tx tx, string caseRef)
    {
        if (tx.Actor.Kind != ActorKind.Person)
        {
            throw ProblemException.Conflict(
                "not_a_person",
                "That no duty asks for a report is said by a named person: sign in to the console."
            );
        }
        return
            Trust.CaseRef.IsWellFormed(caseRef)
            && await tx.MaySeeCaseAsync(caseRef)
            && await FindAsync(tx, caseRef) is { State: "Open" } found
            ? found
            : throw ProblemException.NotFound("No report of such a case is due.");
    }

    private static Task<int> EndAsync(
        Tx tx,
        string caseRef,
        string state,
        DateTimeOffset at,
        string? by,
        string? reason,
        Guid? reportId
    ) =>
        tx.ExecuteAsync(
            """
            update report_due set state = @state, ended_at = @at, ended_by = @by, reason = @reason,
                report_id = @reportId
            where tenant = @tenant and case_ref = @caseRef and state = 'Open'
            """,
            new
            {
                caseRef,
                state,
                at,
                by,
                reason,
                reportId,
            }
        );
}
