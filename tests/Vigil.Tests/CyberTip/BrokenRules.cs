using System.Text;
using Vigil.CyberTip;
using static Vigil.Tests.CyberTip.SampleReports;

namespace Vigil.Tests.CyberTip;

/// <summary>For each rule, what keeps it and what breaks it, and where the finding must point.</summary>
internal static class BrokenRules
{
    public sealed record Case(
        Rule Rule,
        string Path,
        Func<IReadOnlyList<Finding>> Broken,
        Func<IReadOnlyList<Finding>> Kept
    );

    private static readonly string Head = "<report><incidentSummary>";
    private static readonly string Tail =
        "</incidentSummary><reporter><reportingPerson><email>a@example.com</email>"
        + "</reportingPerson></reporter></report>";
    private static readonly string When = "<incidentDateTime>2026-04-01T08:30:00Z</incidentDateTime>";
    private static readonly string Kind = "<incidentType>Child Sex Trafficking</incidentType>";
    private static readonly DateTimeOffset Future = Now.AddDays(1);

    public static IEnumerable<Case> All =>
        [.. OfDocuments(), .. OfValues(), .. OfRelations(), .. OfFiles(), .. OfBatches()];

    private static IEnumerable<Case> OfDocuments()
    {
        yield return Xml(Rule.Malformed, "", "<report>", Head + Kind + When + Tail);
        yield return Xml(Rule.Malformed, "", "<!DOCTYPE report><report/>", Head + Kind + When + Tail);
        yield return Xml(Rule.TooLarge, "", Nested(51), Nested(20), onlyThisRule: true);
        yield return Xml(Rule.Root, "", "<other/>", Head + Kind + When + Tail);
        yield return Xml(
            Rule.Unknown,
            "report/incidentSummary/other",
            Head + Kind + When + "<other/>" + Tail,
            Head + Kind + When + Tail
        );
        yield return Xml(
            Rule.Unknown,
            "report/incidentSummary/@other",
            "<report><incidentSummary other=\"1\">" + Kind + When + Tail,
            Head + Kind + When + Tail
        );
        yield return Xml(
            Rule.Unknown,
            "report/incidentSummary",
            Head + "text" + Kind + When + Tail,
            Head + Kind + When + Tail
        );
        yield return Xml(
            Rule.Unknown,
            "report/incidentSummary/platform/b",
            Head + Kind + "<platform>a<b/></platform>" + When + Tail,
            Head + Kind + "<platform>a</platform>" + When + Tail
        );
        yield return Xml(
            Rule.Order,
            "report/incidentSummary/incidentType",
            Head + When + Kind + Tail,
            Head + Kind + When + Tail
        );
        yield return Xml(
            Rule.Repeated,
            "report/incidentSummary/incidentType",
            Head + Kind + Kind + When + Tail,
            Head + Kind + When + Tail
        );
        yield return Xml(
            Rule.Required,
            "report/incidentSummary/incidentType",
            Head + When + Tail,
            Head + Kind + When + Tail
        );
        yield return Xml(
            Rule.Value,
            "report/incidentSummary/incidentType",
            Head + "<incidentType>csam</incidentType>" + When + Tail,
            Head + Kind + When + Tail
        );
        yield return Xml(
            Rule.Value,
            "report/incidentSummary/incidentDateTime",
            Head + Kind + "<incidentDateTime>yesterday</incidentDateTime>" + Tail,
            Head + Kind + When + Tail
        );
        yield return Xml(
            Rule.Zone,
            "report/incidentSummary/incidentDateTime",
            Head + Kind + "<incidentDateTime>2026-04-01T08:30:00</incidentDateTime>" + Tail,
            Head + Kind + When + Tail
        );
        yield return Xml(
            Rule.Flag,
            "report/incidentSummary/reportAnnotations/spam",
            Head + Kind + "<reportAnnotations><spam>false</spam></reportAnnotations>" + When + Tail,
            Head
                + Kind
                + "<reportAnnotations><spam/><sextortion>1</sextortion></reportAnnotations>"
                + When
                + Tail
        );
    }

