using Vigil.Server.Features.Reporting.Filing;
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
        if (before?.State == "Met" && await IsSaidAsync(tx, happened))
        {
            return;
        }
        var about = await ReportActs.CaseOfAsync(tx, happened.Case.Value);
        var knowledge = KnowledgeOf(before, happened.KnowledgeAt, tx.Now);
        var law = await LegalDeadline.OfAsync(tx, about.Jurisdiction);
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
        var ended = 0;
        foreach (var of in met.GroupBy(one => one.CaseRef))
        {
            if (await SettlingAsync(tx, [.. of.DistinctBy(one => one.Destination)]) is { } last)
            {
                ended += await EndAsync(tx, last.CaseRef, "Met", last.At, null, null, last.Id);
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
    public static Task<int> OpenAgainAsync(Tx tx, DateTimeOffset since) =>
        tx.ExecuteAsync(
            $"""
            update report_due set state = 'Open', ended_at = null, ended_by = null, reason = null, report_id = null
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

    /// <summary>
    /// The report with which all are there that are owed; null: one is not, or leaves something out. Where no law is
    /// known that asks for one, any is enough.
    /// </summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="newest">Of one case, for each destination.</param>
    private static async Task<FiledReport?> SettlingAsync(Tx tx, IReadOnlyList<FiledReport> newest)
    {
        var owed = await newest[0].OwedAsync(tx);
        var settling =
            owed.Count == 0 ? [newest[0]] : newest.Where(one => owed.Contains(one.Destination)).ToList();
        if (settling.Count < owed.Count)
        {
            return null;
        }
        foreach (var one in settling)
        {
            if (await IsLeftOutAsync(tx, one))
            {
                return null;
            }
        }
        return settling.MaxBy(one => one.At);
    }

    /// <summary>Confirmed after the newest report was drafted, and not in it: the clock goes on.</summary>
    private static async Task<bool> IsLeftOutAsync(Tx tx, FiledReport met)
    {
        if (await SaidItems.ReadAsync(tx, met) is not { } said)
        {
            // What it said cannot be read: the clock goes on, and a person looks.
            return true;
        }
        return (await ReportActs.CaseOfAsync(tx, met.CaseRef)).Items.Any(item =>
            item.State == "Confirmed" && item.DecidedAt > said.DraftedAt && !said.Has(item)
        );
    }

    /// <summary>With each destination that is owed a report, the filed ones say all that was confirmed now.</summary>
    private static async Task<bool> IsSaidAsync(Tx tx, CaseConfirmed happened)
    {
        var filed = await FiledReport.OfAsync(tx, "Met", happened.Case.Value, atAnyTime: true);
        if (filed.Count == 0 || happened.Items.Count == 0)
        {
            return false;
        }
        var items = (await ReportActs.CaseOfAsync(tx, happened.Case.Value))
            .Items.Where(item => happened.Items.Contains(item.ItemId))
            .ToList();
        if (items.Count < happened.Items.Count)
        {
            return false;
        }
        var owed = await filed[0].OwedAsync(tx);
        List<IReadOnlyList<FiledReport>> needed =
            owed.Count == 0
                ? [filed]
                : [.. owed.Select(code => filed.Where(one => one.Destination == code).ToList())];
        foreach (var reports in needed)
        {
            if (!await SaidItems.AreAllInAsync(tx, reports, items))
            {
                return false;
            }
        }
        return true;
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
        var about = await ReportActs.CaseOfAsync(tx, caseRef);
        if (!about.IsThere || about.Items.Any(IsDue))
        {
            return;
        }
        var by = about.Items.FirstOrDefault(item => item.ItemId == cleared.ItemId)?.DecidedBy;
        await EndAsync(tx, caseRef, "NoDuty", tx.Now, by ?? tx.Actor.Name, ClearedReason, null);
        await tx.RecordAsync(new LedgerAct("report_due.no_duty", caseRef) { Reason = ClearedReason });
    }

    private static bool IsDue(ReportableItem item) =>
        item.State == "Confirmed" || (item.State == "Open" && item.KnowledgeAt is not null);

    /// <summary>A person says that no report is due, and why.</summary>
    public static async Task CloseAsync(Tx tx, string caseRef, string? reason)
    {
        if (tx.Actor.Kind != ActorKind.Person)
        {
            throw ProblemException.Conflict(
                "not_a_person",
                "That no duty asks for a report is said by a named person: sign in to the console."
            );
        }
        var clock =
            Trust.CaseRef.IsWellFormed(caseRef)
            && await tx.MaySeeCaseAsync(caseRef)
            && await FindAsync(tx, caseRef) is { State: "Open" } found
                ? found
                : throw ProblemException.NotFound("No report of such a case is due.");
        var text = ReportActs.ReasonOf(reason, await ReportActs.CaseOfAsync(tx, caseRef));
        await EndAsync(tx, clock.CaseRef, "NoDuty", tx.Now, tx.Actor.Name, text, null);
        await tx.RecordAsync(new LedgerAct("report_due.no_duty", caseRef) { Reason = text });
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
