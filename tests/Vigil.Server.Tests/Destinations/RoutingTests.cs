using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Trust;

namespace Vigil.Server.Tests.Destinations;

/// <summary>Where a case goes, as a table.</summary>
public class RoutingTests
{
    private static readonly DateTimeOffset Now = MaximalDraft.Now;

    private static readonly TransferBasis Basis = new()
    {
        Destination = "cybertip",
        LegalReference = "SAMPLE clauses",
        StartsOn = Now.AddDays(-1),
        EndsOn = Now.AddDays(1),
    };

    /// <summary>"!" is blocked, "=" is satisfied by the report of another.</summary>
    [Theory]
    [InlineData("US", "", Profile.Platform, false, "cybertip")]
    [InlineData("US", "DE", Profile.Platform, false, "cybertip")]
    [InlineData("US", "GB", Profile.Platform, false, "cybertip gb-nca=us-2258a")]
    [InlineData("GB", "", Profile.Platform, false, "gb-nca")]
    [InlineData("GB", "US", Profile.Platform, true, "gb-nca")]
    [InlineData("DE", "", Profile.Platform, false, "de-bka police=de-dsa18 cybertip!")]
    [InlineData("DE", "US", Profile.Platform, true, "de-bka police=de-dsa18 cybertip")]
    [InlineData("FR", "", Profile.Platform, false, "police cybertip!")]
    [InlineData("FR", "GB", Profile.Platform, true, "police gb-nca cybertip")]
    [InlineData("CA", "GB", Profile.Platform, false, "police ca-c3p gb-nca")]
    [InlineData("NO", "", Profile.Platform, false, "")]
    [InlineData("JP", "GB", Profile.Platform, false, "gb-nca")]
    [InlineData("NL", "", Profile.Hotline, true, "police iccam")]
    [InlineData("US", "GB", Profile.Hotline, false, "police iccam")]
    [InlineData("", "GB", Profile.Platform, false, "")]
    [InlineData("Germany", "", Profile.Platform, false, "")]
    public void A_case_goes(
        string establishment,
        string user,
        Profile profile,
        bool hasBasis,
        string expected
    )
    {
        var answer = CaseRouting.Of(
            new(establishment, user, profile),
            DutyBook.Shipped,
            hasBasis ? [Basis] : [],
            Now
        );
        var said = answer.Routes.Select(route =>
            route.Destination
            + (route.Blocks.Count > 0 ? "!" : "")
            + (route.SatisfiedBy is { } other ? $"={other}" : "")
        );
        Assert.Equal(expected, string.Join(' ', said));
        Assert.All(
            answer.Routes,
            route =>
            {
                Assert.NotEmpty(route.Reason);
                Assert.All(route.Sources, source => Assert.NotEmpty(source));
                Assert.NotEmpty(route.Sources);
            }
        );
        var isKnown = establishment is "US" or "GB" or "DE" or "FR" or "CA" or "NL";
        Assert.Equal(isKnown ? 0 : 1, answer.Missing.Count);
    }

