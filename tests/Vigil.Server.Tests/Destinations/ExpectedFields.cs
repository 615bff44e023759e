namespace Vigil.Server.Tests.Destinations;

/// <summary>
/// What each document must say of <see cref="MaximalDraft"/>, value by value, written by hand from the draft: no code of the
/// forms is used.
/// </summary>
internal static class ExpectedFields
{
    public static Dictionary<string, string> Of(string code) =>
        code switch
        {
            "gb-nca" => All([.. Nca, .. NcaAccount, .. FileHash, .. NcaFiles, NotSupplied]),
            "police" => All([
                .. Police,
                .. PoliceAccount,
                .. PoliceOthers,
                .. FileHash,
                .. PoliceFiles,
                NotSupplied,
            ]),
            "de-bka" => All([.. Bka, .. FileHash, NotSupplied]),
            "ca-c3p" => All([.. C3p, NotSupplied]),
            _ => All([
                .. Iccam,
                .. IccamUrl(0, "https://example.org/page", 2),
                .. IccamUrl(1, "https://example.org/file.jpg", 1),
            ]),
        };

    private static (string, string) NotSupplied => ("notSupplied.victim", "SAMPLE: nobody is known");

    private static (string, string)[] Nca =>
        [
            ("form", "vigil.gb-nca/1"),
            ("registration", "SAMPLE-REG-NCA"),
            ("reportingPerson.name", "Sam Ple"),
            ("reportingPerson.emails[0].address", "reports@example.org"),
            ("reportingPerson.phones[0].number", "5550100"),
            ("priority.code", "P1"),
            ("priority.reasons[0]", "Somebody said that it must be read at once."),
            ("detection.method", "SAMPLE why: <b>exact</b> & \"similar\""),
            ("detection.matchedAt", At(8)),
            ("detection.knownAt", At(9)),
            ("content.kind", "KnownCsam"),
            ("content.incident", "csam"),
            ("content.incidentAt", At(7)),
            ("content.urls[0]", "https://example.org/page"),
            ("content.urls[1]", "https://example.org/file.jpg"),
            ("content.description", "SAMPLE description"),
            ("platform.name", "SAMPLE platform"),
            ("platform.surface", "public_post"),
            ("earlierReport.agencyReference", "SAMPLE-NCA-1"),
            ("earlierReport.ncmecReports[0]", "123456"),
            ("declaration", "SAMPLE declaration"),
        ];

    private static (string, string)[] NcaAccount =>
        [
            ("account.username", "sample-user"),
            ("account.identifier", "SAMPLE-U"),
            ("account.displayNames[0]", "Sample User"),
            ("account.name", "Us Er"),
            ("account.dateOfBirth", "1990-02-03"),
            .. Address("account.addresses[0]"),
            .. HomeMail("account.emails[0]"),
            .. RecoveryMail("account.recoveryEmails[0]"),
            .. Phone("account.phones[0]"),
            ("account.profileUrls[0]", "https://example.org/user"),
            .. Login("account.logins[0]"),
            .. Device("account.devices[0]"),
            .. Linked("account.connectedAccounts[0]"),
        ];

    private static (string, string)[] NcaFiles =>
        [
            ("files[0].name", "sample-1.jpg"),
            ("files[0].bytes", "1234"),
            ("files[0].uploadedAt", At(5)),
            .. Upload("files[0].uploadedFrom[0]"),
            ("files[0].url", "https://example.org/file.jpg"),
            ("files[0].exif.Model", "SAMPLE camera"),
            ("files[0].seenByAPerson", "True"),
            ("files[0].annotations[0]", "viral"),
            ("files[1].name", "sample-2.jpg"),
            ("files[1].seenByAPerson", "False"),
        ];

    private static (string, string)[] Police =>
        [
            ("form", "vigil.police/1"),
            ("country", "DE"),
            ("authority", "SAMPLE office"),
            ("ownReference", "SAMPLE-OWN-1"),
            ("authorityReference", "SAMPLE-CASE-9"),
            ("reporter.name", "Sam Ple"),
            ("reporter.emails[0].address", "reports@example.org"),
            ("reporter.phones[0].number", "5550100"),
            ("reporter.legalProcessUrl", "https://example.org/legal"),
            ("incident.kind", "KnownCsam"),
            ("incident.type", "csam"),
            ("incident.at", At(7)),
            ("incident.atMeans", "SAMPLE time of upload"),
            ("incident.urgent", "SAMPLE urgency"),
            ("incident.platform", "SAMPLE platform"),
            ("incident.surface", "public_post"),
            ("incident.urls[0]", "https://example.org/page"),
            ("incident.urls[1]", "https://example.org/file.jpg"),
            ("incident.words[0]", "SAMPLE words"),
            ("incident.userCountry", "GB"),
            ("incident.knownAt", At(9)),
            ("incident.matchedAt", At(8)),
            ("incident.why", "SAMPLE why: <b>exact</b> & \"similar\""),
            ("incident.more", "SAMPLE description"),
        ];

