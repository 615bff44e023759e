using System.Security.Cryptography;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Training;

/// <summary>A decision that somebody else looks at; itself it says not what was decided.</summary>
public sealed record AuditRow(Guid ItemId, string CaseRef, DateTimeOffset DrawnAt);

/// <param name="Agreed">Of those that were looked at, as the numbers beside it of cases that the reader sees.</param>
/// <param name="Unanswered">Nobody looked in the days set for it: they say nothing of the decisions.</param>
public sealed record AuditsAnswer(
    IReadOnlyList<AuditRow> Waiting,
    long Agreed,
    long Disagreed,
    long Unanswered
);

/// <summary>POST /v1/audits/{item}.</summary>
internal sealed record AuditRequest
{
    /// <summary>What you would decide: confirmed or not_csam.</summary>
    public string? Verdict { get; init; }

    /// <summary>Of either verdict; stands in the ledger where it differs.</summary>
    public string? Reason { get; init; }

    /// <summary>From a program: who looked, by your own system's pseudonym.</summary>
    public string? Person { get; init; }
}

/// <param name="Agreed">False: the case is open again.</param>
internal sealed record AuditAnswer(bool Agreed, string CaseRef);

/// <summary>
/// Known items need no view, so a sample of decisions made without one is looked at by somebody else. Neither their
/// list nor the page to which it leads (<see cref="ReadAudit"/>) says what was decided.
/// </summary>
internal static class DrawAudits
{
    public static async Task RunAsync(
        Tx tx,
        DecidingPerson by,
        CaseFile file,
        IReadOnlyList<CaseItem> items,
        ItemState verdict
    )
    {
        if (file.IsTest || file.GoldFor is not null)
        {
            return;
        }
        var percent = await CaseSettings.NumberAsync(tx, CaseSettings.AuditPercent);
        var seen = await SeenAsync(tx, file);
        foreach (var item in items)
        {
            var isUnseen = !seen.Contains(item.Id);
            await tx.ExecuteAsync(
                "update case_item set decided_unseen = @isUnseen where tenant = @tenant and id = @id",
                new { id = item.Id, isUnseen }
            );
            if (isUnseen && RandomNumberGenerator.GetInt32(100) < percent)
            {
                await InsertAsync(tx, by, item.Id, verdict);
            }
        }
    }

    public static async Task<AuditsAnswer> ListAsync(Tx tx, string? person = null)
    {
        var waiting = await tx.QueryAsync<Row>(
            $"""
            select a.item_id, f.ref, a.drawn_at from case_audit a
            join case_item i on i.tenant = a.tenant and i.id = a.item_id
            join case_file f on f.tenant = i.tenant and f.id = i.case_id
            where a.tenant = @tenant and a.state = 'Waiting' and a.decided_by <> @me and not exists (
                select 1 from case_event e where e.tenant = @tenant and e.case_id = i.case_id and e.actor = @me
                  and e.what in ('confirmed', 'not_csam'))
              and {tx.SeesCase("f.ref")}
            order by a.drawn_at, a.item_id limit @most
            """,
            new { me = DecidingPerson.ReaderOf(tx, person), most = CaseLimits.PageRows }
        );
        return new AuditsAnswer(
            [.. waiting.Select(row => new AuditRow(row.ItemId, row.Ref, row.DrawnAt))],
            await CountAsync(tx, "Agreed"),
            await CountAsync(tx, "Disagreed"),
            await CountAsync(tx, "Unanswered")
        );
    }

    public static async Task<AuditAnswer> AnswerAsync(Tx tx, Guid itemId, AuditRequest request)
    {
        var by = DecidingPerson.Of(tx, request.Person);
        var (audit, file) = await RequireAsync(tx, itemId, by);
        var verdict = CaseRoutes.VerdictOf(request.Verdict);
        // Whatever was decided: a refusal of one verdict alone would tell it.
        UndoDecision.RefuseWhileLeaving(file);
        _ = CaseActs.ReasonFor(tx, file, await CaseItem.OfAsync(tx, file.Id), request.Reason);
        var isAgreed = audit.Verdict == verdict.ToString();
        await TakeToJudge.CountAsync(tx, file, itemId);
        await tx.ExecuteAsync(
            """
            update case_audit set state = @state, audited_by = @me, audited_at = @at
            where tenant = @tenant and item_id = @itemId
            """,
            new
            {
                itemId,
                state = isAgreed ? "Agreed" : "Disagreed",
                me = by.Name,
                at = tx.Now,
            }
        );
        await CaseTimeline.AddAsync(tx, file.Id, "audited", isAgreed ? "Agreed." : "Disagreed.", by);
        await tx.RecordAsync(
            by.In(new LedgerAct(isAgreed ? "case.audit_agreed" : "case.audit_disagreed", audit.Ref))
        );
        if (isAgreed)
        {
            await KeepForAudit.EndAsync(tx, file, itemId, "A second person looked at it and agreed.");
        }
        else
        {
            await ReopenCase.RunAsync(tx, by, audit.Ref, request.Reason);
        }
        return new AuditAnswer(isAgreed, audit.Ref);
    }