    /// <summary>Which reports a clock waits for. Addresses: "-" none, "?" one, nobody said where it is hosted.</summary>
    [Theory]
    [InlineData("US", "", Profile.Platform, "-", "cybertip")]
    [InlineData("US", "GB", Profile.Platform, "?", "cybertip")]
    [InlineData("GB", "US", Profile.Platform, "-", "gb-nca")]
    [InlineData("DE", "", Profile.Platform, "?", "de-bka")]
    [InlineData("DE", "GB", Profile.Platform, "-", "de-bka gb-nca")]
    [InlineData("FR", "GB", Profile.Platform, "-", "gb-nca police")]
    [InlineData("JP", "GB", Profile.Platform, "-", "gb-nca")]
    [InlineData("JP", "", Profile.Platform, "?", "")]
    [InlineData("CA", "", Profile.Platform, "-", "police")]
    [InlineData("CA", "", Profile.Platform, "?", "ca-c3p police")]
    [InlineData("CA", "GB", Profile.Platform, "CA", "ca-c3p gb-nca police")]
    [InlineData("NL", "", Profile.Hotline, "-", "police")]
    [InlineData("NL", "", Profile.Hotline, "NL", "police")]
    [InlineData("NL", "", Profile.Hotline, "?", "iccam police")]
    [InlineData("NL", "", Profile.Hotline, "DE", "iccam police")]
    [InlineData("NL", "", Profile.Hotline, "NL,DE", "iccam police")]
    public void A_report_is_owed_where_a_law_that_applies_asks_for_it_in_this_case(
        string establishment,
        string user,
        Profile profile,
        string hosts,
        string expected
    )
    {
        var facts = new RoutingFacts(establishment, user, profile)
        {
            Addresses = new(
                hosts != "-",
                hosts == "-"
                    ? []
                    :
                    [
                        .. hosts
                            .Split(',')
                            .Select(place => new CaseHost($"{place}.example", place == "?" ? [] : [place])),
                    ]
            ),
        };
        var answer = CaseRouting.Of(facts, DutyBook.Shipped, [Basis], Now);
        Assert.Equal(expected, string.Join(' ', CaseRouting.OwedOf(answer).Order(StringComparer.Ordinal)));
        // Of what is hosted abroad, or may be, each host alone.
        Assert.Equal(
            expected.Contains("iccam", StringComparison.Ordinal)
                ? string.Join(
                    ' ',
                    hosts.Split(',').Where(place => place != "NL").Select(place => $"{place}.example")
                )
                : null,
            CaseRouting.HostsOf(answer, "iccam") is { } owed ? string.Join(' ', owed) : null
        );
        Assert.Null(CaseRouting.HostsOf(answer, "police"));
        Assert.Equal(establishment is "CA" or "NL", CaseRouting.AsksForAddresses(facts, DutyBook.Shipped));
        // What is not owed is a way all the same, and says why it is only that.
        Assert.All(
            answer.Routes.Where(route => route.Destination is "ca-c3p" or "iccam"),
            route =>
                Assert.Equal(
                    !route.IsOwed,
                    route.Reason.EndsWith("no report is owed.", StringComparison.Ordinal)
                )
        );
    }

    [Fact]
    public void A_basis_counts_from_its_start_to_its_end_for_its_destination_and_not_when_it_was_ended()
    {
        (TransferBasis Basis, bool Holds)[] cases =
        [
            (Basis, true),
            (Basis with { EndsOn = Now }, false),
            (Basis with { StartsOn = Now.AddMinutes(1) }, false),
            (Basis with { EndedAt = Now.AddHours(-1) }, false),
            (Basis with { Destination = "gb-nca" }, false),
        ];
        foreach (var (basis, holds) in cases)
        {
            var answer = CaseRouting.Of(new("FR", "", Profile.Platform), DutyBook.Shipped, [basis], Now);
            var route = answer.Routes.Single(each => each.Destination == "cybertip");
            Assert.Equal(holds, route.Blocks.Count == 0);
            Assert.Equal(
                holds,
                route.Sources.Any(source => source.Contains("SAMPLE clauses", StringComparison.Ordinal))
            );
        }
    }

    [Fact]
    public void A_report_counts_for_another_duty_only_while_it_can_be_filed_itself()
    {
        var us = DutyBook.Shipped.Duties.Single(duty => duty.Code == "us-2258a");
        var book = DutyBook.Shipped with
        {
            Duties = [.. DutyBook.Shipped.Duties.Except([us]), us with { ExpiresOn = new(2026, 1, 1) }],
        };
        var routes = CaseRouting.Of(new("US", "GB", Profile.Platform), book, [], Now).Routes;
        Assert.Equal(["cybertip", "gb-nca"], routes.Select(route => route.Destination));
        Assert.NotEmpty(routes[0].Blocks);
        Assert.Null(routes[1].SatisfiedBy);
        Assert.Empty(routes[1].Blocks);
    }
}
