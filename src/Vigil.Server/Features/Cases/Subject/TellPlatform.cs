using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Subject;

/// <summary>
/// Tells the platform what was done to an account or its content: not before the confirmation that it rests on has
/// left, so that what is undone was never told. The platform knows the account by its scans and the case; no account
/// leaves.
/// </summary>
internal static class TellPlatform
{
    /// <summary>Each confirmation of the case can be undone still.</summary>
    public static async Task<bool> WaitsAsync(Tx tx, CaseFile file, IReadOnlyList<CaseItem> items)
    {
        if (file.LeavesAt is null)
        {
            return false;
        }
        var unleft = await DecisionEffects.UnleftAsync(tx, file.Id);
        return items.Where(item => item.State == ItemState.Confirmed).All(item => unleft.Contains(item.Id));
    }

    /// <summary>A confirmation of the case leaves, and with it what was done because of it.</summary>
    public static async Task LeaveAsync(Tx tx, CaseFile file)
    {
        var active = await AccountAction.ActiveOfAsync(tx, file.Id);
        foreach (var action in active.Where(action => action.Waits))
        {
            await tx.ExecuteAsync(
                "update account_action set waits = @no where tenant = @tenant and id = @id",
                new { id = action.Id, no = false }
            );
            await DoneAsync(tx, file, action);
        }
    }

    /// <summary>Also the user, where the place allows it at once; otherwise that waits for a person.</summary>
    public static async Task DoneAsync(Tx tx, CaseFile file, AccountAction action)
    {
        await PublishAsync(tx, "account.action", file, action, "active");
        if (action.Tell == Tell.Allowed && action.ToldAt is null && await TellUser.MayAsync(tx, file.Ref))
        {
            await TellUser.ReleaseAsync(tx, action);
        }
    }

    /// <summary>What was never told is not taken back.</summary>
    public static Task ReversedAsync(Tx tx, CaseFile file, AccountAction action) =>
        action.Waits
            ? Task.CompletedTask
            : PublishAsync(tx, "account.action_reversed", file, action, "reversed");

    private static async Task PublishAsync(
        Tx tx,
        string type,
        CaseFile file,
        AccountAction action,
        string state
    ) =>
        await tx.PublishAsync(
            new OutboxEvent(
                type,
                file.Ref,
                new
                {
                    actionId = action.Id,
                    caseRef = file.Ref,
                    kind = Words.NameOf(action.Kind),
                    state,
                    scanIds = (await CaseItem.OfAsync(tx, file.Id))
                        .Where(item =>
                            item.State == ItemState.Confirmed
                            || (state == "reversed" && item.State == ItemState.NotCsam)
                        )
                        .Select(item => item.DecisionId)
                        .OfType<Guid>(),
                }
            )
        );
}