    /// <summary>Its days are over, as a number; nobody answers it any more.</summary>
    public static Task<int> LeaveUnansweredAsync(Tx tx, Guid itemId) =>
        tx.ExecuteAsync(
            """
            update case_audit set state = 'Unanswered'
            where tenant = @tenant and item_id = @itemId and state = 'Waiting'
            """,
            new { itemId }
        );

    /// <summary>Nobody answers it any more: its decision is none, or there is nothing left to look at.</summary>
    public static Task<int> DropAsync(Tx tx, Guid itemId) =>
        tx.ExecuteAsync(
            "delete from case_audit where tenant = @tenant and item_id = @itemId and state = 'Waiting'",
            new { itemId }
        );

    /// <summary>The same of a case's items.</summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="caseId">The case.</param>
    /// <param name="only">Of items in this state; null: of all.</param>
    public static Task<int> DropOfCaseAsync(Tx tx, Guid caseId, ItemState? only = null) =>
        tx.ExecuteAsync(
            """
            delete from case_audit where tenant = @tenant and state = 'Waiting' and item_id in (
                select id from case_item
                where tenant = @tenant and case_id = @caseId and (@isAll or state = @only))
            """,
            new
            {
                caseId,
                isAll = only is null,
                only = only?.ToString() ?? "",
            }
        );

    /// <summary>One that waits, and that this person may answer.</summary>
    /// <exception cref="ProblemException">None waits; or they decided something in this case.</exception>
    public static async Task<(Row Audit, CaseFile File)> RequireAsync(Tx tx, Guid itemId, DecidingPerson by)
    {
        var audit =
            await tx.FindAsync<Row>(
                $"""
                select a.item_id, f.ref, a.drawn_at, a.decided_by, a.verdict from case_audit a
                join case_item i on i.tenant = a.tenant and i.id = a.item_id
                join case_file f on f.tenant = i.tenant and f.id = i.case_id
                where a.tenant = @tenant and a.item_id = @itemId and a.state = 'Waiting'
                """,
                new { itemId }
            ) ?? throw ProblemException.NotFound("No decision about this item waits to be looked at.");
        var file = await CaseActs.RequireAsync(tx, audit.Ref);
        if (by.Is(audit.DecidedBy) || await CaseParts.HasDecidedAsync(tx, file.Id, by))
        {
            throw ProblemException.Conflict("own_decision", "Somebody else looks at your decisions.");
        }
        return (audit, file);
    }

    /// <summary>Items whose content somebody saw whole. Nobody keeps contents: none.</summary>
    private static async Task<HashSet<Guid>> SeenAsync(Tx tx, CaseFile file) =>
        !tx.IsAnswered<CaseViewLogWanted>()
            ? []
            :
            [
                .. (
                    await tx.AskAsync<CaseViewLogWanted, CaseViewLog>(
                        new CaseViewLogWanted(new CaseRef(file.Ref))
                    )
                )
                    .Views.Where(view => view.ShownWhole)
                    .Select(view => view.ItemId)
                    .OfType<Guid>(),
            ];

    private static Task<int> InsertAsync(Tx tx, DecidingPerson by, Guid itemId, ItemState verdict) =>
        tx.ExecuteAsync(
            """
            insert into case_audit (tenant, item_id, decided_by, verdict, state, drawn_at)
            values (@tenant, @itemId, @me, @verdict, 'Waiting', @at)
            on conflict (tenant, item_id) do update set
                decided_by = excluded.decided_by, verdict = excluded.verdict, state = 'Waiting',
                drawn_at = excluded.drawn_at, audited_by = null, audited_at = null, kept_until = null
            """,
            new
            {
                itemId,
                me = by.Name,
                verdict = verdict.ToString(),
                at = tx.Now,
            }
        );

    private static Task<long> CountAsync(Tx tx, string state) =>
        tx.FindAsync<long>(
            $"""
            select count(*) from case_audit a
            join case_item i on i.tenant = a.tenant and i.id = a.item_id
            join case_file f on f.tenant = i.tenant and f.id = i.case_id
            where a.tenant = @tenant and a.state = @state and {tx.SeesCase("f.ref")}
            """,
            new { state }
        );

    /// <summary>Of the table; the verdict is for the comparison alone.</summary>
    internal sealed class Row
    {
        public Guid ItemId { get; init; }
        public string Ref { get; init; } = "";
        public DateTimeOffset DrawnAt { get; init; }
        public string DecidedBy { get; init; } = "";
        public string Verdict { get; init; } = "";
    }
}
