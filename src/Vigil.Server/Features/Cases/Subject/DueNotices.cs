using Vigil.Server.Features.Cases.Grading;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Subject;

/// <summary>Users who may be told of an action by now, and whom nobody told.</summary>
internal static class DueNotices
{
    private const int Most = 50;

    /// <summary>GET /v1/account-actions/due: those that wait longest, inside the reader's fences.</summary>
    public static async Task<ActionsAnswer> ListAsync(Tx tx)
    {
        var due = await tx.QueryAsync<AccountAction>(
            $"""
            select {AccountAction.Columns} from account_action a
            join case_file f on f.tenant = a.tenant and f.id = a.case_id
            where a.tenant = @tenant and a.state = 'Active' and a.told_at is null and a.tell_at <= @now
                and not a.waits
                and not f.is_test and f.gold_for is null and {tx.SeesCase("f.ref")}
            order by a.tell_at, a.id limit @most
            """,
            new { now = tx.Now, most = Most }
        );
        var hidden = await HiddenVerdicts.ReadAsync(tx, due.Select(action => action.Ref));
        var actions = due.Where(action => !hidden.Hides(action.Ref)).ToList();
        var mayTell = await TellUser.MayAsync(tx, actions.Select(action => action.Ref));
        return new ActionsAnswer([.. actions.Select(action => action.ToView(tx, mayTell))])
        {
            Hidden = BlindReading.SomeHidden(hidden.Why),
        };
    }
}
