using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>
/// Where a case is to be reported, by where the service is established, where the user is, and what this installation
/// is: the national authority first. Pure; all law stands in the data.
/// </summary>
internal static class CaseRouting
{
    /// <summary>Setting: ISO 3166 code of the country where the tenant's service is established.</summary>
    public const string EstablishmentSetting = "reporting.establishment";

    public static RoutingAnswer Of(
        RoutingFacts facts,
        DutyBook book,
        IReadOnlyList<TransferBasis> bases,
        DateTimeOffset now
    )
    {
        if (!KnownJurisdictions.IsWellFormed(facts.Establishment))
        {
            return new RoutingAnswer(
                [],
                [$"Set '{EstablishmentSetting}' to the country where the service is established, as DE."]
            );
        }
        var found =
            from duty in book.Duties
            where duty.Profiles.Contains(Profiles.NameOf(facts.Profile), StringComparer.Ordinal)
            let link = LinkOf(duty, facts)
            where link is not null
            orderby RankOf(duty, link.Value), PlaceRank(duty), duty.Code
            select (Duty: duty, Link: link.Value, Route: RouteOf(duty, link.Value, facts, book, bases, now));
        var routes = found.ToList();
        return new RoutingAnswer(
            [.. routes.Select(route => Satisfied(route.Duty, route.Route, routes, facts))],
            routes.Exists(route => route.Link == DutyLink.Establishment) ? [] : [NoDuty(facts)]
        );
    }

    /// <summary>Destinations that must each have a report before the case is reported as its law has it.</summary>
    public static HashSet<string> OwedOf(RoutingAnswer routing) =>
        OwedRoutesOf(routing).Select(route => route.Destination).ToHashSet(StringComparer.Ordinal);

    public static IEnumerable<Route> OwedRoutesOf(RoutingAnswer routing) =>
        routing.Routes.Where(route => route is { IsOwed: true, SatisfiedBy: null });

    /// <summary>Hosts that must each be in a report to it; null: any report to it is enough.</summary>
    public static IReadOnlyList<string>? HostsOf(RoutingAnswer routing, string destination)
    {
        var asked = OwedRoutesOf(routing)
            .Where(route => route.Destination == destination)
            .Select(route => route.Hosts)
            .OfType<IReadOnlyList<string>>()
            .ToList();
        return asked.Count == 0
            ? null
            : [.. asked.SelectMany(hosts => hosts).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>A duty that applies is of an address alone: what is known of the case's is needed.</summary>
    public static bool AsksForAddresses(RoutingFacts facts, DutyBook book) =>
        book.Duties.Any(duty =>
            duty.When != DutyWhen.Always
            && duty.Profiles.Contains(Profiles.NameOf(facts.Profile), StringComparer.Ordinal)
            && LinkOf(duty, facts) is not null
        );

    /// <summary>The place is this country, or a group that it belongs to.</summary>
    public static bool Covers(string place, string country) =>
        country.Length > 0
        && (
            place == "*"
            || place == country
            || KnownJurisdictions.Find(country)?.Groups.Contains(place, StringComparer.Ordinal) == true
        );

    private static DutyLink? LinkOf(Duty duty, RoutingFacts facts) =>
        duty.Links.Contains(DutyLink.Establishment) && Covers(duty.Place, facts.Establishment)
            ? DutyLink.Establishment
        : duty.Links.Contains(DutyLink.User) && Covers(duty.Place, facts.UserJurisdiction) ? DutyLink.User
        : null;

    private static int RankOf(Duty duty, DutyLink link) =>
        (duty.IsAuthority, link) switch
        {
            (true, DutyLink.Establishment) => 0,
            (false, DutyLink.Establishment) => duty.NeedsTransferBasis ? 3 : 1,
            _ => 2,
        };

    private static int PlaceRank(Duty duty) =>
        duty.Place == "*" ? 2
        : KnownJurisdictions.IsWellFormed(duty.Place) && !KnownJurisdictions.Groups.Contains(duty.Place) ? 0
        : 1;

    private static Route RouteOf(
        Duty duty,
        DutyLink link,
        RoutingFacts facts,
        DutyBook book,
        IReadOnlyList<TransferBasis> bases,
        DateTimeOffset now
    )
    {
        var blocks = new List<string>();
        if (book.FaultOf(duty, now) is { } fault)
        {
            blocks.Add(fault);
        }
        var basis = bases.FirstOrDefault(each => each.Destination == duty.Destination && each.HoldsAt(now));
        if (duty.NeedsTransferBasis && basis is null)
        {
            blocks.Add(
                "No transfer basis is in force: record one with its legal reference and end date (POST "
                    + "/v1/transfer-bases). Until then nothing is sent there."
            );
        }
        var why =
            link == DutyLink.Establishment
                ? $"The service is established in {facts.Establishment}: {duty.To}."
                : $"The user is in {facts.UserJurisdiction}: {duty.To}.";
        var sources = new List<string>
        {
            $"{duty.LegalReference} ({duty.Source}; looked up {duty.CheckedOn:yyyy-MM-dd})",
        };
        if (duty.NeedsTransferBasis && basis is not null)
        {
            sources.Add($"Transfer basis until {basis.EndsOn:yyyy-MM-dd}: {basis.LegalReference}");
        }
        var notNow = NotNow(duty, facts);
        var isOwed = !duty.NeedsTransferBasis && notNow.Length == 0;
        return new Route(duty.Destination, duty.Code, why + notNow, sources, blocks, null, isOwed)
        {
            Place = duty.Place,
            Hosts =
                isOwed && duty.When == DutyWhen.HostedAbroad
                    ? facts.Addresses.Outside(facts.Establishment)
                    : null,
        };
    }

    /// <summary>Why no report is owed in this case, as a further sentence; empty: one is.</summary>
    private static string NotNow(Duty duty, RoutingFacts facts) =>
        duty.When == DutyWhen.Always ? ""
        : !facts.Addresses.HasAny ? " It is of an address, and none is known here: no report is owed."
        : duty.When == DutyWhen.HostedAbroad && !facts.Addresses.MayBeHostedOutside(facts.Establishment)
            ? $" It is hosted in {facts.Establishment}: no report is owed."
        : "";

    /// <summary>Only where the data says so, and only by a report that can be filed.</summary>
    private static Route Satisfied(
        Duty duty,
        Route route,
        IReadOnlyList<(Duty Duty, DutyLink Link, Route Route)> all,
        RoutingFacts facts
    )
    {
        var other = duty.SatisfiedBy.FirstOrDefault(each =>
            all.Any(found => found.Duty.Code == each.Duty && found.Route.Blocks.Count == 0)
            && !(each.OnlyWhenEstablishedElsewhere && Covers(duty.Place, facts.Establishment))
        );
        return other is null
            ? route
            : route with
            {
                SatisfiedBy = other.Duty,
                Sources = [.. route.Sources, other.Source],
            };
    }

    private static string NoDuty(RoutingFacts facts) =>
        $"No duty of {facts.Establishment} is known here for this profile: nothing is filed. Put its row, with source "
        + "and checkedOn, into a file of the data folder's 'duties'.";
}
