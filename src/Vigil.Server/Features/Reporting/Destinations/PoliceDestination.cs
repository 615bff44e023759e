using System.Text.Json.Nodes;
using Vigil.CyberTip;
using static Vigil.Server.Features.Reporting.Destinations.DraftValues;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>A report to a national police: all that is known, in this project's own documented form.</summary>
internal sealed class PoliceDestination : PackageDestination
{
    public const string DestinationCode = "police";
    public const string Country = "police.country";
    public const string Authority = "police.authority";
    public const string OwnReference = "police.ownReference";

    public override string Code => DestinationCode;

    public override string Name => "National police (no affiliation)";

    /// <summary>That of the report: <see cref="Country"/>.</summary>
    public override string Jurisdiction => "";

    public override string Form => "vigil.police/1";

    public override bool MayTakeMedia => true;

    public override string Delivery =>
        "By whatever way the police agreed to; the recipient opens it with 'vigil package open'. Fingerprints alone "
        + "unless two persons release files on a legal basis.";

    protected override IReadOnlyList<ReportField> Fields { get; } =
    [
        new("country", $"extra {Country}", "Whose police", d => Text(d.Extra.GetValueOrDefault(Country))),
        new(
            "authority",
            $"extra {Authority}",
            "Which office",
            d => Text(d.Extra.GetValueOrDefault(Authority))
        ),
        new(
            "ownReference",
            $"extra {OwnReference}",
            "The sender's number",
            d => Text(d.Extra.GetValueOrDefault(OwnReference))
        ),
        new(
            "authorityReference",
            "tip.report.lawEnforcement.caseNumber",
            "Where the police know already",
            d => Text(d.Tip.Report.LawEnforcement?.CaseNumber)
        ),
        new(
            "reporter.name",
            "tip.report.reporter.reportingPerson",
            "The organisation's contact",
            d => Name(Reporter(d).FirstName, Reporter(d).LastName)
        ),
        new(
            "reporter.emails",
            "tip.report.reporter.reportingPerson.email",
            "",
            d => Emails(Reporter(d).Email)
        ),
        new(
            "reporter.phones",
            "tip.report.reporter.reportingPerson.phone",
            "",
            d => Phones(Reporter(d).Phone)
        ),
        new(
            "reporter.legalProcessUrl",
            "tip.report.reporter.legalURL",
            "",
            d => Text(d.Tip.Report.Reporter.LegalUrl)
        ),
        new("incident.kind", "problemType", "", d => Text(d.ProblemType)),
        new(
            "incident.type",
            "tip.report.incidentSummary.incidentType",
            "",
            d => Word(d.Tip.Report.IncidentSummary.IncidentType)
        ),
        new(
            "incident.at",
            "tip.report.incidentSummary.incidentDateTime",
            "",
            d => Time(d.Tip.Report.IncidentSummary.IncidentDateTime)
        ),
        new(
            "incident.atMeans",
            "tip.report.incidentSummary.incidentDateTimeDescription",
            "",
            d => Text(d.Tip.Report.IncidentSummary.IncidentDateTimeDescription)
        ),
        new(
            "incident.urgent",
            "tip.report.incidentSummary.escalateToHighPriority",
            "Why it is to be read at once",
            d => Text(d.Tip.Report.IncidentSummary.EscalateToHighPriority)
        ),
        new(
            "incident.platform",
            "tip.report.incidentSummary.platform",
            "",
            d => Text(d.Tip.Report.IncidentSummary.Platform)
        ),
        new("incident.surface", "surface", "", d => Text(d.Surface)),
        new(
            "incident.urls",
            "tip.report.internetDetails, tip.fileDetails[].locationOfFile",
            "",
            d => Texts(Urls(d))
        ),
        new(
            "incident.words",
            "tip.report.internetDetails[].chatImIncident.content",
            "",
            d => Texts(Words(d))
        ),
        new("incident.userCountry", "userJurisdiction", "", d => Text(d.UserJurisdiction)),
        new("incident.knownAt", "knowledgeAt", "", d => Time(d.KnowledgeAt)),
        new("incident.matchedAt", "matchedAt", "", d => Time(d.MatchedAt)),
        new("incident.why", "why", "How it was found and decided", d => Text(d.Why)),
        new("incident.more", "tip.report.additionalInfo", "", d => Text(d.Tip.Report.AdditionalInfo)),
        new("accounts", "tip.report.personOrUserReported", "", d => Accounts(d)),
        new(
            "recipients",
            "tip.report.intendedRecipient",
            "",
            d => List(d.Tip.Report.IntendedRecipient, RecipientOf)
        ),
        new("victims", "tip.report.victim", "", d => List(d.Tip.Report.Victim, VictimOf)),
    ];

