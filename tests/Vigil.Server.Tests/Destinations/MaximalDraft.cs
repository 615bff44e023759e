using Vigil.CyberTip;
using Vigil.Server.Features.Reporting;

namespace Vigil.Server.Tests.Destinations;

/// <summary>A draft in which everything is said that any form asks for: neutral placeholders, each value once.</summary>
internal static class MaximalDraft
{
    public static readonly DateTimeOffset Now = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);
    public static readonly Guid Content = new("01990000-0000-7000-8000-000000000001");

    public static ReportDraft Draft =>
        new()
        {
            Tip = new Draft { Report = Report, FileDetails = [File, new FileDetails()] },
            Files =
            [
                new DraftFile
                {
                    ContentId = Content,
                    FileName = "sample-1.jpg",
                    Bytes = 1234,
                    Md5 = new string('1', 32),
                    Sha1 = new string('2', 40),
                    Sha256 = new string('3', 64),
                    Pdq = new string('4', 64),
                    IsViewed = true,
                },
                new DraftFile { FileName = "sample-2.jpg", Sha256 = new string('5', 64) },
            ],
            ProblemType = "KnownCsam",
            Surface = "public_post",
            UserJurisdiction = "GB",
            KnowledgeAt = Hour(9),
            ReceivedAt = Hour(8).AddMinutes(-30),
            MatchedAt = Hour(8),
            Why = "SAMPLE why: <b>exact</b> & \"similar\"",
            CannotSupply = new Dictionary<string, string> { ["victim"] = "SAMPLE: nobody is known" },
            Extra = Extra,
        };

    private static Dictionary<string, string> Extra =>
        new()
        {
            ["nca.registration"] = "SAMPLE-REG-NCA",
            ["nca.declaration"] = "SAMPLE declaration",
            ["nca.earlierReference"] = "SAMPLE-NCA-1",
            ["police.country"] = "DE",
            ["police.authority"] = "SAMPLE office",
            ["police.ownReference"] = "SAMPLE-OWN-1",
            ["bka.registration"] = "SAMPLE-REG-BKA",
            ["bka.ownReference"] = "SAMPLE-OWN-2",
            ["bka.ncmecReference"] = "4711",
            ["c3p.hostAddresses"] = "192.0.2.80, 2001:db8::80",
            ["iccam.analyst"] = "sample.analyst",
            ["iccam.reference"] = "SAMPLE-REF",
            ["iccam.hostCountry"] = "NL",
            ["iccam.hostIp"] = "192.0.2.81",
            ["iccam.hostName"] = "SAMPLE host",
            ["iccam.hostAsn"] = "AS64496",
            ["iccam.referrer"] = "https://example.org/from",
            ["iccam.siteType"] = "20",
            ["iccam.commerciality"] = "3",
            ["iccam.paymentMethod"] = "9",
            ["iccam.gender"] = "2",
            ["iccam.virtual"] = "3",
            ["iccam.userGenerated"] = "4",
            ["iccam.childModeling"] = "5",
            ["fact.age"] = "pubescent",
            ["fact.activity"] = "posing",
            ["fact.depiction"] = "real",
            ["fact.infant"] = "no",
        };

    private static Report Report =>
        new()
        {
            IncidentSummary = new()
            {
                IncidentType = IncidentType.Csam,
                Platform = "SAMPLE platform",
                EscalateToHighPriority = "SAMPLE urgency",
                IncidentDateTime = Hour(7),
                IncidentDateTimeDescription = "SAMPLE time of upload",
            },
            InternetDetails =
            [
                new() { WebPageIncident = new() { Url = ["https://example.org/page"] } },
                new() { ChatImIncident = new() { Content = "SAMPLE words" } },
            ],
            LawEnforcement = new() { AgencyName = "SAMPLE agency", CaseNumber = "SAMPLE-CASE-9" },
            Reporter = new()
            {
                ReportingPerson = new()
                {
                    FirstName = "Sam",
                    LastName = "Ple",
                    Email = [new() { Address = "reports@example.org" }],
                    Phone = [new() { Number = "5550100" }],
                },
                LegalUrl = "https://example.org/legal",
            },
            PersonOrUserReported = [Account],
            IntendedRecipient =
            [
                new()
                {
                    IntendedRecipientPerson = new() { FirstName = "Re", LastName = "Cipient" },
                    EspIdentifier = "SAMPLE-TO",
                    ScreenName = "sample-to",
                    ProfileUrl = ["https://example.org/to"],
                    IpCaptureEvent = [new() { IpAddress = "192.0.2.3" }],
                },
            ],
            Victim =
            [
                new()
                {
                    VictimPerson = new() { Age = 12 },
                    EspIdentifier = "SAMPLE-V",
                    ScreenName = "sample-v",
                    SchoolName = "SAMPLE school",
                    AdditionalInfo = "SAMPLE of a victim",
                },
            ],
            AdditionalInfo = "SAMPLE description",
        };

    private static PersonOrUserReported Account =>
        new()
        {
            PersonOrUserReportedPerson = new()
            {
                FirstName = "Us",
                LastName = "Er",
                Age = 33,
                DateOfBirth = new DateOnly(1990, 2, 3),
                Email =
                [
                    new()
                    {
                        Address = "user@example.org",
                        Type = EmailType.Home,
                        Verified = true,
                        VerificationDate = Hour(1),
                    },
                    new() { Address = "back@example.org", Type = EmailType.Recovery },
                ],
                Phone =
                [
                    new()
                    {
                        Number = "5550101",
                        Type = PhoneType.Mobile,
                        Verified = true,
                        VerificationDate = Hour(2),
                        CountryCallingCode = "+1",
                        Extension = "7",
                    },
                ],
                Address =
                [
                    new()
                    {
                        Type = AddressType.Billing,
                        Street = "1 Sample Street",
                        City = "Sampleton",
                        ZipCode = "AB1 2CD",
                        NonUsaState = "Sampleshire",
                        Country = "GB",
                    },
                ],
            },
            EspIdentifier = "SAMPLE-U",
            EspService = "SAMPLE service",
            CompromisedAccount = false,
            ScreenName = "sample-user",
            DisplayName = ["Sample User"],
            ProfileUrl = ["https://example.org/user"],
            ProfileBio = "SAMPLE profile",
            IpCaptureEvent =
            [
                new()
                {
                    IpAddress = "192.0.2.1",
                    Port = 4711,
                    EventName = CaptureEvent.Login,
                    DateTime = Hour(3),
                    PossibleProxy = true,
                },
            ],
            DeviceId =
            [
                new()
                {
                    IdType = "SAMPLE-KIND",
                    IdValue = "SAMPLE-DEVICE",
                    EventName = CaptureEvent.Registration,
                    DateTime = Hour(4),
                },
            ],
            PriorCtReports = [123456],
            AccountTemporarilyDisabled = new() { Disabled = true },
            AccountPermanentlyDisabled = new() { Disabled = false },
            EstimatedLocation = new() { CountryCode = "IE" },
            AssociatedAccount =
            [
                new()
                {
                    Type = AssociatedAccountType.Linked,
                    Platform = new() { Name = "SAMPLE elsewhere" },
                    EspIdentifier = "SAMPLE-L",
                    ScreenName = "sample-linked",
                    Email = [new() { Address = "linked@example.org" }],
                    ProfileUrl = ["https://example.org/linked"],
                },
            ],
            AdditionalInfo = "SAMPLE of an account",
        };

    private static FileDetails File =>
        new()
        {
            OriginalFileName = "sample-original.jpg",
            UploadedToEspTimestamp = Hour(5),
            LocationOfFile = "https://example.org/file.jpg",
            FileViewedByEsp = true,
            PubliclyAvailable = true,
            FileRelevance = FileRelevance.Reported,
            FileAnnotations = new() { Viral = true },
            IndustryClassification = FileClassification.B2,
            IpCaptureEvent = new()
            {
                IpAddress = "192.0.2.2",
                Port = 4712,
                EventName = CaptureEvent.Upload,
                DateTime = Hour(6),
            },
            DeviceId = [new() { IdType = "SAMPLE-KIND-2", IdValue = "SAMPLE-DEVICE-2" }],
            Details =
            [
                new()
                {
                    Type = MetadataType.Exif,
                    NameValuePair = [new() { Name = "Model", Value = "SAMPLE camera" }],
                },
            ],
            AdditionalInfo = ["SAMPLE of a file"],
        };

    private static DateTimeOffset Hour(int hour) => new(2026, 11, 20, hour, 0, 0, TimeSpan.Zero);
}
