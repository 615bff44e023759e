using System.Text.Json;
using Vigil.Server.Features.Cases.Grading;
using Vigil.Server.Features.Cases.Subject;
using Vigil.Server.Features.Cases.Training;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>POST /v1/cases/{ref}/undo.</summary>
internal sealed record UndoRequest : INamesPerson
{
    /// <summary>From a program: who takes it back, by your own system's pseudonym.</summary>
    public string? Person { get; init; }
}

/// <summary>
/// POST /v1/cases/{ref}/undo: takes the last decision back before anybody outside is told. The ledger keeps both.
/// </summary>
internal static class UndoDecision
{
    public static async Task<CaseStatus> RunAsync(Tx tx, DecidingPerson by, string reference)
    {
        var file = await CaseActs.RequireAsync(tx, reference);
        var effect =
            await DecisionEffects.FindNewestAsync(tx, file.Id)
            ?? throw ProblemException.Conflict(
                "nothing_to_undo",
                "No decision of this case waits: what was decided has left. Open the case again, with a reason."
            );
        if (!by.Is(effect.DecidedBy) && !tx.Actor.May(Permission.CaseAssign))
        {
            throw ProblemException.Conflict(
                "not_yours",
                "Only who decided, or who may assign cases, undoes a decision."
            );
        }
        foreach (var item in effect.Before)
        {
            await tx.ExecuteAsync(
                """
                update case_item set state = @state, decided_by = @by, decided_at = @at
                where tenant = @tenant and id = @id and state = @verdict
                """,
                new
                {
                    id = item.Id,
                    state = item.State.ToString(),
                    by = item.DecidedBy,
                    at = item.DecidedAt,
                    verdict = effect.Verdict.ToString(),
                }
            );
            await DrawnAudit.PutBackAsync(tx, item.Id, item.Audit);
        }
        await DecisionEffects.RemoveAsync(tx, effect);
        if (effect.Verdict == ItemState.Confirmed)
        {
            await TakeBackGroundless.RunAsync(tx, file, "The decision was undone.", tx.Actor.Name);
        }
        if (file.State == CaseState.Decided)
        {
            await ReopenCase.OpenFileAsync(tx, file);
        }
        await LeaveAgainAsync(tx, effect);
        await CaseTimeline.AddAsync(tx, file.Id, "undone", Words.NameOf(effect.Verdict), by);
        await tx.RecordAsync(
            by.In(
                new LedgerAct("case.decision_undone", file.Ref)
                {
                    Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        ["verdict"] = Words.NameOf(effect.Verdict),
                    },
                }
            )
        );
        return CaseStatus.Of((await CaseFile.FindAsync(tx, file.Id))!);
    }

    /// <summary>
    /// An earlier confirmation that came due while the undone decision stood found nothing to tell, and is gone. What
    /// is put back to it leaves after all, and can be undone for as long as at first.
    /// </summary>
    private static async Task LeaveAgainAsync(Tx tx, DecisionEffect undone)
    {
        var unleft = await DecisionEffects.UnleftAsync(tx, undone.CaseId);
        var again = undone.Before.Where(item => item.Waits && !unleft.Contains(item.Id));
        foreach (var ofOne in again.GroupBy(item => item.DecidedBy))
        {
            await DecisionEffects.LeaveLaterAsync(
                tx,
                new DecisionEffect
                {
                    Id = tx.NewId(),
                    CaseId = undone.CaseId,
                    Verdict = ItemState.Confirmed,
                    Reason = "The decision after it was undone.",
                    Items = JsonSerializer.Serialize(
                        ofOne.Select(item => new ItemBefore(item.Id, ItemState.Open, null, null)
                        {
                            Decided = item.DecidedAt,
                        })
                    ),
                    DecidedBy = ofOne.Key ?? undone.DecidedBy,
                }
            );
        }
    }

    /// <exception cref="ProblemException">A decision of the case has not left yet.</exception>
    public static void RefuseWhileLeaving(CaseFile file)
    {
        if (file.LeavesAt is not null)
        {
            throw ProblemException.Conflict(
                "decision_leaving",
                "A decision of this case has not left yet: undo it, or wait until it has."
            );
        }
    }
}
