using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>ICCAM passes on what is hosted abroad: what is hosted at home is told to the police and the host.</summary>
internal static class HostedAtHome
{
    public const string Rule = "hosted-at-home";

    public static async Task<IReadOnlyList<DraftFinding>> FindingsAsync(
        Tx tx,
        ReportRow row,
        ReportDraft draft
    ) =>
        AllDestinations.Find(row.Destination) is IccamDestination
            ? Of(draft, await TenantSettings.FindAsync(tx, CaseRouting.EstablishmentSetting) ?? "")
            : [];

    /// <param name="draft">Names the host's country.</param>
    /// <param name="home">Where the hotline is: ISO 3166 code; empty: not known.</param>
    public static IReadOnlyList<DraftFinding> Of(ReportDraft draft, string home) =>
        home.Length > 0 && HostFacts.CountriesOf(draft).Contains(home, StringComparer.Ordinal)
            ?
            [
                CommonChecks.Blocking(
                    IccamDestination.HostCountry,
                    Rule,
                    $"It is hosted in {home}, where this hotline is, and ICCAM passes on what is hosted abroad: tell "
                        + "the police and the host, and withdraw this draft."
                ),
            ]
            : [];
}
