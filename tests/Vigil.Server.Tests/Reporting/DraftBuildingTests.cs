using Vigil.CyberTip;
using Vigil.Server.Features.Admin.Settings;
using Vigil.Server.Features.Cases;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Trust;
using static Vigil.Server.Tests.Reporting.DraftWork;

namespace Vigil.Server.Tests.Reporting;

public class DraftBuildingTests
{
    /// <summary>Where it happened, and all else that may stand beside the account: one draft for each.</summary>
    private static readonly Dictionary<string, string> Optional = new()
    {
        ["web page"] =
            """ "internetDetails": [{"webPageIncident": {"thirdPartyHostedContent": true, "url": ["https://example.com/a"]}}] """,
        ["e-mail"] =
            """ "internetDetails": [{"emailIncident": {"emailAddress": ["user@example.org"], "content": "SAMPLE"}}] """,
        ["newsgroup"] =
            """ "internetDetails": [{"newsgroupIncident": {"name": "sample.group", "content": "SAMPLE"}}] """,
        ["chat"] =
            """ "internetDetails": [{"chatImIncident": {"chatClient": "SAMPLE", "chatRoomName": "SAMPLE", "content": "SAMPLE"}}] """,
        ["game"] =
            """ "internetDetails": [{"onlineGamingIncident": {"gameName": "SAMPLE", "console": "SAMPLE"}}] """,
        ["telephone"] =
            """ "internetDetails": [{"cellPhoneIncident": {"phoneNumber": "202 555 0100", "latitude": 1.5, "longitude": 2.5}}] """,
        ["not on the internet"] =
            """ "internetDetails": [{"nonInternetIncident": {"locationName": "SAMPLE", "incidentAddress": [{"city": "Sampletown"}]}}] """,
        ["peers"] =
            """ "internetDetails": [{"peer2peerIncident": {"client": "SAMPLE", "fileNames": "sample", "ipCaptureEvent": [{"ipAddress": "192.0.2.9"}]}}] """,
        ["authority"] =
            """ "lawEnforcement": {"agencyName": "SAMPLE police", "caseNumber": "1", "officerContact": {"lastName": "Sample", "email": ["officer@example.org"]}, "reportedToLe": true, "servedLegalProcessInternational": {"value": true, "fleaCountry": "DE"}} """,
        ["recipient"] = """ "intendedRecipient": [{"espIdentifier": "SAMPLE-9", "screenName": "nine"}] """,
        ["victim"] =
            """ "victim": [{"victimPerson": {"age": 12}, "espIdentifier": "SAMPLE-10", "schoolName": "SAMPLE"}] """,
        ["time and platform"] =
            """ "incidentSummary": {"platform": "SAMPLE groups", "incidentDateTime": "2026-11-01T08:00:00+01:00", "incidentDateTimeDescription": "When it was sent."} """,
        ["more words"] =
            """ "additionalInfo": "SAMPLE words", "reporter": {"termsOfService": "SAMPLE terms of then"} """,
    };

    [Fact]
    public void Every_draft_is_valid_the_first_time_once_what_is_missing_has_a_reason()
    {
        foreach (var (name, more) in Optional)
        {
            var draft = Explained(BuildDraft.From(Sources("Grooming", Whole($", {more}"))));
            Assert.True(Blocking(draft).Count == 0, $"{name}: {string.Join('|', Blocking(draft))}");
            Assert.Empty(WrongIn(Tipline.Render(draft).Document));
            Assert.Equal(draft.Files.Count, draft.Tip.FileDetails.Count);
            // What was told stands in the document.
            var told = Told(Whole($", {more}")).Report!;
            var said = CyberTipDestination.ReportOf(draft);
            Assert.Equal(told.Victim, said.Victim);
            Assert.Equal(told.IntendedRecipient, said.IntendedRecipient);
            Assert.Equal(told.LawEnforcement, said.LawEnforcement);
            Assert.True(
                told.InternetDetails.Count == 0 || told.InternetDetails.Equals(said.InternetDetails),
                name
            );
            Assert.Contains(told.AdditionalInfo ?? "", said.AdditionalInfo, StringComparison.Ordinal);
        }
        var bare = Explained(BuildDraft.From(Sources()));
        Assert.Empty(Blocking(bare));
        Assert.Empty(WrongIn(Tipline.Render(bare).Document));
    }

