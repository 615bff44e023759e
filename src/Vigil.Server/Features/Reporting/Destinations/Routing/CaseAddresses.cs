using System.Text.Json;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>What is known of the addresses of a case: some duties are of an address alone.</summary>
/// <param name="HasAny">A URL, or the IP address of a host.</param>
/// <param name="HostedIn">
/// Countries that drafts name as the host's, ISO 3166 codes; empty: nobody said it, and it may be abroad.
/// </param>
internal sealed record CaseAddresses(bool HasAny, IReadOnlyList<string> HostedIn)
{
    /// <summary>Nobody asked about a case: what may be owed is.</summary>
    public static readonly CaseAddresses NotKnown = new(true, []);

    public bool MayBeHostedOutside(string country) =>
        HasAny && (HostedIn.Count == 0 || HostedIn.Any(host => host != country));

    /// <summary>
    /// By what the case is of, what the platform told, and the drafts of its own reports. Where one of them cannot be
    /// read, nothing is known.
    /// </summary>
    public static async Task<CaseAddresses> OfAsync(Tx tx, string caseRef)
    {
        try
        {
            return await ReadAsync(tx, caseRef);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return NotKnown;
        }
    }

    private static async Task<CaseAddresses> ReadAsync(Tx tx, string caseRef)
    {
        var drafts = new List<(ReportState State, ReportDraft Draft)>();
        foreach (var report in await ReportRow.OfCaseAsync(tx, caseRef))
        {
            drafts.Add((report.State, await Drafts.ReadAsync(tx, report)));
        }
        var hosts = drafts
            .Select(one => (one.State, Country: HostOf(one.Draft)))
            .Where(one => one.Country.Length > 0)
            .ToList();
        // What was said in a draft that was withdrawn counts where nothing else says it, the last word of them.
        var standing = hosts.Where(one => one.State != ReportState.Withdrawn).ToList();
        var isOfAny =
            drafts.Any(one => HasAddress(one.Draft))
            || IsTold(await TellSubject.FindAsync(tx, caseRef))
            || BuildIncident.AddressOf((await Drafts.CaseOfAsync(tx, new CaseRef(caseRef))).Account)
                is not null;
        return new(
            isOfAny,
            [.. (standing.Count > 0 ? standing : hosts.TakeLast(1)).Select(one => one.Country).Distinct()]
        );
    }

    public static string HostOf(ReportDraft draft) =>
        draft.Extra.GetValueOrDefault(IccamDestination.HostCountry)?.Trim().ToUpperInvariant() ?? "";

    private static bool HasAddress(ReportDraft draft) =>
        DraftValues.Urls(draft).Any() || CaC3pDestination.Hosts(draft).Length > 0;

    private static bool IsTold(SubjectTold told) =>
        told.Report?.InternetDetails.Any(place => place.WebPageIncident?.Url.Count > 0) == true
        || told.Contents.Values.Any(file => !string.IsNullOrEmpty(file.LocationOfFile));
}
