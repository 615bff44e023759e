using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>What of a case's contents was seen, by the feature that shows them.</summary>
internal static class CaseStandings
{
    /// <summary>None where nobody shows contents here.</summary>
    public static async Task<ContentStandings> OfAsync(Tx tx, string caseRef) =>
        tx.IsAnswered<ContentStandingsWanted>()
            ? await tx.AskAsync<ContentStandingsWanted, ContentStandings>(new(new CaseRef(caseRef)))
            : new ContentStandings([]);
}