    private static IEnumerable<Case> OfValues()
    {
        yield return Summary(
            Rule.Length,
            "platform",
            s => s with { Platform = new string('a', 257) },
            s => s with { Platform = new string('a', 256) }
        );
        yield return Summary(
            Rule.Blank,
            "escalateToHighPriority",
            s => s with { EscalateToHighPriority = " " },
            s => s with { EscalateToHighPriority = "SAMPLE" }
        );
        yield return Summary(
            Rule.Characters,
            "platform",
            s => s with { Platform = "a\u0001" },
            s => s with { Platform = "a\n\t😀" }
        );
        yield return Summary(Rule.Characters, "platform", s => s with { Platform = "\ud83d" }, s => s);
        yield return Summary(
            Rule.Past,
            "incidentDateTime",
            s => s with { IncidentDateTime = Future },
            s => s with { IncidentDateTime = Now }
        );
        yield return Summary(
            Rule.Version,
            "reportAnnotations/informational",
            s => s with { ReportAnnotations = new() { Informational = true } },
            s => s with { ReportAnnotations = new() { Spam = true } }
        );
        yield return Summary(
            Rule.Value,
            "incidentType",
            s => s with { IncidentType = (IncidentType)99 },
            s => s
        );
        yield return Reported(
            Rule.Range,
            "personOrUserReportedPerson/age",
            p => p with { PersonOrUserReportedPerson = new() { Age = 151 } },
            p => p with { PersonOrUserReportedPerson = new() { Age = 150 } }
        );
        yield return Reported(
            Rule.Range,
            "ipCaptureEvent[1]/port",
            p => p with { IpCaptureEvent = [new() { IpAddress = "::1", Port = 0 }] },
            p => p with { IpCaptureEvent = [new() { IpAddress = "::1", Port = 65535 }] }
        );
        yield return Reported(
            Rule.Past,
            "personOrUserReportedPerson/dateOfBirth",
            p => p with { PersonOrUserReportedPerson = new() { DateOfBirth = new(2026, 5, 2) } },
            p => p with { PersonOrUserReportedPerson = new() { DateOfBirth = new(2010, 5, 2) } }
        );
        foreach (
            var url in new[]
            {
                "example.com",
                "/a",
                "https://",
                "https://a b.example",
                "https://a.example/\u0085",
            }
        )
        {
            yield return Reported(
                Rule.Url,
                "profileUrl[2]",
                p => p with { ProfileUrl = ["https://a.example", url] },
                p => p with { ProfileUrl = ["https://a.example/ü?x=1#y"] }
            );
        }
        foreach (
            var mail in new[]
            {
                "a",
                "@b.example",
                "a@b",
                "a b@c.example",
                "a@b..example",
                ".a@b.example",
                "a@-b.example",
                new string('a', 65) + "@b.example",
            }
        )
        {
            yield return Reported(
                Rule.Email,
                "personOrUserReportedPerson/email[1]",
                p => p with { PersonOrUserReportedPerson = new() { Email = [Mail(mail)] } },
                p => p with { PersonOrUserReportedPerson = new() { Email = [Mail("a.b+c@d-e.example")] } }
            );
        }
        foreach (
            var ip in new[] { "1", "1.2.3", "1.2.3.256", "0x7f.0.0.1", "[::1]", "fe80::1%2", "1.2.3.4:80" }
        )
        {
            yield return Reported(
                Rule.IpAddress,
                "ipCaptureEvent[1]/ipAddress",
                p => p with { IpCaptureEvent = [new() { IpAddress = ip }] },
                p =>
                    p with
                    {
                        IpCaptureEvent =
                        [
                            new() { IpAddress = "192.0.2.1" },
                            new() { IpAddress = "::ffff:192.0.2.1" },
                            new() { IpAddress = "2001:db8::1" },
                        ],
                    }
            );
        }
        yield return Reported(
            Rule.State,
            "personOrUserReportedPerson/address[1]/state",
            p => p with { PersonOrUserReportedPerson = new() { Address = [new() { State = "AS" }] } },
            p => p with { PersonOrUserReportedPerson = new() { Address = [new() { State = "PR" }] } }
        );
        yield return Reported(
            Rule.Country,
            "personOrUserReportedPerson/address[1]/country",
            p => p with { PersonOrUserReportedPerson = new() { Address = [new() { Country = "us" }] } },
            p => p with { PersonOrUserReportedPerson = new() { Address = [new() { Country = "XK" }] } }
        );
        yield return OfPhone(
            Rule.CallingCode,
            "/@countryCallingCode",
            new() { Number = "555", CountryCallingCode = "1" },
            new() { Number = "555", CountryCallingCode = "+1" }
        );
        yield return OfPhone(
            Rule.Extension,
            "/@extension",
            new() { Number = "555", Extension = "x" },
            new() { Number = "555", Extension = "0123456789" }
        );
        yield return OfPhone(
            Rule.Length,
            "/@extension",
            new() { Number = "555", Extension = "01234567890" },
            new() { Number = "555" }
        );
        yield return Reported(
            Rule.ReportId,
            "priorCTReports[1]",
            p => p with { PriorCtReports = [0] },
            p => p with { PriorCtReports = [1] }
        );
        yield return Reported(
            Rule.Blank,
            "deviceId[1]/idType",
            p => p with { DeviceId = [new() { IdType = "", IdValue = "1" }] },
            p => p with { DeviceId = [new() { IdType = "SAMPLE", IdValue = "1" }] }
        );
    }