    private static (string, string)[] PoliceAccount =>
        [
            ("accounts[0].person.name", "Us Er"),
            ("accounts[0].person.age", "33"),
            ("accounts[0].person.dateOfBirth", "1990-02-03"),
            .. HomeMail("accounts[0].person.emails[0]"),
            .. RecoveryMail("accounts[0].person.emails[1]"),
            .. Phone("accounts[0].person.phones[0]"),
            .. Address("accounts[0].person.addresses[0]"),
            ("accounts[0].identifier", "SAMPLE-U"),
            ("accounts[0].service", "SAMPLE service"),
            ("accounts[0].screenName", "sample-user"),
            ("accounts[0].displayNames[0]", "Sample User"),
            ("accounts[0].profileUrls[0]", "https://example.org/user"),
            ("accounts[0].profileText", "SAMPLE profile"),
            ("accounts[0].possiblyTakenOver", "False"),
            .. Login("accounts[0].addresses[0]"),
            .. Device("accounts[0].devices[0]"),
            ("accounts[0].closedForATime", "True"),
            ("accounts[0].closedForGood", "False"),
            ("accounts[0].country", "IE"),
            ("accounts[0].earlierReports[0]", "123456"),
            .. Linked("accounts[0].otherAccounts[0]"),
            ("accounts[0].more", "SAMPLE of an account"),
        ];

    private static (string, string)[] PoliceOthers =>
        [
            ("recipients[0].person.name", "Re Cipient"),
            ("recipients[0].identifier", "SAMPLE-TO"),
            ("recipients[0].screenName", "sample-to"),
            ("recipients[0].profileUrls[0]", "https://example.org/to"),
            ("recipients[0].addresses[0].address", "192.0.2.3"),
            ("victims[0].person.age", "12"),
            ("victims[0].identifier", "SAMPLE-V"),
            ("victims[0].screenName", "sample-v"),
            ("victims[0].school", "SAMPLE school"),
            ("victims[0].more", "SAMPLE of a victim"),
        ];

    private static (string, string)[] PoliceFiles =>
        [
            .. NcaFiles,
            ("files[0].originalName", "sample-original.jpg"),
            ("files[0].content", "01990000-0000-7000-8000-000000000001"),
            ("files[0].devices[0].kind", "SAMPLE-KIND-2"),
            ("files[0].devices[0].value", "SAMPLE-DEVICE-2"),
            ("files[0].publiclyAvailable", "True"),
            ("files[0].relevance", "reported"),
            ("files[0].classification", "B2"),
            ("files[0].more[0]", "SAMPLE of a file"),
        ];

    private static (string, string)[] Bka =>
        [
            ("form", "vigil.de-bka/1"),
            ("registration", "SAMPLE-REG-BKA"),
            ("ownReference", "SAMPLE-OWN-2"),
            ("ncmecReference", "4711"),
            ("reporter.name", "Sam Ple"),
            ("reporter.emails[0].address", "reports@example.org"),
            ("suspicion", "SAMPLE why: <b>exact</b> & \"similar\""),
            ("danger", "SAMPLE urgency"),
            ("publishedAt", At(7)),
            ("urls[0]", "https://example.org/page"),
            ("urls[1]", "https://example.org/file.jpg"),
            ("platform", "SAMPLE platform"),
            ("user.name", "sample-user"),
            ("user.id", "SAMPLE-U"),
            .. HomeMail("user.emails[0]"),
            .. RecoveryMail("user.emails[1]"),
            .. Phone("user.phones[0]"),
            .. Login("addresses[0]"),
            .. Upload("addresses[1]"),
            ("files[0].bytes", "1234"),
            ("files[0].uploadedAt", At(5)),
            ("files[0].url", "https://example.org/file.jpg"),
        ];

