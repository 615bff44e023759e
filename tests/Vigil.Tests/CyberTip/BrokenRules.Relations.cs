using System.Text;
using Vigil.CyberTip;
using static Vigil.Tests.CyberTip.SampleReports;

namespace Vigil.Tests.CyberTip;

/// <summary>Rules between values, of files, and of batched reports.</summary>
internal static partial class BrokenRules
{
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
}
