using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.LegalProcess;

/// <summary>
/// Who alone decided a case does not let out what is in it. In a team of one, where nobody else may, the delay with
/// notice that the release was asked for under stands in for the other person.
/// </summary>
internal static class ReleaseAlone
{
    /// <returns>The actor alone decided one of them.</returns>
    /// <exception cref="ProblemException">
    /// So it is, and somebody else is here, was to be asked, or went too lately.
    /// </exception>
    public static async Task<bool> CheckAsync(Tx tx, Guid requestId, IReadOnlyList<string> cases)
    {
        foreach (var reference in cases)
        {
            var answer = await tx.AskAsync<CaseDecidersWanted, CaseDeciders>(
                new CaseDecidersWanted(new CaseRef(reference))
            );
            if (!await IsAllAsync(tx, answer.People))
            {
                continue;
            }
            var since =
                await AloneSinceAsync(tx, requestId)
                ?? throw ProblemException.Conflict(
                    "decided_alone",
                    $"You alone decided {reference}: somebody else releases what is in it. A team of one declares solo "
                        + "mode, asks for the release anew, and approves it 24 hours later."
                );
            return tx.Now >= since + SoloMode.Delay
                ? true
                : throw ProblemException.Conflict(
                    "not_ripe",
                    $"You alone decided {reference}, and nobody else is here: in solo mode you can approve from "
                        + $"{since + SoloMode.Delay:yyyy-MM-dd HH:mm} UTC on."
                );
        }
        return false;
    }

    /// <summary>
    /// From when nobody else here may let contents out, where it was asked for in solo mode, which counts still; null:
    /// another is, or was to be asked.
    /// </summary>
    private static async Task<DateTimeOffset?> AloneSinceAsync(Tx tx, Guid requestId) =>
        await SecondPerson.FindAsync(tx, Release.Action, requestId.ToString()) is { IsSolo: true }
            ? await WhoMay.AloneSinceAsync(tx, Permission.ContentExport, tx.Actor.Name)
            : null;

    /// <summary>
    /// The actor is all of these, by their own name or by what their own keys told, whomever these named.
    /// </summary>
    private static async Task<bool> IsAllAsync(Tx tx, IReadOnlyList<string> people)
    {
        foreach (var name in people)
        {
            if (await KeyMakers.BehindAsync(tx, name) != tx.Actor.Name)
            {
                return false;
            }
        }
        return people.Count > 0;
    }
}
