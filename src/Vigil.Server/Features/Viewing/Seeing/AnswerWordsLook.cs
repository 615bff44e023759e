using Vigil.Server.Features.Viewing.Limits;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Seeing;

/// <summary>
/// Whether a person may read words of people now: pause, limits and breaks as for a reveal, and what they asked not
/// to be
/// given. Limits that were reached are noted in the same transaction.
/// </summary>
internal static class AnswerWordsLook
{
    public static async Task<WordsLook> AnswerAsync(Tx tx, WordsLookWanted wanted)
    {
        if (wanted.GoesOn is { } look && !await LooksGoOn.SettleAsync(tx, wanted, look))
        {
            return Refused(
                "look_over",
                "The time of this look is over, or it is not yours or not of these words: ask anew, with a reason.",
                until: null
            );
        }
        var (rules, refusal, own, seen) = await AskView.LookAsync(tx, wanted.Viewer, ViewMode.Words);
        if (refusal is not null)
        {
            return Refused(refusal.Code, refusal.Text, refusal.Until);
        }
        if (await OptedOut.FindAsync(tx, wanted.Case, own) is { } optedOut)
        {
            return Refused(optedOut.Code, optedOut.Text, until: null);
        }
        var allowance = MayView.WordsAllowance(rules, seen, wanted.Characters);
        if (wanted.GoesOn is { ViewId: var same })
        {
            return new WordsLook(same, allowance, null)
            {
                Uncovering = await LooksGoOn.UncoverAsync(tx, same, allowance),
            };
        }
        var id = tx.NewId();
        await WordsRecord.AskAsync(tx, id, wanted, allowance);
        await CheckIns.NoteLookAsync(tx, wanted.Viewer, rules);
        return new WordsLook(id, allowance, null);
    }

    private static WordsLook Refused(string code, string text, DateTimeOffset? until) =>
        new(Guid.Empty, TimeSpan.Zero, new WordsRefusal(code, text, until));
}