    [Fact]
    public void Each_problem_type_is_called_what_the_table_says_and_a_person_chooses_for_the_rest()
    {
        foreach (var type in Enum.GetNames<ProblemType>())
        {
            var row = IncidentTable.Of(type);
            var draft = BuildDraft.From(Sources(type, Whole()));
            var summary = draft.Tip.Report.IncidentSummary;
            Assert.Equal(row.Type ?? default, summary.IncidentType);
            Assert.Equal(type == "SexualExtortion", summary.ReportAnnotations?.Sextortion == true);
            var file = draft.Tip.FileDetails[0].FileAnnotations;
            Assert.Equal(type == "LiveStreaming", file?.LiveStreaming == true);
            Assert.Equal(type == "SelfGenerated", file?.PossibleSelfProduction == true);
            Assert.Equal(type == "Other", Blocking(Explained(draft)).Count > 0);
            foreach (var chosen in Enum.GetValues<IncidentType>())
            {
                var wished = Explained(BuildDraft.From(Sources(type, Whole()) with { Type = chosen }));
                Assert.Equal(chosen, wished.Tip.Report.IncidentSummary.IncidentType);
                Assert.Empty(Blocking(wished));
                Assert.Empty(WrongIn(Tipline.Render(wished).Document));
            }
        }
        Assert.NotEmpty(IncidentTable.Source);
        Assert.Equal(Enum.GetNames<ProblemType>().Length - 1, IncidentTable.Rows.Count);
    }

    [Fact]
    public void A_draft_says_what_records_graders_and_the_platform_said_and_never_who_reviewed()
    {
        var sources = Sources("KnownCsam", Whole());
        var item = sources.Used[0] with
        {
            Facts = new Dictionary<string, string>
            {
                ["infant"] = "yes",
                ["animal"] = "no",
                ["depiction"] = "generated",
                ["code.a1-b2"] = "A2",
            },
            Words = ["2026-11-01 a: SAMPLE"],
        };
        var fact = new DecisionFact(
            item.DecisionId!.Value,
            Now,
            "active",
            PolicyVersion: 4,
            ListGeneration: 12,
            [
                new MatchedList(
                    Guid.NewGuid(),
                    "sample list",
                    "known-csam",
                    "exact",
                    null,
                    "Equal to one entry of sample list"
                ),
            ]
        );
        sources = sources with
        {
            Case = sources.Case with
            {
                Items = [item, Item("post/2", state: "Open"), Item("post/3", state: "NotCsam")],
                DangerAt = Now.AddHours(-1),
                Actions =
                [
                    new ReportableAction("account_suspended", Now.AddHours(-2), null, Now.AddHours(-1)),
                ],
            },
            Viewed = new HashSet<Guid> { sources.Contents[0].Id },
            Facts = [fact],
            Earlier = [new EarlierReport("777", Now.AddDays(-9))],
        };

        var draft = BuildDraft.From(sources);

        var person = draft.Tip.Report.PersonOrUserReported[0];
        Assert.Equal("SAMPLE-7", person.EspIdentifier);
        Assert.Equal((IEnumerable<long>)[1234567, 777], person.PriorCtReports);
        Assert.True(person.AccountTemporarilyDisabled is { Disabled: true, UserNotified: true });
        var file = draft.Tip.FileDetails[0];
        Assert.True(file.FileViewedByEsp);
        Assert.False(file.ExifViewedByEsp);
        Assert.Equal(new FileAnnotations { Infant = true, GenerativeAi = true }, file.FileAnnotations);
        Assert.Null(file.IndustryClassification);
        Assert.Equal(new string('0', 32), draft.Files[0].Md5);
        Assert.Equal(MetadataType.Exif, file.Details[0].Type);
        Assert.NotNull(draft.Tip.Report.IncidentSummary.EscalateToHighPriority);
        Assert.Equal(Now.AddHours(-3), draft.KnowledgeAt);
        Assert.Equal(("words-1.txt", "2026-11-01 a: SAMPLE"), (draft.Files[1].FileName, draft.Files[1].Text));
        Assert.Equal(FileRelevance.SupplementalReported, draft.Tip.FileDetails[1].FileRelevance);
        var xml = Xml(draft);
        foreach (
            var said in (string[])
                ["sample list", "generation 12", "policy version 4", "legal@example.com", "SAMPLE terms"]
        )
        {
            Assert.Contains(said, xml, StringComparison.Ordinal);
        }
        foreach (var never in (string[])["reviewer", "post/2", "post/3"])
        {
            Assert.DoesNotContain(never, xml, StringComparison.Ordinal);
        }
        Assert.Equal(DraftCodec.Write(draft), DraftCodec.Write(DraftCodec.Read(DraftCodec.Write(draft))));
        Assert.Empty(Blocking(Explained(draft)));
    }

