using Vigil.Server.Features.Cases.Training;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Subject;

/// <summary>POST /v1/cases/{ref}/purge.</summary>
internal sealed record PurgeRequest
{
    /// <summary>Stands in the ledger: no account, no content.</summary>
    public string? Reason { get; init; }
}

/// <summary>Where a page of due cases ends.</summary>
internal sealed record PurgePlace(DateTimeOffset UpdatedAt, Guid Id);

/// <param name="Due">References of cases.</param>
/// <param name="Last">Null: there is no further page.</param>
internal sealed record PurgePage(IReadOnlyList<string> Due, PurgePlace? Last);

/// <summary>
/// Who was cleared leaves no name behind: account, references, words and conversations go from the case, as do what
/// their accounts are found by. States, times, deciders and the ledger stay. Never under a hold, never while an
/// appeal is open.
/// </summary>
internal static class PurgeCleared
{
    private const string TimeIsOver = "Cleared, and the time set for it is over.";

    /// <summary>A line of the timeline that is the purge's own.</summary>
    public const string Line = "purged";

    /// <summary>POST /v1/cases/{ref}/purge: at once, as who is concerned may ask.</summary>
    public static async Task<CaseStatus> RunAsync(Tx tx, string reference, string? reason)
    {
        var file = await CaseActs.RequireAsync(tx, reference);
        var text = CaseActs.ReasonFor(tx, file, await CaseItem.OfAsync(tx, file.Id), reason);
        await KeepForAudit.ReleaseWholeAsync(tx, file, text);
        if (await WhyNotAsync(tx, file) is { } why)
        {
            throw ProblemException.Conflict("not_to_be_purged", why);
        }
        await tx.RecordAsync(CaseActs.Ledger("case.purged", file, text));
        await PurgeAsync(tx, file);
        return CaseStatus.Of(file);
    }

    /// <summary>
    /// The machine's, in words of its own, which name nobody. What was brought for the case as a whole goes first: of
    /// cases that earlier versions cleared it was kept.
    /// </summary>
    /// <returns>False: something keeps it.</returns>
    public static async Task<bool> RunDueAsync(Tx tx, string reference)
    {
        var file = (await CaseFile.FindAsync(tx, reference))!;
        await KeepForAudit.ReleaseWholeAsync(tx, file, TimeIsOver);
        if (await WhyNotAsync(tx, file) is not null)
        {
            await tx.RecordAsync(new LedgerAct("case.purge_waits", file.Ref));
            return false;
        }
        await tx.RecordAsync(CaseActs.Ledger("case.purged", file, TimeIsOver));
        await PurgeAsync(tx, file);
        return true;
    }

    /// <summary>One page of the cases whose time is over, oldest first: those that nothing keeps.</summary>
    /// <param name="tx">The reader's.</param>
    /// <param name="after">Where the page before ended; null: the first.</param>
    /// <param name="most">Looked at, whether something keeps them or not.</param>
    public static async Task<PurgePage> DueAsync(Tx tx, PurgePlace? after, int most)
    {
        var days = await CaseSettings.NumberAsync(tx, CaseSettings.PurgeDays);
        var files = await tx.QueryAsync<CaseFile>(
            $"""
            select {CaseFile.Columns} from case_file
            where tenant = @tenant and purged_at is null
              and (state = 'Decided' and outcome = 'NotCsam' or state = 'Closed' and not exists (
                  select 1 from case_item i
                  where i.tenant = @tenant and i.case_id = case_file.id and i.state <> 'NotCsam'))
              and leaves_at is null and gold_for is null and updated_at <= @before
              and (updated_at > @at or (updated_at = @at and id > @id))
            order by updated_at, id limit @most
            """,
            new
            {
                before = tx.Now - TimeSpan.FromDays(days),
                at = after?.UpdatedAt ?? DateTimeOffset.UnixEpoch,
                id = after?.Id ?? Guid.Empty,
                most,
            }
        );
        var due = new List<string>();
        foreach (var file in files)
        {
            if (await WhyNotAsync(tx, file) is null || await IsReleasableAsync(tx, file))
            {
                due.Add(file.Ref);
            }
        }
        var last = files.Count < most ? null : new PurgePlace(files[^1].UpdatedAt, files[^1].Id);
        return new PurgePage(due, last);
    }

