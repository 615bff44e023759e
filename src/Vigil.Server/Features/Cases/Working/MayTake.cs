using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>
/// Whether a person may be given a case now: breaks, limits, variety and what they asked not to be given. Nobody else
/// learns why not.
/// </summary>
internal static class MayTake
{
    /// <summary>Of persons only, and where viewing protects them.</summary>
    public static bool IsAsked(Tx tx) =>
        tx.Actor.Kind == ActorKind.Person && tx.IsAnswered<MayTakeCaseWanted>();

    public static Task<MayTakeCase> AskAsync(Tx tx, Burden burden) =>
        IsAsked(tx)
            ? tx.AskAsync<MayTakeCaseWanted, MayTakeCase>(
                new MayTakeCaseWanted(tx.Actor.Name, burden.IsNewMaterial, burden.IsGraphic, burden.Harms)
            )
            : Task.FromResult(MayTakeCase.Yes);

    /// <exception cref="ProblemException">Not now, and what to do.</exception>
    public static void Require(MayTakeCase answer)
    {
        if (!answer.May)
        {
            throw ProblemException.Conflict(answer.Code, answer.Text);
        }
    }

    public static Task TellAsync(Tx tx, CaseFile file, Burden burden) =>
        IsAsked(tx)
            ? tx.RaiseAsync(
                new CaseTaken(tx.Actor.Name, new CaseRef(file.Ref), burden.IsNewMaterial, burden.IsGraphic)
            )
            : Task.CompletedTask;
}