    [Fact]
    public void Without_files_the_words_the_place_or_fingerprints_are_reported()
    {
        var enticement = Sources(
            "Grooming",
            Whole()[..^1] + """, "chats": [{"name": "chat.txt", "text": "SAMPLE"}]}"""
        );
        var noFile = BuildDraft.From(
            enticement with
            {
                Contents = [],
                Subject = enticement.Subject with { Contents = new Dictionary<string, FileDetails>() },
            }
        );
        Assert.Equal("SAMPLE", Assert.Single(noFile.Files).Text);
        Assert.Empty(Blocking(Explained(noFile)));

        var fingerprints = BuildDraft.From(Sources("KnownCsam", Whole()) with { Contents = [] });
        Assert.True(Assert.Single(fingerprints.Files).IsFingerprintsOnly);
        Assert.Contains($"MD5 {new string('0', 32)}", Xml(fingerprints), StringComparison.Ordinal);
        Assert.DoesNotContain(
            "MD5",
            Xml(BuildDraft.From(Sources("KnownCsam", Whole()))),
            StringComparison.Ordinal
        );

        var domain = Sources() with { Type = IncidentType.MisleadingDomainName, Contents = [] };
        domain = domain with { Case = domain.Case with { Account = "https://misleading.example/" } };
        var place = BuildDraft.From(domain);
        Assert.Empty(place.Tip.Report.PersonOrUserReported);
        Assert.Contains("<url>https://misleading.example/</url>", Xml(place), StringComparison.Ordinal);
        Assert.Empty(Blocking(Explained(place)));

        var trafficking = BuildDraft.From(Sources("Trafficking") with { Contents = [] });
        Assert.Contains("fileDetails: missing", Blocking(trafficking));
        Assert.Empty(Blocking(Explained(trafficking)));
    }

    [Fact]
    public void A_batch_has_accounts_and_one_annotated_file_and_nothing_that_it_may_not()
    {
        var sources = Sources(
            "KnownCsam",
            Whole(""", "victim": [{"victimPerson": {}}], "additionalInfo": "SAMPLE" """)
        );
        sources = sources with
        {
            Batch = ["account-1", "account-2", "account-3", "account-2"],
            Case = sources.Case with { Items = [sources.Used[0] with { Words = ["SAMPLE"] }] },
        };

        var draft = BuildDraft.From(sources);

        Assert.Empty(Blocking(Explained(draft)));
        Assert.Equal(3, draft.Tip.Report.PersonOrUserReported.Count);
        Assert.Equal(
            new FileAnnotations { PotentialMeme = true, Viral = true },
            Assert.Single(draft.Tip.FileDetails).FileAnnotations
        );
        Assert.DoesNotContain("additionalInfo", Xml(draft), StringComparison.Ordinal);
        var standing = DraftGate.Check(Tipline, draft, Now);
        Assert.Equal(DraftStanding.Informational, standing.Estimate);
        Assert.InRange(standing.Urgency, 0, 10);
    }

    [Fact]
    public void Every_field_of_the_form_has_a_source_or_says_why_not_and_every_setting_is_known()
    {
        Assert.Equal(
            ReportFields.All.Select(field => field.Path),
            Tipline.Coverage.Select(field => field.Field)
        );
        Assert.Equal(
            Tipline.Coverage.Count,
            Tipline.Coverage.Select(field => field.Field).Distinct().Count()
        );
        Assert.Empty(Tipline.Coverage.Where(field => field.Source.Length == 0 && field.Note.Length == 0));
        Assert.Contains(
            "report/victim/associatedAccount/accountTemporarilyDisabled/@userNotifiedDate",
            ReportFields.All.Select(field => field.Path)
        );
        Assert.Contains(
            "fileDetails/details/nameValuePair/name",
            ReportFields.All.Select(field => field.Path)
        );
        string[] names =
        [
            Organisation.ReporterName,
            Organisation.ReporterEmail,
            Organisation.ContactName,
            Organisation.ContactEmail,
            Organisation.ContactPhone,
            Organisation.LegalUrl,
            Organisation.TermsOfService,
            Organisation.CompanyTemplate,
            Organisation.Service,
            Organisation.Classifies,
            Organisation.Schema,
        ];
        Assert.All(names, name => Assert.NotNull(KnownSettings.Find(name)));
        Assert.Throws<Vigil.Server.Http.ProblemException>(() =>
            KnownSettings.Find(Organisation.LegalUrl)!.Check("http://example.com/a b")
        );
    }
}
