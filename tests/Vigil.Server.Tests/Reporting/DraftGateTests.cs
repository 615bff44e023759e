using FsCheck;
using FsCheck.Fluent;
using Vigil.CyberTip;
using Vigil.Server.Features.Cases;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Http;
using Vigil.Trust;
using static Vigil.Server.Tests.Reporting.DraftWork;

namespace Vigil.Server.Tests.Reporting;

public class DraftGateTests
{
    private static readonly Gen<DraftSources> Made =
        from type in Gen.Elements(Enum.GetNames<ProblemType>())
        from subject in Gen.Elements<string?>(null, Whole(), Whole(""", "victim": [{"victimPerson": {}}] """))
        from items in (
            from namesNoSuspect in Gen.Elements(true, true, false)
            from state in Gen.Elements("Confirmed", "Confirmed", "Open", "NotCsam")
            select Item("post/1", namesNoSuspect, state)
        ).NonEmptyListOf()
        from isCaseMarked in Gen.Elements(true, false)
        from isBatch in Gen.Elements(true, false)
        from chosen in Gen.Elements<IncidentType?>(null, IncidentType.OnlineEnticement)
        let made = Sources(type, subject)
        let taken = items.Take(4).ToList()
        select made with
        {
            Case = made.Case with
            {
                Items = taken,
                NamesNoSuspect = isCaseMarked && taken.All(item => item.NamesNoSuspect),
            },
            Contents = [.. taken.Select(Kept)],
            Type = chosen,
            Batch = isBatch ? ["account-1", "account-2"] : null,
        };

    private static readonly string Contents = string.Join(
        ',',
        Enumerable.Range(0, 201).Select(i => $$"""{"contentRef": "{{i}}"}""")
    );

    private static readonly string Victims = string.Join(
        ',',
        Enumerable.Repeat("""{"victimPerson": {}}""", 501)
    );

    private static readonly (string Json, string Says)[] Wrong =
    [
        ("[]", "bad_json"),
        ("""{"report": 1}""", "'report' is an object"),
        ("""{"other": {}}""", "bad_json"),
        ("""{"report": {}, "report": {}}""", "bad_json"),
        ("""{"report": {"nonsense": 1}}""", "report/nonsense"),
        (
            """{"report": {"incidentSummary": {"incidentType": "csam"}}}""",
            "report/incidentSummary/incidentType"
        ),
        ("""{"report": {"incidentSummary": {"escalateToHighPriority": "x"}}}""", "escalateToHighPriority"),
        (
            """{"report": {"incidentSummary": {"incidentDateTime": "2026-01-01T00:00:00"}}}""",
            "incidentDateTime"
        ),
        (
            """{"report": {"incidentSummary": {"incidentDateTime": "2036-01-01T00:00:00Z"}}}""",
            "in the future"
        ),
        ("""{"report": {"batchedReport": {"reason": "VIRAL_POTENTIAL_MEME"}}}""", "report/batchedReport"),
        (
            """{"report": {"reporter": {"reportingPerson": {"email": ["secret@example.com"]}}}}""",
            "report/reporter/reportingPerson"
        ),
        ("""{"report": {"personOrUserReported": [{}, {}]}}""", "report/personOrUserReported[2]"),
        ("""{"report": {"personOrUserReported": [{"profileUrl": ["secret value"]}]}}""", "profileUrl[1]"),
        (
            """{"report": {"personOrUserReported": [{"ipCaptureEvent": [{"ipAddress": "secret"}]}]}}""",
            "ipCaptureEvent[1]/ipAddress"
        ),
        ("""{"report": {"victim": [{}]}}""", "report/victim[1]/victimPerson"),
        ("""{"contents": [{"file": {}}]}""", "contents[1]/contentRef"),
        ("""{"contents": [null]}""", "contents[1]/contentRef"),
        (
            """{"contents": [{"contentRef": "a", "file": {"fileViewedByEsp": true}}]}""",
            "contents[1]/file/fileViewedByEsp"
        ),
        (
            """{"contents": [{"contentRef": "a", "file": {"fileAnnotations": {"infant": true}}}]}""",
            "contents[1]/file/fileAnnotations"
        ),
        ("""{"contents": [{"contentRef": "a"}, {"contentRef": "a"}]}""", "contents[2]/contentRef"),
        ("""{"chats": [{"name": "a/b.txt", "text": "x"}]}""", "chats[1]/name"),
        ("""{"chats": [{"name": "a.txt", "text": ""}]}""", "chats[1]/text"),
        (
            $$"""{"chats": [{"name": "a.txt", "text": "{{new string('x', DraftLimits.ChatCharacters + 1)}}"}]}""",
            "chats[1]/text"
        ),
        ($$"""{"contents": [{{Contents}}]}""", "at most 200"),
        ("""{"report": {"victim": [""" + Victims + "]}}", "'report/victim' has at most 500"),
    ];

