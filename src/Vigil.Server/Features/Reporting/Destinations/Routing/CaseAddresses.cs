using System.Text.Json;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>A host of which something confirmed is.</summary>
/// <param name="Name">As <see cref="AddressHost.Of"/>.</param>
/// <param name="Countries">
/// That drafts name as this host's, ISO 3166 codes; empty: nobody said it, and it may be abroad.
/// </param>
internal sealed record CaseHost(string Name, IReadOnlyList<string> Countries)
{
    public bool MayBeOutside(string country) =>
        Countries.Count == 0 || Countries.Any(named => named != country);
}

/// <summary>What is known of the addresses of a case: some duties are of an address alone.</summary>
/// <param name="HasAny">A URL, or the IP address of a host.</param>
/// <param name="Hosts">Each once; empty though there is an address: they cannot be read now.</param>
internal sealed record CaseAddresses(bool HasAny, IReadOnlyList<CaseHost> Hosts)
{
    /// <summary>Nobody asked about a case, or what is kept cannot be read: what may be owed is.</summary>
    public static readonly CaseAddresses NotKnown = new(true, []);

    public bool MayBeHostedOutside(string country) =>
        HasAny && (Hosts.Count == 0 || Hosts.Any(host => host.MayBeOutside(country)));

    /// <summary>Names of those that are hosted in another country, or may be.</summary>
    public IReadOnlyList<string> Outside(string country) =>
        [.. Hosts.Where(host => host.MayBeOutside(country)).Select(host => host.Name)];

    /// <summary>
    /// By what the case is of, what the platform told, and the drafts of its own reports, without what is not
    /// confirmed. Where one of them cannot be read, nothing is known.
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
        var about = await Drafts.CaseOfAsync(tx, new CaseRef(caseRef));
        var drafts = new List<(ReportState State, ReportDraft Draft)>();
        foreach (var report in await ReportRow.OfCaseAsync(tx, caseRef))
        {
            drafts.Add((report.State, await Drafts.ReadAsync(tx, report)));
        }
        var told = ConfirmedAlone.Of(await TellSubject.FindAsync(tx, caseRef), about);
        var hosts = drafts
            .SelectMany(one =>
                ConfirmedAlone.HostsOf(one.Draft, about).Concat(CaC3pDestination.Hosts(one.Draft))
            )
            .Concat(told.Select(AddressHost.Of))
            .Concat(BuildIncident.AddressOf(about.Account) is { } address ? [AddressHost.Of(address)] : [])
            .Distinct(StringComparer.Ordinal)
            .Select(host => new CaseHost(host, CountriesOf(drafts, host)))
            .ToList();
        return new(hosts.Count > 0, hosts);
    }

    /// <summary>
    /// What was said in a draft that was withdrawn counts where nothing else says it, the last word of them.
    /// </summary>
    private static List<string> CountriesOf(List<(ReportState State, ReportDraft Draft)> drafts, string host)
    {
        var said = drafts
            .Where(one => HostFacts.HostsOf(one.Draft).Contains(host, StringComparer.Ordinal))
            .Select(one => (one.State, Country: HostFacts.CountryOf(one.Draft, host)))
            .Where(one => one.Country.Length > 0)
            .ToList();
        var standing = said.Where(one => one.State != ReportState.Withdrawn).ToList();
        return [.. (standing.Count > 0 ? standing : said.TakeLast(1)).Select(one => one.Country).Distinct()];
    }
}