    protected override IReadOnlyList<FileField> FileFields { get; } =
    [
        new("name", "files[].fileName", "", (file, _) => Text(file.FileName)),
        new(
            "originalName",
            "tip.fileDetails[].originalFileName",
            "",
            (_, details) => Text(details.OriginalFileName)
        ),
        new("bytes", "files[].bytes", "", (file, _) => Number(file.Bytes)),
        new("hashes", "files[].md5, sha1, sha256, pdq", "", (file, _) => FileHashes.Of(file)),
        new(
            "content",
            "files[].contentId",
            "The sealed content's number; the file itself is in the package only when it was released",
            (file, _) => Text(file.ContentId?.ToString())
        ),
        new(
            "uploadedAt",
            "tip.fileDetails[].uploadedToEspTimestamp",
            "",
            (_, details) => Time(details.UploadedToEspTimestamp)
        ),
        new(
            "uploadedFrom",
            "tip.fileDetails[].ipCaptureEvent",
            "",
            (_, details) => details.IpCaptureEvent is { } ip ? IpList([ip]) : null
        ),
        new("devices", "tip.fileDetails[].deviceId", "", (_, details) => Devices(details.DeviceId)),
        new("url", "tip.fileDetails[].locationOfFile", "", (_, details) => Text(details.LocationOfFile)),
        new(
            "publiclyAvailable",
            "tip.fileDetails[].publiclyAvailable",
            "",
            (_, details) => Flag(details.PubliclyAvailable)
        ),
        new("relevance", "tip.fileDetails[].fileRelevance", "", (_, details) => Word(details.FileRelevance)),
        new(
            "classification",
            "tip.fileDetails[].industryClassification",
            "A1 to B2",
            (_, details) => Text(details.IndustryClassification?.ToString())
        ),
        new(
            "annotations",
            "tip.fileDetails[].fileAnnotations",
            "",
            (_, details) => Texts(Annotations(details))
        ),
        new("seenByAPerson", "files[].isViewed", "Whole, here", (file, _) => file.IsViewed),
        new("exif", "tip.fileDetails[].details", "", (_, details) => Exif(details)),
        new("more", "tip.fileDetails[].additionalInfo", "", (_, details) => Texts(details.AdditionalInfo)),
    ];

    public override string CountryOf(ReadOnlySpan<byte> document) =>
        (JsonNode.Parse(document) as JsonObject)?["country"] is JsonValue value
        && value.TryGetValue<string>(out var country)
            ? country.Trim().ToUpperInvariant()
            : "";

    protected override IEnumerable<DraftFinding> OwnFindings(ReportDraft draft)
    {
        if (!Trust.KnownJurisdictions.IsWellFormed(draft.Extra.GetValueOrDefault(Country) ?? ""))
        {
            yield return CommonChecks.Blocking(Country, "needed", "Say whose police it goes to, as DE.");
        }
        foreach (var finding in CommonChecks.Need(draft, Authority, "Say which office it goes to."))
        {
            yield return finding;
        }
    }

    private static Person Reporter(ReportDraft draft) => draft.Tip.Report.Reporter.ReportingPerson;

    private static IEnumerable<string> Words(ReportDraft draft) =>
        draft.Tip.Report.InternetDetails.Select(place => place.ChatImIncident?.Content).OfType<string>();

    private static JsonArray Accounts(ReportDraft draft) =>
        List(
            draft.NamesNoSuspect ? [] : draft.Tip.Report.PersonOrUserReported,
            account =>
                Of(
                    ("person", PersonOf(account.PersonOrUserReportedPerson)),
                    ("identifier", Text(account.EspIdentifier)),
                    ("service", Text(account.EspService)),
                    ("screenName", Text(account.ScreenName)),
                    ("displayNames", Texts(account.DisplayName)),
                    ("profileUrls", Texts(account.ProfileUrl)),
                    ("profileText", Text(account.ProfileBio)),
                    ("possiblyTakenOver", Flag(account.CompromisedAccount)),
                    ("addresses", IpList(account.IpCaptureEvent)),
                    ("devices", Devices(account.DeviceId)),
                    ("closedForATime", Flag(account.AccountTemporarilyDisabled?.Disabled)),
                    ("closedForGood", Flag(account.AccountPermanentlyDisabled?.Disabled)),
                    ("country", Text(account.EstimatedLocation?.CountryCode)),
                    ("earlierReports", List(account.PriorCtReports, id => id)),
                    ("otherAccounts", DraftValues.Accounts(account.AssociatedAccount)),
                    ("more", Text(account.AdditionalInfo))
                )
        );

    private static JsonNode RecipientOf(IntendedRecipient recipient) =>
        Of(
            ("person", PersonOf(recipient.IntendedRecipientPerson)),
            ("identifier", Text(recipient.EspIdentifier)),
            ("screenName", Text(recipient.ScreenName)),
            ("profileUrls", Texts(recipient.ProfileUrl)),
            ("addresses", IpList(recipient.IpCaptureEvent))
        );

    private static JsonNode VictimOf(Victim victim) =>
        Of(
            ("person", PersonOf(victim.VictimPerson)),
            ("identifier", Text(victim.EspIdentifier)),
            ("screenName", Text(victim.ScreenName)),
            ("school", Text(victim.SchoolName)),
            ("more", Text(victim.AdditionalInfo))
        );

    private static JsonObject? PersonOf(Person? person) =>
        person is null
            ? null
            : Of(
                ("name", Name(person.FirstName, person.LastName)),
                ("age", Number(person.Age)),
                ("dateOfBirth", Day(person.DateOfBirth)),
                ("emails", Emails(person.Email)),
                ("phones", Phones(person.Phone)),
                ("addresses", Addresses(person.Address))
            );
}
