using Vigil.Server.Features.Reporting.Approving.Clocks;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving;

/// <summary>
/// Whose law says how long a report's contents are kept, where its destination is no one country's: a police is that of
/// a country, which the draft, or the duty that it satisfies, names.
/// </summary>
internal static class ReportPlace
{
    /// <summary>ISO 3166 code; empty: nothing says it.</summary>
    public static async Task<string> OfAsync(Tx tx, ReadyReport ready)
    {
        // Not what stands in the row: an approval that was undone may have put another draft's country there.
        if (ready.Destination.Jurisdiction.Length > 0 || ready.Destination.Kind != DeliveryKind.Package)
        {
            return ready.Destination.Jurisdiction;
        }
        var routes = await tx.AskAsync<RoutesWanted, RoutingAnswer>(new(ready.About.Jurisdiction));
        return Of(
            ready.Draft,
            [.. LegalDeadline.DutiesOf(routes).Where(duty => duty.Destination == ready.Destination.Code)],
            await TenantSettings.FindAsync(tx, CaseRouting.EstablishmentSetting) ?? ""
        );
    }

    /// <param name="draft">Names the country itself, or not.</param>
    /// <param name="duties">That the report satisfies.</param>
    /// <param name="establishment">For a duty of every place: a service's own police.</param>
    public static string Of(ReportDraft draft, IReadOnlyList<Duty> duties, string establishment) =>
        new[] { draft.Extra.GetValueOrDefault(PoliceDestination.Country)?.Trim().ToUpperInvariant() ?? "" }
            .Concat(duties.Select(duty => duty.Place))
            .Append(establishment)
            .FirstOrDefault(place => KnownJurisdictions.Find(place) is not null)
        ?? "";
}
