using Vigil.Server.Features.Cases.Grading;
using Vigil.Server.Features.Cases.Subject;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Showing;

/// <summary>Forms of a case's page that its reader may send, and that its state allows now.</summary>
/// <param name="Assign">It is open, and the reader gives cases to people.</param>
/// <param name="Opinion">Items of which another opinion can be asked for.</param>
/// <param name="Feedback">Somebody outside may know of it: it was decided or closed, and that has left.</param>
/// <param name="Purge">Its person was cleared, and is still named.</param>
public sealed record CaseForms(bool Assign, IReadOnlySet<Guid> Opinion, bool Feedback, bool Purge)
{
    internal static async Task<CaseForms> OfAsync(Tx tx, CaseFile file)
    {
        // An answered sample is said to be one; nobody outside knows of it, and it names nobody.
        var isReal = file.GoldFor is null;
        return new CaseForms(
            tx.Actor.May(Permission.CaseAssign) && file.State == CaseState.Open,
            tx.Actor.May(Permission.CaseGrade)
                ? await Opinions.AskableAsync(tx, file.Id)
                : new HashSet<Guid>(),
            tx.Actor.May(Permission.CaseDecide) && isReal && await WasToldAsync(tx, file),
            tx.Actor.May(Permission.CaseAssign) && isReal && await IsToBePurgedAsync(tx, file)
        );
    }

    private static async Task<bool> WasToldAsync(Tx tx, CaseFile file) =>
        file.LeavesAt is null
        && (file.State != CaseState.Open || (await CaseParts.DecidersAsync(tx, file.Id)).Count > 0);

    private static async Task<bool> IsToBePurgedAsync(Tx tx, CaseFile file) =>
        file is { LeavesAt: null, PurgedAt: null } && await PurgeCleared.IsClearedAsync(tx, file);
}