    private static IEnumerable<Case> OfRelations()
    {
        yield return OfPhone(
            Rule.CallingCodeRepeated,
            "",
            new() { Number = "+1 555", CountryCallingCode = "+1" },
            new() { Number = "555", CountryCallingCode = "+1" }
        );
        yield return OfPhone(
            Rule.Verified,
            "/@verified",
            new() { Number = "555", VerificationDate = Earlier },
            new()
            {
                Number = "555",
                VerificationDate = Earlier,
                Verified = true,
            }
        );
        yield return Reported(
            Rule.Verified,
            "personOrUserReportedPerson/email[1]/@verified",
            p =>
                p with
                {
                    PersonOrUserReportedPerson = new()
                    {
                        Email = [Mail() with { VerificationDate = Earlier, Verified = false }],
                    },
                },
            p =>
                p with
                {
                    PersonOrUserReportedPerson = new()
                    {
                        Email = [Mail() with { VerificationDate = Earlier, Verified = true }],
                    },
                }
        );
        yield return Whole(
            Rule.EmailOfNobody,
            "report/internetDetails[1]/emailIncident/emailAddress[1]",
            Minimal with
            {
                InternetDetails = [new() { EmailIncident = new() { EmailAddress = [Mail()] } }],
                PersonOrUserReported = [User],
            },
            Minimal with
            {
                InternetDetails =
                [
                    new() { EmailIncident = new() { EmailAddress = [Mail("USER@example.org")] } },
                ],
                PersonOrUserReported = [User],
            }
        );
        yield return Whole(
            Rule.EmailOfNobody,
            "report/internetDetails[2]/newsgroupIncident/emailAddress[1]",
            Minimal with
            {
                InternetDetails =
                [
                    new() { WebPageIncident = new() },
                    new() { NewsgroupIncident = new() { EmailAddress = [Mail()] } },
                ],
            },
            Minimal with
            {
                InternetDetails = [new() { NewsgroupIncident = new() { EmailAddress = [Mail()] } }],
                Victim = [new() { VictimPerson = new() { Email = [Mail()] } }],
            }
        );
        yield return Whole(
            Rule.ReporterEmail,
            "report/reporter/reportingPerson/email",
            Minimal with
            {
                Reporter = new() { ReportingPerson = new() },
            },
            Minimal
        );
        yield return Whole(
            Rule.Choice,
            "report/internetDetails[1]",
            Minimal with
            {
                InternetDetails = [new()],
            },
            Minimal with
            {
                InternetDetails = [new() { ChatImIncident = new() }],
            }
        );
        yield return Whole(
            Rule.Choice,
            "report/internetDetails[1]",
            Minimal with
            {
                InternetDetails = [new() { ChatImIncident = new(), WebPageIncident = new() }],
            },
            Minimal
        );
        yield return OfPlace(
            Rule.LocationCountry,
            "/countryCode",
            new() { City = "SAMPLE" },
            new() { CountryCode = "DE", City = "SAMPLE" }
        );
        yield return OfPlace(
            Rule.LocationRegion,
            "/region",
            new() { CountryCode = "US", City = "SAMPLE" },
            new()
            {
                CountryCode = "US",
                City = "SAMPLE",
                Region = "VA",
            }
        );
        yield return OfPlace(
            Rule.LocationRegion,
            "/region",
            new() { CountryCode = "US", Region = "Virginia" },
            new() { CountryCode = "US" }
        );
        yield return Reported(
            Rule.NotifiedDate,
            "accountPermanentlyDisabled/@userNotifiedDate",
            p =>
                p with
                {
                    AccountPermanentlyDisabled = new()
                    {
                        Disabled = true,
                        DisabledDate = Earlier,
                        UserNotifiedDate = Earlier.AddHours(-1),
                    },
                },
            p =>
                p with
                {
                    AccountPermanentlyDisabled = new()
                    {
                        Disabled = true,
                        DisabledDate = Earlier,
                        UserNotifiedDate = Earlier,
                    },
                }
        );
        yield return Reported(
            Rule.ReenabledDate,
            "accountTemporarilyDisabled/@reenabledDate",
            p =>
                p with
                {
                    AccountTemporarilyDisabled = new()
                    {
                        Disabled = true,
                        DisabledDate = Earlier,
                        ReenabledDate = Earlier,
                    },
                },
            p =>
                p with
                {
                    AccountTemporarilyDisabled = new()
                    {
                        Disabled = true,
                        DisabledDate = Earlier,
                        ReenabledDate = Future,
                    },
                }
        );
        yield return Reported(
            Rule.AgeOrBirth,
            "associatedAccount[1]/approximateAge",
            p =>
                p with
                {
                    AssociatedAccount =
                    [
                        new()
                        {
                            Type = AssociatedAccountType.Linked,
                            ApproximateAge = 20,
                            DateOfBirth = new(2000, 1, 1),
                        },
                    ],
                },
            p =>
                p with
                {
                    AssociatedAccount = [new() { Type = AssociatedAccountType.Linked, ApproximateAge = 20 }],
                }
        );
        yield return Whole(
            Rule.OnePerson,
            "report/personOrUserReported[2]",
            Minimal with
            {
                PersonOrUserReported = [User, User],
            },
            Minimal with
            {
                PersonOrUserReported = [User],
            }
        );
    }

