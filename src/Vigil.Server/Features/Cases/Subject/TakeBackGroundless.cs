using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Subject;

/// <summary>
/// An action rests on what a person confirmed. Where nothing of the case is confirmed any more, its actions are taken
/// back in the same transaction: nobody stays suspended for want of somebody who thinks of it, and no letter says so
/// before it is true.
/// </summary>
internal static class TakeBackGroundless
{
    private const string Untold =
        "Closed before anybody was told: the confirmation it rested on was set aside. If it is right, open the case "
        + "again, confirm, and act anew.";

    /// <param name="tx">Of the decision that left, or was undone.</param>
    /// <param name="file">The case.</param>
    /// <param name="reason">Of the decision; stands in the ledger.</param>
    /// <param name="by">Who decided so.</param>
    public static async Task RunAsync(Tx tx, CaseFile file, string reason, string by)
    {
        if ((await CaseItem.OfAsync(tx, file.Id)).Any(HoldsUp))
        {
            return;
        }
        var active = await AccountAction.ActiveOfAsync(tx, file.Id);
        var stands =
            active.Any(action => IsOfAccount(action.Kind)) && await IsConfirmedElsewhereAsync(tx, file);
        foreach (var action in active)
        {
            if (stands && IsOfAccount(action.Kind))
            {
                await CaseTimeline.AddAsync(
                    tx,
                    file.Id,
                    "account_action_stands",
                    $"{Words.NameOf(action.Kind)}. Another case of the account is confirmed: a person takes it back, "
                        + "if it is right."
                );
                continue;
            }
            await ActOnAccount.ReverseAsync(tx, action, reason, DecidingPerson.Kept(by));
        }
    }

    /// <summary>
    /// The case is closed, and what was done waited for a confirmation that was set aside before it left: nobody
    /// outside was told, and nobody will be.
    /// </summary>
    public static async Task UntoldAsync(Tx tx, CaseFile file, DecidingPerson by)
    {
        foreach (var action in await AccountAction.ActiveOfAsync(tx, file.Id))
        {
            if (action.Waits)
            {
                await ActOnAccount.ReverseAsync(tx, action, Untold, by);
            }
        }
    }

    /// <summary>Confirmed; or it was, and is only looked at again.</summary>
    internal static bool HoldsUp(CaseItem item) =>
        item.State == ItemState.Confirmed || (item.State == ItemState.Open && item.KnownAt is not null);

    private static bool IsOfAccount(ActionKind kind) =>
        kind is ActionKind.AccountRestricted or ActionKind.AccountSuspended;

    private static async Task<bool> IsConfirmedElsewhereAsync(Tx tx, CaseFile file) =>
        await tx.FindAsync<long>(
            """
            select count(*) from (select f.id from case_file f
                join case_item i on i.tenant = f.tenant and i.case_id = f.id and i.state = 'Confirmed'
                where f.tenant = @tenant and f.id <> @id and f.gold_for is null and f.is_test = @isTest
                    and f.account_digest = (
                        select account_digest from case_file where tenant = @tenant and id = @id)
                limit 1) found
            """,
            new { id = file.Id, isTest = file.IsTest }
        ) > 0;
}
