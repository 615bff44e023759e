using System.Text;
using System.Text.Json;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Destinations;

namespace Vigil.Server.Tests.Destinations;

/// <summary>What each destination's document says, and what it refuses.</summary>
public class FormTests
{
    private static readonly DateTimeOffset Now = MaximalDraft.Now;

    /// <summary>Those of this folder; others have their own tests.</summary>
    internal static IEnumerable<FormDestination> Forms => AllDestinations.All.OfType<FormDestination>();

    [Fact]
    public void A_maximal_draft_fills_every_field_that_is_said_to_be_supplied()
    {
        Assert.Equal(5, Forms.Count());
        foreach (var destination in Forms)
        {
            var rendered = destination.Render(MaximalDraft.Draft);
            var root = JsonDocument.Parse(rendered.Document).RootElement;
            var empty = destination
                .Coverage.Where(field => field.Source.Length > 0 && !Has(root, field.Field))
                .Select(field => field.Field);
            Assert.Empty(empty);
            Assert.All(
                destination.Coverage.Where(field => field.Source.Length == 0),
                field =>
                {
                    Assert.False(Has(root, field.Field), field.Field);
                    Assert.NotEmpty(field.Note);
                }
            );
            Assert.Equal("application/json", rendered.MediaType);
            // Equal drafts give equal bytes.
            Assert.Equal(rendered.Document, destination.Render(MaximalDraft.Draft).Document);
            Assert.Empty(destination.Check(MaximalDraft.Draft, Now));
        }
    }

    [Fact]
    public void A_minimal_draft_renders_and_says_what_is_missing()
    {
        var draft = MaximalDraft.Draft with
        {
            Tip = new()
            {
                Report = new()
                {
                    IncidentSummary = MaximalDraft.Draft.Tip.Report.IncidentSummary,
                    Reporter = new() { ReportingPerson = new() },
                },
            },
            Files = [],
            Why = "",
            Extra = new Dictionary<string, string>(),
            CannotSupply = new Dictionary<string, string>(),
            KnowledgeAt = default,
        };
        (string Code, string[] Paths)[] expected =
        [
            ("gb-nca", ["nca.registration", "nca.declaration"]),
            ("police", ["police.country", "police.authority"]),
            ("de-bka", ["bka.registration", "bka.ownReference"]),
            ("ca-c3p", ["urls"]),
            ("iccam", ["iccam.analyst", "iccam.reference", "iccam.hostCountry", "urls", "fact.age"]),
        ];
        foreach (var (code, paths) in expected)
        {
            var destination = AllDestinations.Find(code)!;
            JsonDocument.Parse(destination.Render(draft).Document);
            var blocking = destination
                .Check(draft, Now)
                .Where(finding => finding.IsBlocking)
                .Select(finding => finding.Path);
            string[] wanted = ["reporter.reportingPerson.email", "knowledgeAt", "files", .. paths];
            Assert.Equal(wanted, blocking);
        }
    }

