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
    /// <exception cref="ProblemException">So it is, and somebody else is here or was to be asked.</exception>
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
            if (await StandsInAsync(tx, requestId))
            {
                return true;
            }
            throw ProblemException.Conflict(
                "decided_alone",
                $"You alone decided {reference}: somebody else releases what is in it. A team of one declares solo "
                    + "mode, asks for the release anew, and approves it 24 hours later."
            );
        }
        return false;
    }

    /// <summary>It was asked for in solo mode, which counts still, and nobody else here may let contents out.</summary>
    private static async Task<bool> StandsInAsync(Tx tx, Guid requestId) =>
        await SecondPerson.FindAsync(tx, Release.Action, requestId.ToString()) is { IsSolo: true }
        && !await WhoMay.IsAnotherAsync(tx, Permission.ContentExport, tx.Actor.Name);

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