    [Fact(Timeout = 60_000)]
    public async Task Who_is_no_suspect_is_never_called_one_and_what_matched_is_never_prefilled()
    {
        var (bare, named) = (0, 0);
        var property = Prop.ForAll(
            Made.ToArbitrary(),
            sources =>
            {
                if (sources.Used.Count == 0)
                {
                    return true;
                }
                var draft = BuildDraft.From(sources);
                var confirmed = sources.Case.Items.Where(item => item.State == "Confirmed").ToList();
                if (confirmed.All(item => item.NamesNoSuspect))
                {
                    bare++;
                    Assert.True(draft.NamesNoSuspect);
                    Assert.Empty(draft.Tip.Report.PersonOrUserReported);
                    Assert.Empty(draft.Tip.Report.Victim);
                    Assert.Empty(draft.Files);
                    Assert.Equal("", draft.Why);
                    Assert.DoesNotContain("account-1", Xml(draft), StringComparison.Ordinal);
                    Assert.DoesNotContain("SAMPLE-7", Xml(draft), StringComparison.Ordinal);
                    return true;
                }
                named++;
                Assert.False(draft.NamesNoSuspect);
                // Of a mixed case only what names somebody goes along.
                var quiet = confirmed
                    .Where(item => item.NamesNoSuspect)
                    .Select(item => (Guid?)item.ItemId)
                    .ToHashSet();
                Assert.Empty(draft.Files.Where(file => quiet.Contains(file.ItemId)));
                return true;
            }
        );
        await Task.Run(() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), property));
        Assert.InRange(bare, 50, 500);
        Assert.InRange(named, 50, 500);
    }

    [Fact]
    public void A_person_put_into_a_draft_of_no_suspect_stops_it_everywhere()
    {
        var sources = Sources("KnownCsam", Whole());
        sources = sources with { Case = sources.Case with { NamesNoSuspect = true } };
        var draft = BuildDraft.From(sources);
        var named = draft with
        {
            Tip = draft.Tip with
            {
                Report = draft.Tip.Report with
                {
                    PersonOrUserReported = [new PersonOrUserReported { EspIdentifier = "account-1" }],
                },
            },
        };

        Assert.Contains("personOrUserReported: names_no_suspect", Blocking(named));
        Assert.Throws<InvalidOperationException>(() => Tipline.Render(named));
        Assert.Equal("names_no_suspect", Code(() => FixedParts.Check(draft, named)));
        Assert.Equal(
            "draft_fixed",
            Code(() => FixedParts.Check(draft, draft with { NamesNoSuspect = false }))
        );
    }

    [Fact]
    public void What_an_investigator_needs_is_there_or_has_a_reason_and_a_reason_completes_nothing()
    {
        var bare = BuildDraft.From(Sources());
        var before = DraftGate.Check(Tipline, bare, Now);
        Assert.Contains("personOrUserReported.ipCaptureEvent: missing", Blocking(bare));
        Assert.Contains("fileDetails[1].publiclyAvailable: missing", Blocking(bare));
        Assert.Contains("incidentSummary.incidentDateTime: missing", Blocking(bare));
        Assert.Equal(DraftStanding.Informational, before.Estimate);
        Assert.Equal(
            "platform",
            before.Missing.First(field => field.Path == "personOrUserReported.ipCaptureEvent").Supplier
        );

        var after = DraftGate.Check(Tipline, Explained(bare), Now);
        Assert.Empty(after.Blocking);
        Assert.Equal(before.Completeness, after.Completeness);
        Assert.Equal(DraftStanding.Informational, after.Estimate);
        var forAll = bare with
        {
            CannotSupply = new Dictionary<string, string>
            {
                ["fileDetails.publiclyAvailable"] = "Not recorded.",
            },
        };
        Assert.DoesNotContain("fileDetails[1].publiclyAvailable: missing", Blocking(forAll));
        var blank = bare with
        {
            CannotSupply = new Dictionary<string, string> { ["internetDetails"] = "  " },
        };
        Assert.Contains("internetDetails: missing", Blocking(blank));

        var whole = DraftGate.Check(Tipline, BuildDraft.From(Sources("KnownCsam", Whole())), Now);
        Assert.Empty(whole.Blocking);
        Assert.Equal(DraftStanding.Referral, whole.Estimate);
        Assert.InRange(whole.Completeness, 90, 100);
        Assert.InRange(before.Completeness, 10, 60);
    }

    [Fact]
    public void Urgency_is_apart_from_completeness()
    {
        var known = Standing("KnownCsam", Whole());
        var viral = BuildDraft.From(
            Sources(
                "KnownCsam",
                Whole()
                    .Replace(
                        "\"publiclyAvailable\"",
                        "\"fileAnnotations\": {\"viral\": true}, \"publiclyAvailable\"",
                        StringComparison.Ordinal
                    )
            )
        );
        var extortion = Standing("SexualExtortion", Whole(""", "victim": [{"victimPerson": {}}] """));
        var danger = Sources("Grooming");
        danger = danger with { Case = danger.Case with { DangerAt = Now } };

        Assert.InRange(DraftGate.Check(Tipline, viral, Now).Urgency, 0, 10);
        Assert.Equal(DraftStanding.Informational, DraftGate.Check(Tipline, viral, Now).Estimate);
        Assert.True(extortion.Urgency > known.Urgency + 30);
        // What is passed on everywhere waits behind all else, unless a person asks for it.
        var passedOn = With(
            BuildDraft.From(Sources("SexualExtortion", Whole(""", "victim": [{"victimPerson": {}}] """))),
            file => file with { FileAnnotations = new FileAnnotations { Viral = true } }
        );
        Assert.Equal(10, DraftGate.Check(Tipline, passedOn, Now).Urgency);
        var asked = passedOn.Tip.Report.IncidentSummary with { EscalateToHighPriority = "She is there now." };
        passedOn = passedOn with
        {
            Tip = passedOn.Tip with { Report = passedOn.Tip.Report with { IncidentSummary = asked } },
        };
        Assert.InRange(DraftGate.Check(Tipline, passedOn, Now).Urgency, 80, 100);
        var pressing = DraftGate.Check(Tipline, BuildDraft.From(danger), Now);
        Assert.True(pressing.Urgency >= 80 && pressing.Completeness < 60);
        Assert.NotEmpty(pressing.UrgentBecause);

        static DraftStanding Standing(string type, string subject) =>
            DraftGate.Check(Tipline, BuildDraft.From(Sources(type, subject)), Now);
    }

    [Fact]
    public void What_no_record_says_and_what_the_schema_has_not_yet_blocks()
    {
        var draft = BuildDraft.From(Sources("KnownCsam", Whole()));
        var seen = With(draft, file => file with { FileViewedByEsp = true, ExifViewedByEsp = true });
        Assert.Equal(2, Blocking(seen).Count(text => text.EndsWith("not_viewed", StringComparison.Ordinal)));
        var newer = draft with
        {
            Tip = draft.Tip with
            {
                Report = draft.Tip.Report with
                {
                    IncidentSummary = draft.Tip.Report.IncidentSummary with
                    {
                        ReportAnnotations = new ReportAnnotations { InstrumentalUse = true },
                    },
                },
            },
        };
        Assert.Contains("incidentSummary.reportAnnotations.instrumentalUse: Version", Blocking(newer));
        var switched = newer with { Extra = new Dictionary<string, string> { [BuildDraft.Schema] = "2026" } };
        Assert.Empty(Blocking(switched));
        var nobody = draft with
        {
            Tip = draft.Tip with
            {
                Report = draft.Tip.Report with
                {
                    Reporter = new Reporter { ReportingPerson = new CyberTip.Person() },
                },
            },
        };
        Assert.Contains("reporter.reportingPerson.email: ReporterEmail", Blocking(nobody));
    }

    [Fact]
    public void What_changed_is_told_by_field_and_file_and_no_fingerprint_is_shown()
    {
        var before = BuildDraft.From(Sources("KnownCsam", Whole()));
        var after = With(
            before,
            file =>
                file with
                {
                    PubliclyAvailable = false,
                    OriginalFileHash =
                    [
                        new OriginalFileHash { HashType = "MD5", Value = new string('1', 32) },
                    ],
                }
        ) with
        {
            Why = "Other words",
            CannotSupply = new Dictionary<string, string> { ["victim"] = "Nobody knows." },
        };

        var changes = DraftDiff.Between(before, after).ToDictionary(change => change.Path);

        Assert.Equal(
            ("true", "false"),
            (
                changes["fileDetails[sample.jpg].publiclyAvailable"].Before,
                changes["fileDetails[sample.jpg].publiclyAvailable"].After
            )
        );
        Assert.Equal("Other words", changes["why"].After);
        Assert.Null(changes["cannotSupply[victim]"].Before);
        Assert.Equal("changed", changes["fileDetails[sample.jpg].originalFileHash[1].value"].After);
        Assert.DoesNotContain(
            changes.Values,
            change => $"{change}".Contains("0000000", StringComparison.Ordinal)
        );
        Assert.Equal(4, changes.Count);
        Assert.Empty(DraftDiff.Between(before, before));
        var without = before with { Files = [], Tip = before.Tip with { FileDetails = [] } };
        Assert.Contains(
            DraftDiff.Between(before, without),
            change => change is { Path: "fileDetails[sample.jpg]", After: null }
        );
    }

    [Fact]
    public void What_a_platform_may_not_tell_or_tells_wrongly_is_refused_by_path_and_without_a_value()
    {
        foreach (var (json, says) in Wrong)
        {
            var refused = Assert.Throws<ProblemException>(() => Told(json));
            Assert.Contains(says, $"{refused.Code} {refused.Message}", StringComparison.Ordinal);
            Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
        }
        Assert.Empty(Told("{}").Contents);
        Assert.True(
            Told(
                """{"contents": [{"contentRef": "a", "file": {"fileAnnotations": {"viral": true, "generativeAi": true}}}]}"""
            )
                .Contents["a"]
                .FileAnnotations!.Viral
        );
    }

    private static ReportDraft With(ReportDraft draft, Func<FileDetails, FileDetails> change) =>
        draft with
        {
            Tip = draft.Tip with { FileDetails = [.. draft.Tip.FileDetails.Select(change)] },
        };

    private static string Code(Action act) => Assert.Throws<ProblemException>(act).Code;
}