    private static (string, string)[] C3p =>
        [
            ("form", "vigil.ca-c3p/1"),
            ("reporter.name", "Sam Ple"),
            ("reporter.emails[0].address", "reports@example.org"),
            ("urls[0]", "https://example.org/page"),
            ("urls[1]", "https://example.org/file.jpg"),
            ("hostAddresses[0]", "192.0.2.80"),
            ("hostAddresses[1]", "2001:db8::80"),
            ("kind", "KnownCsam"),
            ("advisedAt", At(9)),
        ];

    private static (string, string)[] Iccam =>
        [
            ("reportingAnalystName", "sample.analyst"),
            ("hotlineReceivedDate", "2026-11-20T07:30:00Z"),
            ("hotlineReference", "SAMPLE-REF"),
            ("memo", "SAMPLE why: <b>exact</b> & \"similar\""),
            ("sourceUrlReferrer", "https://example.org/from"),
            ("sourceUrlSiteType", "20"),
            ("sourceUrlCommerciality", "3"),
            ("sourceUrlPaymentMethods[0]", "9"),
        ];

    private static (string, string)[] IccamUrl(int index, string url, int contentType) =>
        At(
            $"urls[{index}]",
            ("urlString", url),
            ("hotlineReference", $"SAMPLE-REF-{index + 1}"),
            ("hostingCountryCode", "NL"),
            ("hostingIpAddress", "192.0.2.81"),
            ("hostingIsp", "SAMPLE host"),
            ("hostingOrganization.organizationName", "SAMPLE host"),
            ("hostingOrganization.autonomousSystemNumber", "AS64496"),
            ("isSourceUrl", index == 0 ? "True" : "False"),
            ("contentType", $"{contentType}"),
            ("assessment.assessingAnalystName", "sample.analyst"),
            ("assessment.classification", "2"),
            ("assessment.ageCategorization", "4"),
            ("assessment.genderCategorization", "2"),
            ("assessment.virtualContentCategorization", "3"),
            ("assessment.userGeneratedContentCategorization", "4"),
            ("assessment.childModelingCategorization", "5")
        );

    private static (string, string)[] FileHash =>
        [
            ("files[0].hashes.md5", new string('1', 32)),
            ("files[0].hashes.sha1", new string('2', 40)),
            ("files[0].hashes.sha256", new string('3', 64)),
            ("files[0].hashes.pdq", new string('4', 64)),
            ("files[1].hashes.sha256", new string('5', 64)),
        ];

    private static (string, string)[] Address(string at) =>
        At(
            at,
            ("use", "billing"),
            ("street", "1 Sample Street"),
            ("city", "Sampleton"),
            ("postCode", "AB1 2CD"),
            ("region", "Sampleshire"),
            ("country", "GB")
        );

    private static (string, string)[] HomeMail(string at) =>
        At(at, ("address", "user@example.org"), ("use", "home"), ("verified", "True"), ("verifiedAt", At(1)));

    private static (string, string)[] RecoveryMail(string at) =>
        At(at, ("address", "back@example.org"), ("use", "recovery"));

    private static (string, string)[] Phone(string at) =>
        At(at, ("number", "+1 5550101 7"), ("use", "mobile"), ("verified", "True"), ("verifiedAt", At(2)));

    private static (string, string)[] Login(string at) =>
        At(
            at,
            ("address", "192.0.2.1"),
            ("port", "4711"),
            ("event", "login"),
            ("at", At(3)),
            ("possibleProxy", "True")
        );

    private static (string, string)[] Upload(string at) =>
        At(at, ("address", "192.0.2.2"), ("port", "4712"), ("event", "upload"), ("at", At(6)));

    private static (string, string)[] Device(string at) =>
        At(at, ("kind", "SAMPLE-KIND"), ("value", "SAMPLE-DEVICE"), ("event", "registration"), ("at", At(4)));

    private static (string, string)[] Linked(string at) =>
        At(
            at,
            ("relation", "linked"),
            ("platform", "SAMPLE elsewhere"),
            ("identifier", "SAMPLE-L"),
            ("screenName", "sample-linked"),
            ("emails[0].address", "linked@example.org"),
            ("profileUrls[0]", "https://example.org/linked")
        );

    private static string At(int hour) => $"2026-11-20T0{hour}:00:00.000Z";

    private static (string, string)[] At(string at, params (string Name, string Value)[] members) =>
        [.. members.Select(member => ($"{at}.{member.Name}", member.Value))];

    private static Dictionary<string, string> All((string Path, string Value)[] fields) =>
        fields.ToDictionary(field => field.Path, field => field.Value, StringComparer.Ordinal);
}
