using Vigil.Server.Features.Viewing.Limits;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Seeing;

/// <summary>
/// What a person asked not to be given is not shown to them either, however they came to it: by a search, a link or a
/// colleague's words. By what is known of the case and may be told to them; metadata has no pictures.
/// </summary>
internal static class OptedOut
{
    /// <returns>Null: nothing of it is known to be in the case.</returns>
    public static async Task<Refusal?> FindAsync(Tx tx, CaseRef reference, OwnSettings own)
    {
        if (own.OptOuts.Count == 0 || !tx.IsAnswered<CaseHarmsWanted>())
        {
            return null;
        }
        var known = await tx.AskAsync<CaseHarmsWanted, CaseHarms>(new CaseHarmsWanted(reference));
        return known.Harms.Intersect(own.OptOuts).Any()
            ? new Refusal(
                MayTakeCase.OptedOut,
                "You asked not to be given cases like this. Yours go to others by Skip, without a reason."
            )
            : null;
    }

    public static Task<Refusal?> FindAsync(Tx tx, ContentRow content, OwnSettings own) =>
        FindAsync(tx, new CaseRef(content.CaseRef), own);
}