    private static IEnumerable<Case> OfFiles()
    {
        yield return OfFile(
            Rule.ExifViewed,
            "fileViewedByEsp",
            SentFile with
            {
                FileViewedByEsp = null,
                ExifViewedByEsp = true,
            },
            SentFile with
            {
                ExifViewedByEsp = true,
            }
        );
        yield return OfFile(
            Rule.Choice,
            "potentialMeme",
            SentFile with
            {
                PotentialMeme = true,
                FileAnnotations = new() { Viral = true },
            },
            SentFile with
            {
                PotentialMeme = true,
            }
        );
        var context = SentFile with { FileRelevance = FileRelevance.SupplementalReported };
        yield return OfFile(
            Rule.Supplemental,
            "potentialMeme",
            context with
            {
                PotentialMeme = true,
            },
            context
        );
        yield return OfFile(
            Rule.Supplemental,
            "fileAnnotations/potentialMeme",
            context with
            {
                FileAnnotations = new() { PotentialMeme = true },
            },
            context with
            {
                FileAnnotations = new() { LiveStreaming = true },
            }
        );
        yield return OfFile(
            Rule.Supplemental,
            "industryClassification",
            context with
            {
                IndustryClassification = FileClassification.A1,
            },
            SentFile with
            {
                IndustryClassification = FileClassification.A1,
            }
        );
        yield return OfFile(Rule.Required, "fileId", SentFile with { FileId = null }, SentFile);
        yield return OfFile(
            Rule.Required,
            "details[1]/nameValuePair",
            SentFile with
            {
                Details = [new()],
            },
            SentFile with
            {
                Details = [new() { NameValuePair = [new() { Name = "SAMPLE", Value = "" }] }],
            }
        );
        yield return OfFile(
            Rule.Length,
            "originalFileHash[1]/@hashType",
            SentFile with
            {
                OriginalFileHash = [new() { HashType = new string('a', 65), Value = "00" }],
            },
            SentFile with
            {
                OriginalFileHash = [new() { HashType = "MD5", Value = "00" }],
            }
        );
        yield return OfFile(Rule.ReportId, "reportId", SentFile with { ReportId = 0 }, SentFile);
        yield return new(
            Rule.OfficialSchema,
            "report",
            () =>
                OfficialSchema
                    .Parse(Encoding.UTF8.GetBytes(OwnSchema))
                    .Check(Encoding.UTF8.GetBytes("<report><b/></report>")),
            () =>
                OfficialSchema
                    .Parse(Encoding.UTF8.GetBytes(OwnSchema))
                    .Check(Encoding.UTF8.GetBytes("<report><a>1</a></report>"))
        );
    }

