using Vigil.CyberTip;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Approving;
using Vigil.Server.Features.Reporting.Approving.Clocks;
using Vigil.Server.Features.Reporting.Approving.Reading;
using Vigil.Server.Features.Reporting.Approving.Showing;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Http;
using static Vigil.Server.Features.Reporting.ReportEnvironment;

namespace Vigil.Server.Tests.Reporting;

/// <summary>What approvals, clocks and figures go by, without a server.</summary>
public class ApprovalRuleTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_first_production_report_takes_two_and_danger_waits_for_nobody_after_that()
    {
        (string Setting, ReportEnvironment At, bool High, bool First, bool Solo, bool Needed)[] cases =
        [
            ("never", Production, false, true, false, true),
            ("never", Production, true, true, false, true),
            ("never", Production, false, false, false, false),
            ("production", Production, false, false, false, true),
            ("production", Test, false, false, false, false),
            ("always", Test, false, false, false, true),
            ("always", Production, true, false, false, false),
            ("always", Production, false, true, true, false),
        ];
        foreach (var one in cases)
        {
            Assert.Equal(
                one.Needed,
                SecondPolicy.Decide(one.Setting, one.At, one.High, one.First, one.Solo).IsNeeded
            );
        }
    }

    [Fact]
    public void A_real_report_goes_where_a_duty_of_the_services_place_leads_or_a_basis_does()
    {
        var open = new RoutingAnswer([RouteTo("cybertip")], []);
        var blocked = new RoutingAnswer([RouteTo("cybertip", "No basis.")], []);
        var none = new RoutingAnswer([RouteTo("gb-nca")], []);
        Assert.Null(RouteGate.Refusal("cybertip", "US", open, hasBasis: false));
        Assert.Equal("No basis.", RouteGate.Refusal("cybertip", "DE", blocked, hasBasis: true));
        Assert.Contains("No duty of NO", RouteGate.Refusal("cybertip", "NO", none, hasBasis: false));
        Assert.Null(RouteGate.Refusal("cybertip", "NO", none, hasBasis: true));
        foreach (var place in (string[])["", "us", "USA"])
        {
            // Not even with a basis: whose law it is a basis of is not known.
            Assert.Contains(
                "reporting.establishment",
                RouteGate.Refusal("cybertip", place, open, hasBasis: true)
            );
        }
        // One way that is open is enough.
        Assert.Null(
            RouteGate.Refusal(
                "cybertip",
                "US",
                new RoutingAnswer([RouteTo("cybertip", "No basis."), RouteTo("cybertip")], []),
                hasBasis: false
            )
        );

        // All police are one destination: a duty must lead to those of that country.
        foreach (
            var (of, place, country, isOpen) in ((string, string, string, bool)[])
                [
                    ("EU", "FR", "FR", true),
                    ("EU", "FR", "DE", true),
                    ("EU", "FR", "RU", false),
                    ("CA", "FR", "US", false),
                    ("CA", "CA", "CA", true),
                    ("*", "NL", "NL", true),
                    ("*", "NL", "US", false),
                ]
        )
        {
            var police = new RoutingAnswer([RouteTo("police") with { Place = of }], []);
            var refusal = RouteGate.Refusal("police", place, police, hasBasis: true, country);
            Assert.Equal(isOpen, refusal is null);
        }

        static Route RouteTo(string destination, params string[] blocks) =>
            new(destination, "duty", "Because.", [], blocks, null, true);
    }

    [Fact]
    public void A_clock_tells_of_the_own_goal_of_four_fifths_of_the_laws_time_and_of_its_end()
    {
        DueLevel At(double hours, double? deadline) =>
            DueLevels.Of(
                Noon,
                Noon.AddHours(24),
                deadline is { } some ? Noon.AddHours(some) : null,
                Noon.AddHours(hours)
            );
        Assert.Equal(
            [DueLevel.Running, DueLevel.GoalMissed, DueLevel.GoalMissed],
            [At(23.9, null), At(24, null), At(1000, null)]
        );
        Assert.Equal(
            [
                DueLevel.Running,
                DueLevel.GoalMissed,
                DueLevel.DeadlineNear,
                DueLevel.DeadlineNear,
                DueLevel.Overdue,
            ],
            [At(23.9, 100), At(79.9, 100), At(80, 100), At(99.9, 100), At(100, 100)]
        );
        // What runs keeps its start; what ended starts with what came after.
        var open = new DueClock { State = "Open", KnowledgeAt = Noon };
        var met = new DueClock
        {
            State = "Met",
            KnowledgeAt = Noon,
            EndedAt = Noon.AddHours(2),
        };
        var now = Noon.AddHours(9);
        Assert.Equal(Noon, DueClock.KnowledgeOf(open, Noon.AddHours(1), now));
        Assert.Equal(Noon.AddHours(-1), DueClock.KnowledgeOf(open, Noon.AddHours(-1), now));
        Assert.Equal(now, DueClock.KnowledgeOf(met, Noon, now));
        Assert.Equal(Noon.AddHours(3), DueClock.KnowledgeOf(met, Noon.AddHours(3), now));
    }

    [Fact]
    public void Figures_are_times_that_really_were_and_shares_of_what_there_is()
    {
        Assert.Null(ReportStatistics.Percentile([], 0.5));
        Assert.Equal(
            10,
            ReportStatistics.Percentile([.. Enumerable.Range(1, 20).Select(n => (double)n)], 0.5)
        );
        Assert.Equal(
            19,
            ReportStatistics.Percentile([.. Enumerable.Range(1, 20).Select(n => (double)n)], 0.95)
        );
        var figures = ReportStatistics.Of(
            "known-csam",
            [
                Counted(ReportState.Filed, 10, "informational", viewed: 1),
                Counted(ReportState.Approved, null, "referral", viewed: 0),
            ]
        );
        Assert.Equal(
            (2, 1, 75, 0.5),
            (figures.Approved, figures.Filed, figures.Completeness, figures.Informational)
        );
        Assert.Equal((0.25, 0.5, 10), (figures.Viewed, figures.Memes, figures.MinutesP95));
        // A notice came two days before a person confirmed: that is not time that filing took.
        var told = Counted(ReportState.Filed, 10, "referral", viewed: 0);
        told = new()
        {
            State = told.State,
            KnowledgeAt = Noon.AddDays(-2),
            ConfirmedAt = Noon.AddMinutes(3),
            FiledAt = told.FiledAt,
        };
        Assert.Equal(7, ReportStatistics.Of("notice", [told]).MinutesP95);

        static CountedReport Counted(ReportState state, int? minutes, string estimate, int viewed) =>
            new()
            {
                State = state,
                KnowledgeAt = Noon,
                FiledAt = minutes is { } some ? Noon.AddMinutes(some) : null,
                Completeness = minutes is null ? 50 : 100,
                Estimate = estimate,
                Files = 2,
                Viewed = viewed,
                IsMeme = minutes is null,
            };
    }

    [Fact]
    public void A_difference_shows_what_changed_and_a_line_around_it()
    {
        Assert.Empty(LineDiff.Of("a\nb", "a\nb"));
        Assert.Equal(
            ["  b", "- c", "+ x", "+ y", "  d"],
            LineDiff.Of("a\nb\nc\nd\ne", "a\nb\nx\ny\nd\ne").Select(change => $"{change.Mark} {change.Line}")
        );
        Assert.Equal(
            ["+ a"],
            LineDiff.Of("b", "a\nb").Take(1).Select(change => $"{change.Mark} {change.Line}")
        );
    }

    [Fact]
    public void An_approved_file_says_again_what_was_said_of_it()
    {
        var draft = Draft();
        var read = ApprovedFile.Read(ApprovedFile.Write(draft));
        Assert.Equal(2, read.Count);
        Assert.Equal(draft.Tip.FileDetails[0], read[0].ReadDetails());
        Assert.Equal((draft.Files[0].ContentId, "one.bmp"), (read[0].ContentId, read[0].FileName));
        Assert.Null(read[1].ReadDetails());
    }

    [Fact]
    public void The_form_changes_what_differs_and_nothing_of_what_the_records_tell()
    {
        var draft = Draft();
        Assert.Equal(draft.Tip, DraftForm.Apply(draft, Field).Tip);
        var changed = DraftForm.Apply(
            draft,
            name =>
                name switch
                {
                    "incidentSummary-incidentDateTime" => "2026-11-26T11:00:00+01:00",
                    "incidentSummary-escalateToHighPriority" => "She is there now.",
                    "personOrUserReported-ipCaptureEvent" => "192.0.2.7",
                    "personOrUserReported-ipCaptureEvent-port" => "4711",
                    "fileDetails1-publiclyAvailable" => "yes",
                    "fileDetails1-viral" => "true",
                    "cannotSupply" => "victim=nobody knows\r\nfileDetails.ip=not kept",
                    _ => Field(name),
                }
        );
        var (report, details) = (changed.Tip.Report, changed.Tip.FileDetails[0]);
        Assert.Equal(TimeSpan.FromHours(1), report.IncidentSummary.IncidentDateTime.Offset);
        Assert.Equal("She is there now.", report.IncidentSummary.EscalateToHighPriority);
        Assert.Equal(4711, report.PersonOrUserReported[0].IpCaptureEvent[0].Port);
        Assert.True(
            details is { PubliclyAvailable: true, FileViewedByEsp: true, FileAnnotations.Viral: true }
        );
        Assert.Equal("not kept", changed.CannotSupply["fileDetails.ip"]);
        Bad(name => name == "incidentSummary-incidentDateTime" ? "2026-11-26T11:00:00" : Field(name));
        Bad(name => name == "personOrUserReported-ipCaptureEvent-port" ? "1" : Field(name));

        // By hand nobody says that a file was viewed, nor adds one.
        var json = System.Text.Encoding.UTF8.GetString(ReportJson.Write(draft.Tip));
        var told = DraftForm.ApplyJson(
            draft,
            json.Replace("\"fileViewedByEsp\": true", "\"fileViewedByEsp\": false")
        );
        Assert.Equal(draft.Tip, told.Tip);
        Assert.Throws<ProblemException>(() => DraftForm.ApplyJson(draft, "{"));

        void Bad(Func<string, string?> value) =>
            Assert.Equal(
                "bad_field",
                Assert.Throws<ProblemException>(() => DraftForm.Apply(draft, value)).Code
            );

        // As a browser sends the form back untouched.
        string? Field(string name) =>
            DraftFields.Of(draft).Single(field => field.Anchor == name) is { Kind: not FieldKind.Check } field
                ? field.Get(draft)
            : DraftFields.Of(draft).Single(other => other.Anchor == name).Get(draft) == "true" ? "true"
            : null;
    }

    [Theory]
    [InlineData("report/incidentSummary/incidentDateTime", "incidentSummary-incidentDateTime")]
    [InlineData("personOrUserReported.ipCaptureEvent", "personOrUserReported-ipCaptureEvent")]
    [InlineData(
        "report/personOrUserReported[1]/ipCaptureEvent[2]/port",
        "personOrUserReported-ipCaptureEvent-port"
    )]
    [InlineData("fileDetails[2].publiclyAvailable", "fileDetails2-publiclyAvailable")]
    [InlineData("report/victim[1]/deviceId[1]/idType", "json")]
    [InlineData("", "json")]
    public void A_finding_leads_to_the_field_where_it_is_put_right(string path, string anchor) =>
        Assert.Equal(anchor, DraftFields.AnchorOf(path));

    private static ReportDraft Draft() =>
        new()
        {
            Tip = new Draft
            {
                Report = new Report
                {
                    IncidentSummary = new IncidentSummary
                    {
                        IncidentType = IncidentType.Csam,
                        IncidentDateTime = Noon,
                        Platform = "public post",
                    },
                    Reporter = new Reporter { ReportingPerson = new Person() },
                },
                FileDetails = [new FileDetails { OriginalFileName = "One.bmp", FileViewedByEsp = true }],
            },
            Files =
            [
                new DraftFile
                {
                    ContentId = Guid.NewGuid(),
                    FileName = "one.bmp",
                    IsViewed = true,
                },
                new DraftFile { FileName = "two.txt" },
            ],
        };
}