    /// <summary>Decided so; or it was, was opened again, and put aside with nothing else in it.</summary>
    public static async Task<bool> IsClearedAsync(Tx tx, CaseFile file) =>
        file.State switch
        {
            CaseState.Decided => file.Outcome == CaseOutcome.NotCsam,
            CaseState.Closed => (await CaseItem.OfAsync(tx, file.Id)).All(item =>
                item.State == ItemState.NotCsam
            ),
            _ => false,
        };

    private static async Task<string?> WhyNotAsync(Tx tx, CaseFile file)
    {
        if (file.LeavesAt is not null || !await IsClearedAsync(tx, file))
        {
            return "Only a case that is decided as not CSAM, and told so, is purged.";
        }
        var open = await tx.FindAsync<long>(
            """
            select count(*) from appeal p join account_action a on a.tenant = p.tenant and a.id = p.action_id
            where p.tenant = @tenant and a.case_id = @id and p.state = 'Open'
            """,
            new { id = file.Id }
        );
        if (open > 0)
        {
            return "An appeal is open: decide it first.";
        }
        return (await HeldAsync(tx, file)).IsHeld
            ? "A hold keeps what belongs to this case: it is purged when the hold is lifted."
            : null;
    }

    /// <summary>Files of the case as a whole are still preserved, and nobody looks at anything of it.</summary>
    private static async Task<bool> IsReleasableAsync(Tx tx, CaseFile file) =>
        (await HeldAsync(tx, file)).PreservesWhole && !await KeepForAudit.IsKeptAsync(tx, file.Id);

    private static async Task<CaseHeld> HeldAsync(Tx tx, CaseFile file) =>
        tx.IsAnswered<CaseHeldWanted>()
            ? await tx.AskAsync<CaseHeldWanted, CaseHeld>(new CaseHeldWanted(new CaseRef(file.Ref)))
            : new CaseHeld(false);

    private static async Task PurgeAsync(Tx tx, CaseFile file)
    {
        await tx.ExecuteAsync(
            """
            update case_file set account = null, account_digest = null, takes_items = @no, purged_at = @at
            where tenant = @tenant and id = @id
            """,
            new
            {
                id = file.Id,
                at = tx.Now,
                no = false,
            }
        );
        await tx.ExecuteAsync(
            """
            update case_item set content_ref = null, content_digest = null, content_alone = null, words = null,
                notice = null
            where tenant = @tenant and case_id = @id
            """,
            new { id = file.Id }
        );
        // An audit would find nothing to look at, and be told by that.
        await DrawAudits.DropOfCaseAsync(tx, file.Id);
        await PurgeFlagsAsync(tx, file.Id);
        await PurgeWordsAsync(tx, file.Id);
        await CaseTimeline.AddAsync(tx, file.Id, Line);
        await tx.RaiseAsync(new CaseCleared(new CaseRef(file.Ref)));
    }

    /// <summary>Also what a flag of the same account would be found again by.</summary>
    private static async Task PurgeFlagsAsync(Tx tx, Guid caseId)
    {
        var flags = await tx.QueryAsync<Guid>(
            """
            select g.id from case_flag g join case_item i on i.tenant = g.tenant and i.id = g.item_id
            where g.tenant = @tenant and i.case_id = @caseId limit @most
            """,
            new { caseId, most = CaseLimits.ItemsPerCase * CaseLimits.FlagRowsPerItem }
        );
        await tx.ExecuteManyAsync(
            """
            update case_flag set reporter = null, reporter_digest = null, words = null, thread = null, digest = @digest
            where tenant = @tenant and id = @id
            """,
            flags,
            (row, flag) =>
            {
                row.Set("id", flag);
                row.Set("digest", flag.ToByteArray());
            }
        );
    }

    private static async Task PurgeWordsAsync(Tx tx, Guid caseId)
    {
        await tx.ExecuteAsync(
            "update case_event set words = null where tenant = @tenant and case_id = @caseId",
            new { caseId }
        );
        await tx.ExecuteAsync(
            "update case_feedback set words = null where tenant = @tenant and case_id = @caseId",
            new { caseId }
        );
        await tx.ExecuteAsync(
            """
            update case_grade set words = null where tenant = @tenant and item_id in (
                select id from case_item where tenant = @tenant and case_id = @caseId)
            """,
            new { caseId }
        );
        await tx.ExecuteAsync(
            """
            update appeal set words = null where tenant = @tenant and action_id in (
                select id from account_action where tenant = @tenant and case_id = @caseId)
            """,
            new { caseId }
        );
    }
}
