using Vigil.Server.Features.Reporting.Approving;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>
/// Whether a report may leave to its destination, as the law of the service's place has it: what goes to another law's
/// area needs a recorded basis. Asked at the approval, and again before the first call, when a package is built and
/// before one is handed over. To a test environment go reports of SAMPLE pictures alone, by no law, and what stays with
/// a demo's simulator.
/// </summary>
internal static class RouteGate
{
    /// <summary>Why not, and what to do; null: it may.</summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="report">Which.</param>
    /// <param name="userJurisdiction">Where the user of its case is; empty: not known.</param>
    /// <param name="country">Whose authority it is for, where there is one of each country; else empty.</param>
    public static async Task<string?> RefusalAsync(
        Tx tx,
        ReportRow report,
        string userJurisdiction,
        string country = ""
    )
    {
        if (report.Environment == ReportEnvironment.Test)
        {
            return await RealInTest.RefusalAsync(tx, report.Destination, report.Environment, report.IsTest);
        }
        var answer = await tx.AskAsync<RoutesWanted, RoutingAnswer>(new(userJurisdiction));
        var place = await TenantSettings.FindAsync(tx, CaseRouting.EstablishmentSetting) ?? "";
        var hasBasis = (await TransferBases.ListAsync(tx)).Any(basis =>
            basis.Destination == report.Destination && basis.HoldsAt(tx.Now)
        );
        return Refusal(report.Destination, place, answer, hasBasis, country);
    }

    /// <summary>Of what was approved already, as the law is known now.</summary>
    /// <exception cref="ProblemException">It may not leave; the text says what to do.</exception>
    public static async Task RequireAsync(Tx tx, ReportRow report)
    {
        if (AllDestinations.Find(report.Destination) is { } known)
        {
            await RealInTest.RefuseAsync(tx, known, report.Environment, report.IsTest);
        }
        var document = await ReportDocuments.FindAsync(tx, report.Id, ReportDocuments.Approved);
        var country =
            document is not null && AllDestinations.Find(report.Destination) is PackageDestination package
                ? package.CountryOf(document)
                : "";
        var about = await ReportActs.CaseOfAsync(tx, report.CaseRef);
        if (await RefusalAsync(tx, report, about.Jurisdiction, country) is { } refusal)
        {
            throw ProblemException.Conflict("route_blocked", refusal);
        }
    }

    /// <param name="destination">Code.</param>
    /// <param name="place">Where the service is established; empty: not known, and nothing leaves.</param>
    /// <param name="answer">By that place.</param>
    /// <param name="hasBasis">A transfer to this destination rests on a recorded basis now.</param>
    /// <param name="country">
    /// Whose authority it is for, where there is one of each country: a duty of that country, or of a group that it
    /// belongs to, must lead there. A duty of every place leads to the service's own.
    /// </param>
    public static string? Refusal(
        string destination,
        string place,
        RoutingAnswer answer,
        bool hasBasis,
        string country = ""
    )
    {
        if (!KnownJurisdictions.IsWellFormed(place))
        {
            return $"Where the service is established is not known, so no law says where a report may go: set "
                + $"'{CaseRouting.EstablishmentSetting}' to its country, as DE.";
        }
        var routes = answer
            .Routes.Where(route => route.Destination == destination && LeadsTo(route, place, country))
            .ToList();
        if (routes.Count == 0 && country.Length > 0)
        {
            return $"No duty of {place} leads to the '{destination}' of {country}: name an authority that it leads to, "
                + "or put the duty's row into 'duties'.";
        }
        if (routes.Count == 0)
        {
            return hasBasis
                ? null
                : $"No duty of {place} leads there: record a transfer basis, or put the duty's row into 'duties'.";
        }
        return routes.TrueForAll(route => route.Blocks.Count > 0) ? routes[0].Blocks[0] : null;
    }

    private static bool LeadsTo(Route route, string place, string country) =>
        country.Length == 0
        || (route.Place == "*" ? country == place : CaseRouting.Covers(route.Place, country));
}