    private static IEnumerable<Case> OfBatches()
    {
        var files = new FileDetails[] { BatchedFile };
        yield return OfDraft(
            Rule.BatchPart,
            "report/victim[1]",
            Batched with
            {
                Victim = [new() { VictimPerson = new() }],
            },
            files
        );
        yield return OfDraft(
            Rule.BatchPart,
            "report/additionalInfo",
            Batched with
            {
                AdditionalInfo = "SAMPLE",
            },
            files
        );
        yield return OfDraft(
            Rule.BatchPart,
            "report/internetDetails[1]",
            Batched with
            {
                InternetDetails = [new() { ChatImIncident = new() }],
            },
            files
        );
        yield return OfDraft(
            Rule.BatchPart,
            "report/intendedRecipient[1]",
            Batched with
            {
                IntendedRecipient = [new()],
            },
            files
        );
        yield return OfDraft(
            Rule.BatchPart,
            "report/lawEnforcement",
            Batched with
            {
                LawEnforcement = new() { AgencyName = "SAMPLE" },
            },
            files
        );
        yield return OfDraft(
            Rule.BatchPart,
            "report/incidentSummary/escalateToHighPriority",
            Batched with
            {
                IncidentSummary = Minimal.IncidentSummary with { EscalateToHighPriority = "SAMPLE" },
            },
            files
        );
        yield return OfDraft(
            Rule.BatchPerson,
            "report/personOrUserReported[1]/screenName",
            Batched with
            {
                PersonOrUserReported = [new() { EspIdentifier = "1", ScreenName = "SAMPLE" }],
            },
            files
        );
        yield return OfDraft(
            Rule.BatchPerson,
            "report/personOrUserReported[1]/espIdentifier",
            Batched with
            {
                PersonOrUserReported = [new()],
            },
            files
        );
        yield return OfDraft(Rule.BatchFiles, "fileDetails[2]", Batched, [BatchedFile, BatchedFile]);
        yield return OfDraft(
            Rule.BatchFile,
            "fileDetails[1]/fileAnnotations",
            Batched,
            [new() { FileViewedByEsp = true }]
        );
        yield return OfDraft(
            Rule.BatchFile,
            "fileDetails[1]/fileAnnotations/infant",
            Batched,
            [
                new()
                {
                    FileAnnotations = new() { Viral = true, Infant = true },
                },
            ]
        );
        yield return OfDraft(
            Rule.BatchFile,
            "fileDetails[1]/originalFileName",
            Batched,
            [BatchedFile with { OriginalFileName = "SAMPLE" }]
        );
        yield return OfDraft(
            Rule.BatchFile,
            "fileDetails[1]/fileRelevance",
            Batched,
            [BatchedFile with { FileRelevance = FileRelevance.SupplementalReported }]
        );
    }

