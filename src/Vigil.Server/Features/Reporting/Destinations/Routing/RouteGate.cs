using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>
/// Whether a real report may leave to its destination, as the law of the service's place has it: what goes to another
/// law's area needs a recorded basis. Asked at the approval, and again before the first call.
/// </summary>
internal static class RouteGate
{
    /// <summary>Why not, and what to do; null: it may.</summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="report">Which.</param>
    /// <param name="userJurisdiction">Where the user of its case is; empty: not known.</param>
    public static async Task<string?> RefusalAsync(Tx tx, ReportRow report, string userJurisdiction)
    {
        if (report.Environment == ReportEnvironment.Test)
        {
            return null;
        }
        var answer = await tx.AskAsync<RoutesWanted, RoutingAnswer>(new(userJurisdiction));
        var place = await TenantSettings.FindAsync(tx, CaseRouting.EstablishmentSetting) ?? "";
        var hasBasis = (await TransferBases.ListAsync(tx)).Any(basis =>
            basis.Destination == report.Destination && basis.HoldsAt(tx.Now)
        );
        return Refusal(report.Destination, place, answer, hasBasis);
    }

    /// <param name="destination">Code.</param>
    /// <param name="place">Where the service is established; empty: not known, and nothing leaves.</param>
    /// <param name="answer">By that place.</param>
    /// <param name="hasBasis">A transfer to this destination rests on a recorded basis now.</param>
    public static string? Refusal(string destination, string place, RoutingAnswer answer, bool hasBasis)
    {
        if (!KnownJurisdictions.IsWellFormed(place))
        {
            return $"Where the service is established is not known, so no law says where a report may go: set "
                + $"'{CaseRouting.EstablishmentSetting}' to its country, as DE.";
        }
        var routes = answer.Routes.Where(route => route.Destination == destination).ToList();
        if (routes.Count == 0)
        {
            return hasBasis
                ? null
                : $"No duty of {place} leads there: record a transfer basis, or put the duty's row into 'duties'.";
        }
        return routes.TrueForAll(route => route.Blocks.Count > 0) ? routes[0].Blocks[0] : null;
    }
}
