using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Subject;

/// <summary>
/// Telling the user of an action: by the rule of the place, when the delay is over, and by a person. The platform
/// is given the words; it has the address.
/// </summary>
internal static class TellUser
{
    /// <summary>POST /v1/account-actions/{id}/tell.</summary>
    public static async Task<ActionView> RunAsync(Tx tx, Guid id)
    {
        var action = await AccountAction.RequireAsync(tx, id);
        if (action.Tell == Tell.Forbidden)
        {
            throw ProblemException.Conflict(
                "notice_forbidden",
                $"The user must not be told here: {action.TellSource}."
            );
        }
        if (!action.IsActive && action.ToldAt is null)
        {
            throw ProblemException.Conflict(
                "action_reversed",
                "This action was taken back before the user was told: there is nothing to tell."
            );
        }
        if (action is { IsActive: true, Waits: true })
        {
            throw ProblemException.Conflict(
                "decision_leaving",
                "The confirmation that this action rests on has not left yet: the user is not told before it has."
            );
        }
        if (action.TellAt > tx.Now)
        {
            throw ProblemException.Conflict(
                "notice_delayed",
                $"The user is not told before {action.TellAt:yyyy-MM-dd}: {action.TellSource}."
            );
        }
        await RequireAsync(tx, action.Ref);
        await tx.RecordAsync(new LedgerAct("account.user_told", action.Ref));
        if (action.ToldAt is null)
        {
            await ReleaseAsync(tx, action);
        }
        return await AccountAction.ViewAsync(tx, id);
    }

    /// <summary>POST /v1/account-actions/{id}/delay: somebody entitled asked for it.</summary>
    public static async Task<ActionView> DelayAsync(Tx tx, Guid id, ActionReasonRequest request)
    {
        var action = await AccountAction.RequireAsync(tx, id);
        var until = ActOnAccount.DelayOf(tx, request.NotBefore);
        var file = (await CaseFile.FindAsync(tx, action.CaseId))!;
        var reason = CaseActs.ReasonFor(tx, file, await CaseItem.OfAsync(tx, file.Id), request.Reason);
        if (!action.IsActive || action.ToldAt is not null || action.Tell == Tell.Forbidden)
        {
            throw ProblemException.Conflict(
                "nothing_to_delay",
                "No notice of this action waits: the user was told, must not be told, or the action was taken back. "
                    + "There is nothing to delay."
            );
        }
        if (until <= action.TellAt)
        {
            throw ProblemException.Conflict(
                "not_longer",
                $"The notice waits until {action.TellAt:yyyy-MM-dd} already: {action.TellSource}. A delay makes it "
                    + "wait longer; choose a later day."
            );
        }
        await tx.ExecuteAsync(
            "update account_action set tell = 'Delayed', tell_at = @until where tenant = @tenant and id = @id",
            new { id, until }
        );
        await CaseTimeline.AddAsync(tx, file.Id, "notice_delayed", reason);
        await tx.RecordAsync(
            CaseActs.Ledger("account.notice_delayed", file, reason, ("until", $"{until:O}"))
        );
        return await AccountAction.ViewAsync(tx, id);
    }

    /// <summary>No order of an authority forbids it.</summary>
    public static async Task<bool> MayAsync(Tx tx, string reference) =>
        (await MayAsync(tx, [reference])).Contains(reference);

    /// <summary>Those of a page's cases where no order forbids it, asked for at once.</summary>
    public static async Task<IReadOnlySet<string>> MayAsync(Tx tx, IEnumerable<string> references)
    {
        var cases = references.ToHashSet(StringComparer.Ordinal);
        return cases.Count == 0 || !tx.IsAnswered<MayTellUsersWanted>()
            ? cases
            : (
                await tx.AskAsync<MayTellUsersWanted, MayTellUsers>(
                    new MayTellUsersWanted([.. cases.Select(reference => new CaseRef(reference))])
                )
            ).Cases;
    }

    /// <exception cref="ProblemException">An order forbids it.</exception>
    public static async Task RequireAsync(Tx tx, string reference)
    {
        if (!await MayAsync(tx, reference))
        {
            throw ProblemException.Conflict(
                "nondisclosure",
                "The user must not be told now: an authority's order stands against it. Who manages legal process "
                    + "knows until when."
            );
        }
    }

    public static async Task ReleaseAsync(Tx tx, AccountAction action)
    {
        await tx.ExecuteAsync(
            "update account_action set told_at = @at, told_by = @me where tenant = @tenant and id = @id",
            new
            {
                id = action.Id,
                at = tx.Now,
                me = tx.Actor.Name,
            }
        );
        await tx.PublishAsync(
            new OutboxEvent(
                "account.notice",
                action.Ref,
                new
                {
                    actionId = action.Id,
                    caseRef = action.Ref,
                    notice = action.StatementOf(tx),
                }
            )
        );
    }
}
