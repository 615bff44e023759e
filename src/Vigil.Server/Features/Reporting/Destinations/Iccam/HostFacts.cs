namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>
/// What a draft says of a host: its country, IP address, name and AS number. "iccam.hostCountry:example.org" is said of
/// that host; "iccam.hostCountry" of the only one that there is, and of none where there are more.
/// </summary>
internal static class HostFacts
{
    /// <summary>Hosts of the draft's URLs, each once.</summary>
    public static IReadOnlyList<string> HostsOf(ReportDraft draft) =>
        [.. DraftValues.Urls(draft).Select(AddressHost.Of).Distinct(StringComparer.Ordinal)];

    /// <summary>Trimmed; empty: nobody said it.</summary>
    /// <param name="draft">Which.</param>
    /// <param name="name">As <see cref="IccamDestination.HostCountry"/>.</param>
    /// <param name="host">As <see cref="AddressHost.Of"/>.</param>
    public static string Of(ReportDraft draft, string name, string host)
    {
        var said = draft.Extra.GetValueOrDefault($"{name}:{host}");
        if (string.IsNullOrWhiteSpace(said) && HostsOf(draft) is { Count: 1 })
        {
            said = draft.Extra.GetValueOrDefault(name);
        }
        return said?.Trim() ?? "";
    }

    /// <summary>ISO 3166 code; empty: nobody said it.</summary>
    public static string CountryOf(ReportDraft draft, string host) =>
        Of(draft, IccamDestination.HostCountry, host).ToUpperInvariant();

    /// <summary>Countries that the draft names, of its hosts; of a draft without one, as it says.</summary>
    public static IEnumerable<string> CountriesOf(ReportDraft draft)
    {
        var hosts = HostsOf(draft);
        return hosts.Count == 0
            ? [draft.Extra.GetValueOrDefault(IccamDestination.HostCountry)?.Trim().ToUpperInvariant() ?? ""]
            : hosts.Select(host => CountryOf(draft, host));
    }
}