    [Fact]
    public void Nobody_is_named_when_nobody_may_be()
    {
        var draft = MaximalDraft.Draft with { NamesNoSuspect = true };
        string[] secrets =
        [
            "sample-user",
            "SAMPLE-U\"",
            "user@example.org",
            "back@example.org",
            "5550101",
            "192.0.2.1\"",
            "192.0.2.2\"",
            "SAMPLE-DEVICE\"",
            "sample-linked",
        ];
        foreach (var destination in Forms)
        {
            var text = Text(destination, draft);
            Assert.DoesNotContain(secrets, secret => text.Contains(secret, StringComparison.Ordinal));
        }
        foreach (var destination in Forms.Where(each => each.Code is "gb-nca" or "police" or "de-bka"))
        {
            Assert.Contains("sample-user", Text(destination, MaximalDraft.Draft), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_tip_to_Canada_and_a_report_to_ICCAM_hold_no_person_and_no_fingerprint()
    {
        foreach (var code in (string[])["ca-c3p", "iccam"])
        {
            var text = Text((FormDestination)AllDestinations.Find(code)!, MaximalDraft.Draft);
            foreach (var digit in "12345")
            {
                Assert.DoesNotContain(new string(digit, 32), text, StringComparison.Ordinal);
            }
            Assert.DoesNotContain("sample-user", text, StringComparison.Ordinal);
            Assert.DoesNotContain("192.0.2.1\"", text, StringComparison.Ordinal);
            Assert.Contains("https://example.org/file.jpg", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Priorities_follow_from_the_facts_and_a_person_may_set_another_with_a_reason()
    {
        var report = MaximalDraft.Draft.Tip.Report;
        var calm = report with
        {
            IncidentSummary = report.IncidentSummary with { EscalateToHighPriority = null },
        };
        (ReportDraft Draft, string Code)[] cases =
        [
            (With(report), "P1"),
            (With(calm), "P3"),
            (With(calm) with { MatchedAt = null }, "P2"),
            (
                With(
                    calm with
                    {
                        IncidentSummary = calm.IncidentSummary with
                        {
                            IncidentType = CyberTip.IncidentType.OnlineEnticement,
                        },
                    }
                ),
                "P1"
            ),
            (
                With(
                    calm with
                    {
                        IncidentSummary = calm.IncidentSummary with
                        {
                            ReportAnnotations = new() { Sextortion = true },
                        },
                    }
                ),
                "P2"
            ),
            (
                With(calm) with
                {
                    Extra = new Dictionary<string, string>
                    {
                        ["nca.priority"] = "P1",
                        ["nca.priorityReason"] = "SAMPLE",
                    },
                },
                "P1"
            ),
            (With(calm) with { Extra = new Dictionary<string, string> { ["nca.priority"] = "P9" } }, "P3"),
        ];
        foreach (var (draft, code) in cases)
        {
            var priority = NcaPriority.Of(draft);
            Assert.Equal(code, priority.Code);
            Assert.NotEmpty(priority.Reasons);
        }
        var unreasoned = With(calm) with
        {
            Extra = new Dictionary<string, string> { ["nca.priority"] = "P1" },
        };
        Assert.Contains(
            new GbNcaDestination().Check(unreasoned, Now),
            finding => finding is { Path: "nca.priorityReason", IsBlocking: true }
        );

        static ReportDraft With(CyberTip.Report report) =>
            MaximalDraft.Draft with
            {
                Tip = MaximalDraft.Draft.Tip with { Report = report },
            };
    }

    [Theory]
    [InlineData("prepubescent", "penetrative", "no", 1, 3)]
    [InlineData("prepubescent", "posing", "no", 2, 3)]
    [InlineData("prepubescent", "non_penetrative", "yes", 1, 2)]
    [InlineData("pubescent", "penetrative", "no", 2, 4)]
    [InlineData("unclear", "posing", "no", 4, 1)]
    [InlineData("adult", "posing", "no", 4, 1)]
    public void An_assessment_follows_from_the_facts(
        string age,
        string activity,
        string infant,
        int code,
        int ageCode
    )
    {
        var draft = MaximalDraft.Draft with
        {
            Extra = new Dictionary<string, string>(MaximalDraft.Draft.Extra)
            {
                ["fact.age"] = age,
                ["fact.activity"] = activity,
                ["fact.infant"] = infant,
            },
        };
        var assessment = IccamAssessment.Of(draft)!;
        Assert.Equal(
            (code, ageCode),
            ((int)assessment["classification"]!, (int)assessment["ageCategorization"]!)
        );
        Assert.Equal(
            code == IccamAssessment.Ignore,
            new IccamDestination().Check(draft, Now).Any(finding => finding.Rule == "not-illegal")
        );
    }

    [Fact]
    public void What_is_hosted_at_home_is_no_matter_for_ICCAM()
    {
        (string? Host, string Home, bool IsRefused)[] cases =
        [
            ("NL", "NL", true),
            (" nl ", "NL", true),
            ("NL", "DE", false),
            ("NL", "", false),
            (null, "NL", false),
            (null, "", false),
        ];
        foreach (var (host, home, isRefused) in cases)
        {
            var extra = new Dictionary<string, string>(MaximalDraft.Draft.Extra);
            extra.Remove(IccamDestination.HostCountry);
            if (host is not null)
            {
                extra[IccamDestination.HostCountry] = host;
            }
            var findings = HostedAtHome.Of(MaximalDraft.Draft with { Extra = extra }, home);
            Assert.Equal(isRefused, findings.Any(finding => finding.IsBlocking));
        }
    }

    [Fact]
    public void A_report_to_ICCAM_is_of_one_host_for_it_says_of_all_addresses_where_one_is_hosted()
    {
        (string Page, string? File, bool IsRefused)[] cases =
        [
            ("https://example.org/page", "https://example.org/file.jpg", false),
            ("https://example.org/page", "http://EXAMPLE.org.:8080/other", false),
            ("https://example.org/page", null, false),
            ("https://example.org/page", "https://pictures.example.net/file.jpg", true),
            ("https://example.org/page", "https://img.example.org/file.jpg", true),
            ("https://example.org/page", "example.org/file.jpg", true),
        ];
        foreach (var (page, file, isRefused) in cases)
        {
            var tip = MaximalDraft.Draft.Tip;
            var draft = MaximalDraft.Draft with
            {
                Tip = tip with
                {
                    Report = tip.Report with
                    {
                        InternetDetails = [new() { WebPageIncident = new() { Url = [page] } }],
                    },
                    FileDetails = [tip.FileDetails[0] with { LocationOfFile = file }],
                },
            };
            var found = new IccamDestination().Check(draft, Now);
            Assert.Equal(
                isRefused ? [IccamDestination.SeveralHosts] : [],
                found.Where(finding => finding.IsBlocking).Select(finding => finding.Rule)
            );
            // Canada's tip says no host's country: it takes them together.
            Assert.DoesNotContain(
                new CaC3pDestination().Check(draft, Now),
                finding => finding.Path == "urls"
            );
        }
    }

    [Fact]
    public void What_a_files_metadata_says_twice_is_said_twice_and_fingerprints_stand_apart()
    {
        static CyberTip.NameValue Pair(string name, string value) => new() { Name = name, Value = value };
        var details = new CyberTip.FileDetails
        {
            Details =
            [
                new()
                {
                    Type = CyberTip.MetadataType.Exif,
                    NameValuePair =
                    [
                        Pair("Model", "SAMPLE one"),
                        Pair("Software", "SAMPLE"),
                        Pair("model", "other"),
                    ],
                },
                new()
                {
                    Type = CyberTip.MetadataType.Exif,
                    NameValuePair = [Pair("Model", "SAMPLE two"), Pair("Software", "SAMPLE")],
                },
                new()
                {
                    Type = CyberTip.MetadataType.Hash,
                    NameValuePair = [Pair("Model", new string('7', 32))],
                },
            ],
        };
        Assert.Equal(
            """{"Model":["SAMPLE one","SAMPLE two"],"Software":"SAMPLE","model":"other"}""",
            DraftValues.Exif(details).ToJsonString()
        );
    }

    [Fact]
    public void A_draft_of_before_says_to_ICCAM_when_it_was_known()
    {
        var draft = MaximalDraft.Draft with { ReceivedAt = null };
        Assert.Contains(
            "\"hotlineReceivedDate\": \"2026-11-20T09:00:00Z\"",
            Text(new IccamDestination(), draft),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Times_of_the_law_come_from_the_kernels_data()
    {
        var view = DestinationView.Of(
            new GbNcaDestination(),
            DutyBook.Shipped,
            Vigil.Trust.Profile.Platform,
            Now
        );
        Assert.Equal((365, 1825, false), (view.PreserveDays, view.ReferenceDays, view.Blocked));
        Assert.True(
            DestinationView
                .Of(new IccamDestination(), DutyBook.Shipped, Vigil.Trust.Profile.Platform, Now)
                .Blocked
        );
        Assert.False(
            DestinationView
                .Of(new IccamDestination(), DutyBook.Shipped, Vigil.Trust.Profile.Hotline, Now)
                .Blocked
        );
    }

    [Fact]
    public void The_page_for_people_runs_nothing_and_shows_what_was_written()
    {
        var html = Encoding.UTF8.GetString(
            SummaryHtml.Of(
                "<script>alert(1)</script>",
                [("a\"b", "<img src=x onerror=alert(1)>")],
                """{"<b>": ["</dd><script>", {"deep": "&amp; \u2028"}], "n": null, "t": true}"""u8.ToArray()
            )
        );
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;img src=x onerror=alert(1)&gt;", html, StringComparison.Ordinal);
        Assert.Contains("&amp;amp;", html, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", html, StringComparison.Ordinal);
    }

    private static string Text(FormDestination destination, ReportDraft draft) =>
        Encoding.UTF8.GetString(destination.Render(draft).Document);

    /// <summary>"files[].hashes": of the first file.</summary>
    private static bool Has(JsonElement root, string path)
    {
        var at = root;
        foreach (var part in path.Split('.'))
        {
            var name = part.EndsWith("[]", StringComparison.Ordinal) ? part[..^2] : part;
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
            {
                return false;
            }
            if (name != part)
            {
                at = at[0];
            }
        }
        return at.ValueKind is not (JsonValueKind.Null or JsonValueKind.Array or JsonValueKind.Object)
            || (at.ValueKind == JsonValueKind.Array && at.GetArrayLength() > 0)
            || (at.ValueKind == JsonValueKind.Object && at.EnumerateObject().Any());
    }
}
