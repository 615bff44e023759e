using System.Text;
using Vigil.CyberTip;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting;

/// <summary>Cases and what platforms tell, made up for these tests.</summary>
internal static class DraftWork
{
    public static readonly DateTimeOffset Now = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);
    public static readonly CyberTipDestination Tipline = new();

    /// <summary>One account with all that a platform may know.</summary>
    public const string WholePerson = """
        {"espIdentifier": "SAMPLE-7", "espService": "SAMPLE chat", "screenName": "sample7",
         "displayName": ["Sample Seven"], "profileUrl": ["https://example.com/sample7"], "profileBio": "SAMPLE bio",
         "personOrUserReportedPerson": {"firstName": "Sample", "lastName": "Person", "age": 41,
           "email": [{"value": "user@example.org", "verified": true, "verificationDate": "2025-01-02T03:04:05Z"}],
           "phone": [{"value": "202 555 0100", "countryCallingCode": "+1", "type": "Mobile"}],
           "address": [{"address": "1 Sample Street", "city": "Sampletown", "country": "DE"}]},
         "ipCaptureEvent": [{"ipAddress": "192.0.2.7", "eventName": "Upload", "dateTime": "2026-11-01T08:30:00Z",
           "possibleProxy": false, "port": 49152}],
         "deviceId": [{"idType": "IMEI", "idValue": "SAMPLE", "eventName": "Login"}],
         "groupIdentifier": "SAMPLE-GROUP", "estimatedLocation": {"city": "Sampletown", "countryCode": "DE"},
         "allEmailsReported": true, "priorCTReports": [1234567],
         "associatedAccount": [{"type": "Linked", "espIdentifier": "SAMPLE-8"}]}
        """;

    public const string WholeFile = """
        {"originalFileName": "sample.jpg", "uploadedToEspTimestamp": "2026-11-01T08:30:00Z",
         "locationOfFile": "https://example.com/p/1", "publiclyAvailable": true,
         "originalFileHash": [{"hashType": "MD5", "value": "00000000000000000000000000000000"}],
         "ipCaptureEvent": {"ipAddress": "192.0.2.7", "eventName": "Upload"},
         "details": [{"type": "EXIF", "nameValuePair": [{"name": "Model", "value": "SAMPLE"}]}]}
        """;

    public static readonly Organisation Us = Organisation.Of(
        new Dictionary<string, string>
        {
            [Organisation.ReporterName] = "SAMPLE Trust and Safety",
            [Organisation.ReporterEmail] = "reports@example.com",
            [Organisation.ContactName] = "Legal team",
            [Organisation.ContactEmail] = "legal@example.com",
            [Organisation.LegalUrl] = "https://example.com/legal",
            [Organisation.TermsOfService] = "SAMPLE terms",
            [Organisation.CompanyTemplate] = "SAMPLE template",
            [Organisation.Service] = "SAMPLE",
        }
    );

    /// <summary>One confirmed match, with its file kept and not seen.</summary>
    public static DraftSources Sources(string problemType = "KnownCsam", string? subject = null)
    {
        var item = Item("post/1");
        return new DraftSources
        {
            CaseRef = "VC-0000-0000-00",
            Case = new ReportableCase
            {
                IsThere = true,
                State = "Decided",
                Account = "account-1",
                Jurisdiction = "DE",
                Surface = "public_post",
                ProblemType = problemType,
                Items = [item],
            },
            Organisation = Us,
            Contents = [Kept(item)],
            Subject = subject is null ? SubjectTold.Nothing : Told(subject),
        };
    }

    public static SubjectTold Told(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        SubjectJson.Check(bytes, Now);
        return SubjectJson.Read(bytes, 1);
    }

    /// <summary>With the account and its file.</summary>
    public static string Whole(string more = "") =>
        $$"""{"report": {"personOrUserReported": [{{WholePerson}}]{{more}}}, "contents": [{"contentRef": "post/1", "file": {{WholeFile}}}]}""";

    public static ReportableItem Item(
        string contentRef,
        bool namesNoSuspect = false,
        string state = "Confirmed"
    ) =>
        new()
        {
            ItemId = Guid.NewGuid(),
            Origin = CaseOrigin.Match,
            DecisionId = Guid.NewGuid(),
            ContentRef = contentRef,
            Surface = "public_post",
            Jurisdiction = "DE",
            At = Now.AddDays(-2),
            State = state,
            DecidedBy = "person:reviewer-secret",
            DecidedAt = Now.AddHours(-3),
            KnowledgeAt = Now.AddHours(-3),
            NamesNoSuspect = namesNoSuspect,
        };

    public static KeptContent Kept(ReportableItem item) =>
        new()
        {
            Id = Guid.NewGuid(),
            ItemId = item.ItemId,
            Kind = "picture",
            Bytes = 1234,
            Sha256Digest = [1, 2, 3],
        };

    /// <summary>With a reason for each field that nobody supplied, as a reviewer would give.</summary>
    public static ReportDraft Explained(ReportDraft draft) =>
        draft with
        {
            CannotSupply = DraftGate
                .Check(Tipline, draft, Now)
                .Missing.Where(field => field.IsRelevant)
                .ToDictionary(field => field.Path, _ => "The platform does not record it."),
        };

    public static IReadOnlyList<string> Blocking(ReportDraft draft) =>
        [
            .. DraftGate
                .Check(Tipline, draft, Now)
                .Blocking.Select(finding => $"{finding.Path}: {finding.Rule}"),
        ];

    public static string Xml(ReportDraft draft) => Encoding.UTF8.GetString(Tipline.Render(draft).Document);

    /// <summary>As a stranger reads it: the form and all rules.</summary>
    public static IReadOnlyList<string> WrongIn(byte[] xml) =>
        [
            .. ReportRules
                .Check(ReportXml.Read(xml), new RuleContext { Now = Now, Version = SchemaVersion.V2026 })
                .Select(finding => finding.ToString()),
        ];
}
