using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <param name="Fault">Why it is not gone by; null: it holds.</param>
internal sealed record DutyView(
    string Duty,
    string Place,
    string To,
    IReadOnlyList<string> Links,
    IReadOnlyList<string> Profiles,
    string When,
    string Trigger,
    string Deadline,
    int DeadlineHours,
    string Fields,
    string Preservation,
    string TellsUser,
    string LegalReference,
    string Source,
    DateOnly? EffectiveFrom,
    DateOnly CheckedOn,
    DateOnly? ExpiresOn,
    bool NeedsTransferBasis,
    IReadOnlyList<string> SatisfiedBy,
    string? Fault
)
{
    public static DutyView Of(Duty duty, DutyBook book, DateTimeOffset now) =>
        new(
            duty.Code,
            duty.Place,
            duty.To,
            [.. duty.Links.Select(link => Words.Of(link))],
            duty.Profiles,
            Words.Of(duty.When),
            duty.Trigger,
            duty.Deadline,
            duty.DeadlineHours,
            duty.Fields,
            duty.Preservation,
            Words.Of(duty.TellsUser),
            duty.LegalReference,
            duty.Source,
            duty.EffectiveFrom,
            duty.CheckedOn,
            duty.ExpiresOn,
            duty.NeedsTransferBasis,
            [.. duty.SatisfiedBy.Select(other => $"{other.Duty}: {other.Source}")],
            book.FaultOf(duty, now)
        );
}

/// <param name="Blocks">Why nothing can be filed there now; empty: it can.</param>
/// <param name="PreserveDays">Of contents, by the law of its place; null: none is known.</param>
/// <param name="ReferenceDays">Of the authority's reference; null: not asked for.</param>
internal sealed record DestinationView(
    string Destination,
    string Name,
    string Jurisdiction,
    string Kind,
    bool Blocked,
    IReadOnlyList<string> Blocks,
    bool MayTakeMedia,
    string Delivery,
    int? PreserveDays,
    int? ReferenceDays,
    IReadOnlyList<DutyView> Duties,
    IReadOnlyList<FieldCoverage> Coverage
)
{
    public static DestinationView Of(
        Destination destination,
        DutyBook book,
        Profile profile,
        DateTimeOffset now
    )
    {
        var duties = book.Of(destination.Code).ToList();
        var law = KnownJurisdictions.Find(destination.Jurisdiction)?.Preservation;
        var blocks = BlocksOf(destination, duties, book, profile, now);
        return new DestinationView(
            destination.Code,
            destination.Name,
            destination.Jurisdiction,
            Words.Of(destination.Kind),
            blocks.Count > 0,
            blocks,
            (destination as PackageDestination)?.MayTakeMedia == true,
            (destination as PackageDestination)?.Delivery ?? "By a call of this installation itself.",
            law?.Days,
            law?.ReferenceDays is > 0 and var days ? days : null,
            [.. duties.Select(duty => DutyView.Of(duty, book, now))],
            destination.Coverage
        );
    }

    private static List<string> BlocksOf(
        Destination destination,
        List<Duty> duties,
        DutyBook book,
        Profile profile,
        DateTimeOffset now
    )
    {
        var name = Profiles.NameOf(profile);
        return
            duties.Count > 0 && !duties.Exists(duty => duty.Profiles.Contains(name, StringComparer.Ordinal))
            ? [$"Not for installations of the profile {name}."]
            : [.. DutyFindings.Of(destination.Code, book, now).Select(finding => finding.Text)];
    }
}

/// <param name="Signer">Public key of this tenant's packages: given to recipients by another way.</param>
/// <param name="Errors">Rows of duties that did not load.</param>
internal sealed record DestinationsAnswer(
    string Establishment,
    string Signer,
    IReadOnlyList<DestinationView> Destinations,
    IReadOnlyList<DutyError> Errors
);

/// <param name="CaseRef">The case.</param>
internal sealed record CaseDestinationsAnswer(
    string CaseRef,
    IReadOnlyList<Route> Routes,
    IReadOnlyList<string> Missing
);
