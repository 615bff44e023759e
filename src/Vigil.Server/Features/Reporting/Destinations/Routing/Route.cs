using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <param name="Establishment">Where the service is established: ISO 3166 code, or empty.</param>
/// <param name="UserJurisdiction">Where the user is: ISO 3166 code, or empty.</param>
internal sealed record RoutingFacts(string Establishment, string UserJurisdiction, Profile Profile)
{
    /// <summary>Where some duty is of an address alone.</summary>
    public CaseAddresses Addresses { get; init; } = CaseAddresses.NotKnown;
}

/// <summary>Where may this be reported, and where must it? Answer: <see cref="RoutingAnswer"/>.</summary>
/// <param name="UserJurisdiction">Where the user is: ISO 3166 code, or empty.</param>
/// <param name="CaseRef">Whose addresses say what is owed; empty: of no case, and what may be owed is.</param>
internal sealed record RoutesWanted(string UserJurisdiction, string CaseRef = "");

/// <summary>One duty that a case falls under, and what stands in the way.</summary>
/// <param name="Destination">Code.</param>
/// <param name="Duty">Code.</param>
/// <param name="Reason">Why it applies, in a sentence.</param>
/// <param name="Sources">Where that stands.</param>
/// <param name="Blocks">Why nothing can be filed there now; empty: it can.</param>
/// <param name="SatisfiedBy">Duty whose report counts as this one too; null: a report of its own is needed.</param>
/// <param name="IsOwed">A law that applies asks for it in this case; others are told too, or may be.</param>
internal sealed record Route(
    string Destination,
    string Duty,
    string Reason,
    IReadOnlyList<string> Sources,
    IReadOnlyList<string> Blocks,
    string? SatisfiedBy,
    bool IsOwed
)
{
    /// <summary>Of the duty: ISO 3166 code, a group, or "*" for everywhere.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Place { get; init; } = "";

    /// <summary>
    /// Each of these hosts is to be in a report, or somebody says why not; empty: they cannot be read now. Null: it is
    /// not asked by host.
    /// </summary>
    public IReadOnlyList<string>? Hosts { get; init; }
}

/// <param name="Routes">In the order in which they are to be filed.</param>
/// <param name="Missing">What has to be known or set before anything can be said; empty: nothing.</param>
internal sealed record RoutingAnswer(IReadOnlyList<Route> Routes, IReadOnlyList<string> Missing);
