using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>
/// An opinion, or an audit, is a case more for who gives it: it is begun within what protects them, as a claim is, and
/// counts among what they had in a row. Who has claimed the case was asked, and counted, then. One that was looked at
/// and not answered is not counted.
/// </summary>
internal static class TakeToJudge
{
    /// <exception cref="Http.ProblemException">Not now, and what to do.</exception>
    public static async Task RequireAsync(Tx tx, CaseFile file, Guid itemId)
    {
        if (!CaseLease.IsLive(file, tx.Now) || file.ClaimedBy != tx.Actor.Name)
        {
            MayTake.Require(await MayTake.AskAsync(tx, await BurdenOfAsync(tx, file, itemId)));
        }
    }

    /// <summary>Before the answer changes what is still to be judged.</summary>
    public static async Task CountAsync(Tx tx, CaseFile file, Guid itemId)
    {
        if (file.ClaimedBy != tx.Actor.Name)
        {
            await MayTake.TellAsync(tx, file, await BurdenOfAsync(tx, file, itemId));
        }
    }

    private static Task<Burden> BurdenOfAsync(Tx tx, CaseFile file, Guid itemId) =>
        ReadBurden.RunAsync(tx, file, isOffered: false, judged: itemId);
}
