using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>
/// Whether a person may be given a case now: breaks, limits, variety and what they asked not to be given. Nobody else
/// learns why not.
/// </summary>
internal static class MayTake
{
    public static async Task<MayTakeCase> AskAsync(Tx tx, CaseFile file) =>
        tx.Actor.Kind == ActorKind.Person && tx.IsAnswered<MayTakeCaseWanted>()
            ? await tx.AskAsync<MayTakeCaseWanted, MayTakeCase>(
                new MayTakeCaseWanted(tx.Actor.Name, IsNewMaterial(file), IsGraphic(file), HarmsOf(file))
            )
            : MayTakeCase.Yes;

    /// <exception cref="ProblemException">Not now, and what to do.</exception>
    public static void Require(MayTakeCase answer)
    {
        if (!answer.May)
        {
            throw ProblemException.Conflict(answer.Code, answer.Text);
        }
    }

    public static Task TellAsync(Tx tx, CaseFile file) =>
        tx.Actor.Kind == ActorKind.Person
            ? tx.RaiseAsync(
                new CaseTaken(tx.Actor.Name, new CaseRef(file.Ref), IsNewMaterial(file), IsGraphic(file))
            )
            : Task.CompletedTask;

    /// <summary>What no list knows, somebody will have to look at.</summary>
    private static bool IsNewMaterial(CaseFile file) => IsGraphic(file) && file.Origin != CaseOrigin.Match;

    /// <summary>Conversations have no pictures, and what a list knows need not be seen.</summary>
    private static bool IsGraphic(CaseFile file) =>
        file.ProblemType is not (ProblemType.Grooming or ProblemType.Other or ProblemType.KnownCsam);

    private static HarmKind[] HarmsOf(CaseFile file) =>
        file.ProblemType switch
        {
            ProblemType.Grooming => [HarmKind.Conversations],
            ProblemType.SelfGenerated => [HarmKind.SelfMade],
            ProblemType.SexualExtortion => [HarmKind.SelfMade, HarmKind.Conversations],
            ProblemType.LiveStreaming => [HarmKind.LiveStreams],
            _ => [],
        };
}