    private const string OwnSchema = """
        <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="report"><xs:complexType><xs:sequence>
        <xs:element name="a" type="xs:int"/></xs:sequence></xs:complexType></xs:element></xs:schema>
        """;

    private static string Nested(int depth) =>
        string.Concat(Enumerable.Repeat("<report>", depth))
        + string.Concat(Enumerable.Repeat("</report>", depth));

    private static Case Xml(Rule rule, string path, string broken, string kept, bool onlyThisRule = false) =>
        new(
            rule,
            path,
            () => Read(broken),
            () => onlyThisRule ? [.. Read(kept).Where(f => f.Rule == rule)] : Read(kept)
        );

    private static IReadOnlyList<Finding> Read(string xml) =>
        ReportRules.Check(ReportXml.Read(Encoding.UTF8.GetBytes(xml)), Context);

    private static Case Whole(Rule rule, string path, Report broken, Report kept) =>
        new(rule, path, () => ReportRules.Check(broken, Context), () => ReportRules.Check(kept, Context));

    private static Case Summary(
        Rule rule,
        string path,
        Func<IncidentSummary, IncidentSummary> broken,
        Func<IncidentSummary, IncidentSummary> kept
    ) =>
        Whole(
            rule,
            $"report/incidentSummary/{path}",
            Minimal with
            {
                IncidentSummary = broken(Minimal.IncidentSummary),
            },
            Minimal with
            {
                IncidentSummary = kept(Minimal.IncidentSummary),
            }
        );

    private static Case Reported(
        Rule rule,
        string path,
        Func<PersonOrUserReported, PersonOrUserReported> broken,
        Func<PersonOrUserReported, PersonOrUserReported> kept
    ) =>
        Whole(
            rule,
            $"report/personOrUserReported[1]/{path}",
            Minimal with
            {
                PersonOrUserReported = [broken(User)],
            },
            Minimal with
            {
                PersonOrUserReported = [kept(User)],
            }
        );

    private static Case OfPhone(Rule rule, string path, Phone broken, Phone kept) =>
        Reported(
            rule,
            $"personOrUserReportedPerson/phone[1]{path}",
            p => p with { PersonOrUserReportedPerson = new() { Phone = [broken] } },
            p => p with { PersonOrUserReportedPerson = new() { Phone = [kept] } }
        );

    private static Case OfPlace(Rule rule, string path, EstimatedLocation broken, EstimatedLocation kept) =>
        Reported(
            rule,
            $"estimatedLocation{path}",
            p => p with { EstimatedLocation = broken },
            p => p with { EstimatedLocation = kept }
        );

    private static Case OfFile(Rule rule, string path, FileDetails broken, FileDetails kept) =>
        new(
            rule,
            $"fileDetails/{path}",
            () => ReportRules.Check(broken, Context),
            () => ReportRules.Check(kept, Context)
        );

    private static Case OfDraft(Rule rule, string path, Report report, FileDetails[] files) =>
        new(
            rule,
            path,
            () => ReportRules.Check(new Draft { Report = report, FileDetails = [.. files] }, Context),
            () => ReportRules.Check(new Draft { Report = Batched, FileDetails = [BatchedFile] }, Context)
        );
}
