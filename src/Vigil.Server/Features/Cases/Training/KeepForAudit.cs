using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Training;

/// <summary>
/// Where a finding of "not CSAM" is drawn to be looked at, its file is there to be looked at: it goes when somebody
/// agreed, or when a set number of days is over. Where they disagreed it is kept for as long as the law's term says.
/// </summary>
internal static class KeepForAudit
{
    /// <summary>Of a page of those whose days are over.</summary>
    private const int Most = 200;

    /// <summary>The finding leaves: the case's items whose files are kept from now on.</summary>
    public static async Task<IReadOnlySet<Guid>> BeginAsync(Tx tx, Guid caseId)
    {
        var days = await CaseSettings.NumberAsync(tx, CaseSettings.AuditDays);
        return days == 0
            ? new HashSet<Guid>()
            : (
                await tx.QueryAsync<Guid>(
                    """
                    update case_audit set kept_until = coalesce(kept_until, @until)
                    where tenant = @tenant and state = 'Waiting' and verdict = 'NotCsam' and item_id in (
                        select id from case_item where tenant = @tenant and case_id = @caseId)
                    returning item_id
                    """,
                    new { caseId, until = tx.Now.AddDays(days) }
                )
            ).ToHashSet();
    }

    /// <summary>Nobody looks any more.</summary>
    /// <param name="tx">Of an act.</param>
    /// <param name="file">The case.</param>
    /// <param name="itemId">Nothing happens where its file is not kept for an audit.</param>
    /// <param name="reason">Stands in the ledger.</param>
    public static async Task EndAsync(Tx tx, CaseFile file, Guid itemId, string reason)
    {
        var kept = await tx.ExecuteAsync(
            """
            update case_audit set kept_until = null
            where tenant = @tenant and item_id = @itemId and kept_until is not null
            """,
            new { itemId }
        );
        if (kept > 0)
        {
            await tx.RaiseAsync(new ContentsReleased(new CaseRef(file.Ref), itemId, reason));
            await ReleaseWholeAsync(tx, file, reason);
        }
    }

    /// <summary>
    /// What was brought for the case and for none of its items goes when all of it is cleared, told, and looked at.
    /// </summary>
    public static async Task ReleaseWholeAsync(Tx tx, CaseFile file, string reason)
    {
        if (
            file is { State: not CaseState.Open, LeavesAt: null }
            && (await CaseItem.OfAsync(tx, file.Id)).All(item => item.State == ItemState.NotCsam)
            && !await IsKeptAsync(tx, file.Id)
        )
        {
            await tx.RaiseAsync(new ContentsReleased(new CaseRef(file.Ref), null, reason));
        }
    }

    /// <summary>Something of the case is kept for an audit.</summary>
    public static async Task<bool> IsKeptAsync(Tx tx, Guid caseId) =>
        await tx.FindAsync<long>(
            """
            select count(*) from case_audit a join case_item i on i.tenant = a.tenant and i.id = a.item_id
            where a.tenant = @tenant and i.case_id = @caseId and a.kept_until is not null
            """,
            new { caseId }
        ) > 0;

    /// <summary>
    /// Items whose days are over before anybody answered, the oldest first. Where no file is kept for it, as of what
    /// was confirmed, they run from the draw, and not out before it is overdue.
    /// </summary>
    public static async Task<IReadOnlyList<Guid>> OverAsync(Tx tx)
    {
        var days = TimeSpan.FromDays(await CaseSettings.NumberAsync(tx, CaseSettings.AuditDays));
        var hours = TimeSpan.FromHours(await CaseSettings.NumberAsync(tx, CaseSettings.AuditHours));
        return await tx.QueryAsync<Guid>(
            """
            select item_id from case_audit
            where tenant = @tenant and state = 'Waiting'
              and (kept_until <= @now or (kept_until is null and drawn_at <= @before))
            order by drawn_at, item_id limit @most
            """,
            new
            {
                now = tx.Now,
                before = tx.Now - (days > hours ? days : hours),
                most = Most,
            }
        );
    }

    /// <summary>
    /// The audit is over unanswered, as the ledger says: without its content, what is missing would tell the verdict.
    /// </summary>
    public static async Task<bool> LetGoAsync(Tx tx, Guid itemId)
    {
        var caseId = await tx.FindAsync<Guid>(
            "select case_id from case_item where tenant = @tenant and id = @itemId",
            new { itemId }
        );
        var file = (await CaseFile.FindAsync(tx, caseId))!;
        await tx.RecordAsync(new LedgerAct("case.audit_unanswered", file.Ref));
        await EndAsync(tx, file, itemId, "Nobody looked at it in the time set for that.");
        await DrawAudits.LeaveUnansweredAsync(tx, itemId);
        return true;
    }
}
