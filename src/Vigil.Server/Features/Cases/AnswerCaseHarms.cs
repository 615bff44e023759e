using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>
/// What is known to be in a case, for who asked not to be given it: what a colleague graded while others are still to
/// judge
/// alone is not told by it.
/// </summary>
internal static class AnswerCaseHarms
{
    public static async Task<CaseHarms> AnswerAsync(Tx tx, CaseHarmsWanted wanted) =>
        await CaseFile.FindAsync(tx, wanted.Case.Value) is { } file
            ? new CaseHarms((await ReadBurden.RunAsync(tx, file, isOffered: false)).Harms)
            : new CaseHarms([]);
}
