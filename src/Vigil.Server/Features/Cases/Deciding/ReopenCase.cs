using Vigil.Server.Features.Cases.Subject;
using Vigil.Server.Features.Cases.Training;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>
/// Opens a case again: by a person, or because an entry was disputed that its decisions rest on. What was
/// confirmed is looked at again; what was reversed stays so.
/// </summary>
internal static class ReopenCase
{
    public static async Task<CaseStatus> RunAsync(Tx tx, DecidingPerson by, string reference, string? reason)
    {
        var file = await CaseActs.RequireAsync(tx, reference);
        UndoDecision.RefuseWhileLeaving(file);
        if (file.GoldFor is not null && file.State != CaseState.Open)
        {
            throw ProblemException.Conflict("answered", "This was a sample; it is answered once.");
        }
        var items = await CaseItem.OfAsync(tx, file.Id);
        var text = CaseActs.ReasonFor(tx, file, items, reason);
        await tx.RecordAsync(by.In(CaseActs.Ledger("case.reopened", file, text)));
        if (file.State != CaseState.Open)
        {
            await OpenAsync(tx, file, "reopened", text, by);
            await SourceOpinions.RetractAsync(tx, file, onlyConfirmed: false);
        }
        return CaseStatus.Of((await CaseFile.FindAsync(tx, file.Id))!);
    }

    /// <summary>Somebody who was told says otherwise.</summary>
    public static async Task ByFeedbackAsync(Tx tx, CaseFile file, string reason)
    {
        if (file.State != CaseState.Open && file.GoldFor is null)
        {
            await tx.RecordAsync(CaseActs.Ledger("case.reopened", file, reason));
            await OpenAsync(tx, file, "reopened_by_feedback", reason);
            await SourceOpinions.RetractAsync(tx, file, onlyConfirmed: false);
        }
    }

    /// <summary>Scanning's answer to a dispute, in the same transaction.</summary>
    public static async Task ReactAsync(Tx tx, DecisionsReopened reopened)
    {
        foreach (var reference in reopened.Cases.Distinct())
        {
            if (await CaseFile.FindAsync(tx, reference.Value) is { } file)
            {
                await LookAgainAsync(tx, file, reopened.Reason);
            }
        }
    }

    private static async Task LookAgainAsync(Tx tx, CaseFile file, string reason)
    {
        await SourceOpinions.RetractAsync(tx, file, onlyConfirmed: true);
        if (file.State == CaseState.Open)
        {
            await OpenItemsAsync(tx, file.Id);
            await CaseTimeline.AddAsync(tx, file.Id, "look_again", reason);
            await CaseTimeline.PublishAsync(tx, "case.updated", file.Id);
            return;
        }
        var items = await CaseItem.OfAsync(tx, file.Id);
        if (items.All(item => item.State == ItemState.NotCsam))
        {
            return;
        }
        await tx.RecordAsync(
            CaseActs.Ledger("case.reopened", file, "An entry that its decision rests on was disputed.")
        );
        await OpenAsync(tx, file, "reopened_by_dispute", reason);
    }

    private static async Task OpenAsync(
        Tx tx,
        CaseFile file,
        string what,
        string reason,
        DecidingPerson? by = null
    )
    {
        await OpenItemsAsync(tx, file.Id);
        await OpenFileAsync(tx, file);
        await CaseTimeline.AddAsync(tx, file.Id, what, reason, by);
        await CaseTimeline.PublishAsync(tx, "case.reopened", file.Id);
    }

    /// <summary>It takes new items only where its account has no other case that does by now.</summary>
    public static Task<int> OpenFileAsync(Tx tx, CaseFile file) =>
        tx.ExecuteAsync(
            """
            update case_file set state = 'Open', outcome = null, closed_because = null, updated_at = @at,
                takes_items = (account_digest is not null and item_count < @most and not exists (
                    select 1 from case_file o where o.tenant = @tenant and o.account_digest = case_file.account_digest
                      and o.is_test = case_file.is_test and o.takes_items))
            where tenant = @tenant and id = @id
            """,
            new
            {
                id = file.Id,
                at = tx.Now,
                most = CaseLimits.ItemsPerCase,
            }
        );

    /// <summary>What was drawn of their decisions is no audit of the next ones.</summary>
    private static async Task OpenItemsAsync(Tx tx, Guid caseId)
    {
        await DrawAudits.DropOfCaseAsync(tx, caseId, ItemState.Confirmed);
        await tx.ExecuteAsync(
            """
            update case_item set state = 'Open', decided_by = null, decided_at = null
            where tenant = @tenant and case_id = @caseId and state = 'Confirmed'
            """,
            new { caseId }
        );
    }
}
