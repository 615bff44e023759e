using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Approving;
using Vigil.Server.Features.Reporting.Approving.Clocks;
using Vigil.Server.Features.Reporting.Approving.Reading;
using Vigil.Server.Features.Reporting.Approving.Showing;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Reporting;

/// <summary>What a clock's deadline rests on, whose law a report is under, and what its page says of it once.</summary>
public sealed class LegalDeadlineTests
{
    private static readonly Duty Us = DutyBook.Shipped.Duties.First(duty => duty.Code == "us-2258a");

    [Fact]
    public void The_shortest_time_that_a_law_names_counts_before_the_setting()
    {
        (string Words, int? Hours)[] cases =
        [
            (Us.Deadline, null),
            ("P1 immediately, P2 as soon as possible, P3 without undue delay", null),
            ("Within 24 hours", 24),
            ("Within 2 days, and at the latest 60 hours after", 48),
            ("1 hour", 1),
            ("By the rules of section 24", null),
            ("A 12-hour limit", 12),
        ];
        Assert.Equal(
            cases,
            cases.Select(one => (one.Words, LegalDeadline.HoursOf(Us with { Deadline = one.Words })))
        );

        var named = Us with
        {
            Code = "xx-law",
            Deadline = "Within 36 hours",
            LegalReference = "Sample Act 1",
        };
        var law = LegalDeadline.Of([Us, named], 100, []);
        Assert.Equal(36, law.Hours);
        Assert.Matches("Sample Act 1.*Within 36 hours.*xx-law.*looked up 2026-07-02", law.RestsOn);
        var setting = LegalDeadline.Of([Us], 100, []);
        Assert.Equal(100, setting.Hours);
        Assert.Matches("reports.deadlineHours.*names hours.*2258A.*As soon as reasonably", setting.RestsOn);
        var none = LegalDeadline.Of([], 0, ["Set 'reporting.establishment'."]);
        Assert.Null(none.Hours);
        Assert.Matches("own goal.*No duty is known.*reporting.establishment", none.RestsOn);
    }

    [Fact]
    public void Only_duties_that_ask_for_a_report_of_this_case_count()
    {
        var now = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
        (string Place, string User, bool HasAddress, string Expected)[] cases =
        [
            ("CA", "", false, "ca-mra3"),
            ("CA", "", true, "ca-mra2 ca-mra3"),
            ("FR", "", false, "eu-dsa18"),
            ("FR", "GB", false, "eu-dsa18 gb-osa66"),
            ("US", "GB", false, "us-2258a"),
            ("JP", "", false, ""),
        ];
        foreach (var (place, user, hasAddress, expected) in cases)
        {
            var facts = new RoutingFacts(place, user, Vigil.Trust.Profile.Platform)
            {
                Addresses = new(hasAddress, hasAddress ? [new CaseHost("a.example", [])] : []),
            };
            var owed = LegalDeadline.OwedOf(CaseRouting.Of(facts, DutyBook.Shipped, [], now));
            Assert.Equal(
                (place, user, expected),
                (place, user, string.Join(' ', owed.Select(duty => duty.Code).Order(StringComparer.Ordinal)))
            );
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task A_clock_that_runs_rests_on_what_is_owed_by_what_is_known_now()
    {
        await using var server = await TestServer.StartAsync();
        await server.SetAsync("training.required", "off");
        await server.SetAsync(CaseRouting.EstablishmentSetting, "CA");
        var (told, written) = (await server.ConfirmedAsync("user-1"), await server.ConfirmedAsync("user-2"));
        foreach (var reference in (string[])[told, written])
        {
            Assert.DoesNotContain(
                "ca-mra2",
                (await server.ClockAsync(reference)).RestsOn,
                StringComparison.Ordinal
            );
        }
        await server.TellAsync(told, "https://example.org/page");
        var draft = await server.DraftAsync(
            written,
            "police",
            ReportEnvironment.Production,
            isExplained: false
        );
        await server.WriteAsync(draft, ["https://example.org/page"]);
        foreach (var reference in (string[])[told, written])
        {
            Assert.Contains(
                "ca-mra2",
                (await server.ClockAsync(reference)).RestsOn,
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public void A_police_report_is_under_the_law_of_its_country()
    {
        var draft = new ReportDraft { Tip = SmallTip() };
        var named = draft with
        {
            Extra = new Dictionary<string, string> { [PoliceDestination.Country] = " de " },
        };
        var everywhere = Us with { Place = "*" };
        (string Expected, ReportDraft Draft, Duty[] Duties, string Establishment)[] cases =
        [
            ("DE", named, [Us], "GB"),
            ("US", draft, [everywhere, Us], "GB"),
            ("GB", draft, [everywhere], "GB"),
            ("", draft, [everywhere], ""),
            ("", draft, [], "Sampleland"),
        ];
        foreach (var (expected, of, duties, establishment) in cases)
        {
            Assert.Equal(expected, ReportPlace.Of(of, duties, establishment));
        }
    }

    [Fact]
    public void A_timeline_says_a_state_once()
    {
        var at = DateTimeOffset.UnixEpoch;
        (ReportState State, DateTimeOffset? Approved, DateTimeOffset? Filed, bool IsSaid)[] cases =
        [
            (ReportState.Draft, null, null, true),
            (ReportState.Approved, at, null, true),
            (ReportState.Filed, at, at, true),
            (ReportState.Filed, at, null, false),
            (ReportState.FiledReceiptLost, at, at, false),
            (ReportState.NeedsHuman, at, null, false),
        ];
        foreach (var (state, approved, filed, isSaid) in cases)
        {
            var row = new ReportRow
            {
                State = state,
                StateSince = at,
                CreatedAt = at,
                ApprovedAt = approved,
                FiledAt = filed,
            };
            Assert.Equal((state, isSaid), (state, ReportWords.IsInTimeline(ReportView.Of(row, at))));
        }
    }

    private static CyberTip.Draft SmallTip() =>
        new()
        {
            Report = new()
            {
                IncidentSummary = new()
                {
                    IncidentType = CyberTip.IncidentType.Csam,
                    IncidentDateTime = DateTimeOffset.UnixEpoch,
                },
                Reporter = new() { ReportingPerson = new() },
            },
        };
}
