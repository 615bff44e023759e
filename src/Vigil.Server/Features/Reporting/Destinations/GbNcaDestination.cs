using System.Text.Json.Nodes;
using Vigil.CyberTip;
using static Vigil.Server.Features.Reporting.Destinations.DraftValues;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>
/// The industry report to the UK's National Crime Agency: the fields of Schedule 1 of SI 2026/268. Its portal's and
/// API's formats are not public; this is a documented package.
/// </summary>
internal sealed class GbNcaDestination : PackageDestination
{
    public const string Registration = "nca.registration";
    public const string Declaration = "nca.declaration";
    public const string EarlierReference = "nca.earlierReference";

    public override string Code => "gb-nca";

    public override string Name => "National Crime Agency, industry report (no affiliation)";

    public override string Jurisdiction => "GB";

    public override string Form => "vigil.gb-nca/1";

    public override bool MayTakeMedia => true;

    public override string Delivery =>
        "Portal or API of the agency, after registration; neither format is public. The package has the fields of "
        + "Schedule 1 by their names; fingerprints alone unless two persons release files.";

    protected override IReadOnlyList<ReportField> Fields { get; } =
    [
        new(
            "registration",
            $"extra {Registration}",
            "The service's registration with the agency",
            d => Extra(d, Registration)
        ),
        new(
            "reportingPerson.name",
            "tip.report.reporter.reportingPerson",
            "The organisation's contact",
            d => Person(d, p => Name(p.FirstName, p.LastName))
        ),
        new(
            "reportingPerson.emails",
            "tip.report.reporter.reportingPerson.email",
            "",
            d => Person(d, p => Emails(p.Email))
        ),
        new(
            "reportingPerson.phones",
            "tip.report.reporter.reportingPerson.phone",
            "",
            d => Person(d, p => Phones(p.Phone))
        ),
        new(
            "priority.code",
            $"extra {NcaPriority.Extra}, or derived",
            "P1, P2, P3; this project's reading",
            d => NcaPriority.Of(d).Code
        ),
        new("priority.reasons", "derived", "", d => Texts(NcaPriority.Of(d).Reasons)),
        new("detection.method", "why", "How it was found and decided", d => Text(d.Why)),
        new("detection.matchedAt", "matchedAt", "When a machine found it", d => Time(d.MatchedAt)),
        new("detection.knownAt", "knowledgeAt", "When a person knew of it", d => Time(d.KnowledgeAt)),
        new("content.kind", "problemType", "", d => Text(d.ProblemType)),
        new(
            "content.incident",
            "tip.report.incidentSummary.incidentType",
            "",
            d => Word(d.Tip.Report.IncidentSummary.IncidentType)
        ),
        new(
            "content.incidentAt",
            "tip.report.incidentSummary.incidentDateTime",
            "",
            d => Time(d.Tip.Report.IncidentSummary.IncidentDateTime)
        ),
        new(
            "content.urls",
            "tip.report.internetDetails, tip.fileDetails[].locationOfFile",
            "",
            d => Texts(Urls(d))
        ),
        new("content.description", "tip.report.additionalInfo", "", d => Text(d.Tip.Report.AdditionalInfo)),
        new(
            "platform.name",
            "tip.report.incidentSummary.platform",
            "",
            d => Text(d.Tip.Report.IncidentSummary.Platform)
        ),
        new("platform.surface", "surface", "Where on it", d => Text(d.Surface)),
        new(
            "earlierReport.agencyReference",
            $"extra {EarlierReference}",
            "Of an earlier report to the agency",
            d => Extra(d, EarlierReference)
        ),
        new(
            "earlierReport.ncmecReports",
            "tip.report.personOrUserReported[].priorCTReports",
            "",
            d => Account(d, a => List(a.PriorCtReports, id => id))
        ),
        new(
            "account.username",
            "tip.report.personOrUserReported[].screenName",
            "",
            d => Account(d, a => Text(a.ScreenName))
        ),
        new(
            "account.identifier",
            "tip.report.personOrUserReported[].espIdentifier",
            "",
            d => Account(d, a => Text(a.EspIdentifier))
        ),
        new(
            "account.displayNames",
            "tip.report.personOrUserReported[].displayName",
            "",
            d => Account(d, a => Texts(a.DisplayName))
        ),
        new(
            "account.name",
            "tip.report.personOrUserReported[].person",
            "",
            d =>
                Account(
                    d,
                    a => Name(a.PersonOrUserReportedPerson?.FirstName, a.PersonOrUserReportedPerson?.LastName)
                )
        ),
        new(
            "account.dateOfBirth",
            "tip.report.personOrUserReported[].person.dateOfBirth",
            "",
            d => Account(d, a => Day(a.PersonOrUserReportedPerson?.DateOfBirth))
        ),
        new(
            "account.addresses",
            "tip.report.personOrUserReported[].person.address",
            "Billing addresses among them",
            d => Account(d, a => Addresses(a.PersonOrUserReportedPerson?.Address))
        ),
        new(
            "account.emails",
            "tip.report.personOrUserReported[].person.email",
            "Without those for recovery",
            d => Account(d, a => Emails(Mails(a, isRecovery: false)))
        ),
        new(
            "account.recoveryEmails",
            "tip.report.personOrUserReported[].person.email",
            "Of use recovery",
            d => Account(d, a => Emails(Mails(a, isRecovery: true)))
        ),
        new(
            "account.phones",
            "tip.report.personOrUserReported[].person.phone",
            "Each with whether it was verified",
            d => Account(d, a => Phones(a.PersonOrUserReportedPerson?.Phone))
        ),
        new(
            "account.profileUrls",
            "tip.report.personOrUserReported[].profileUrl",
            "",
            d => Account(d, a => Texts(a.ProfileUrl))
        ),
        new(
            "account.logins",
            "tip.report.personOrUserReported[].ipCaptureEvent",
            "Addresses with ports",
            d => Account(d, a => IpList(a.IpCaptureEvent))
        ),
        new(
            "account.devices",
            "tip.report.personOrUserReported[].deviceId",
            "",
            d => Account(d, a => Devices(a.DeviceId))
        ),
        new(
            "account.connectedAccounts",
            "tip.report.personOrUserReported[].associatedAccount",
            "",
            d => Account(d, a => Accounts(a.AssociatedAccount))
        ),
        new(
            "declaration",
            $"extra {Declaration}",
            "That the report is true to the best of the reporter's knowledge",
            d => Extra(d, Declaration)
        ),
    ];

    protected override IReadOnlyList<FileField> FileFields { get; } =
    [
        new("name", "files[].fileName", "", (file, _) => Text(file.FileName)),
        new("bytes", "files[].bytes", "", (file, _) => Number(file.Bytes)),
        new("hashes", "files[].md5, sha1, sha256, pdq", "", (file, _) => FileHashes.Of(file)),
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
        new("url", "tip.fileDetails[].locationOfFile", "", (_, details) => Text(details.LocationOfFile)),
        new("exif", "tip.fileDetails[].details", "", (_, details) => Exif(details)),
        new("seenByAPerson", "files[].isViewed", "Whole, here", (file, _) => file.IsViewed),
        new(
            "annotations",
            "tip.fileDetails[].fileAnnotations",
            "",
            (_, details) => Texts(Annotations(details))
        ),
    ];

    protected override IEnumerable<DraftFinding> OwnFindings(ReportDraft draft) =>
        [
            .. CommonChecks.Need(
                draft,
                Registration,
                "Register with the agency first, then give the registration here."
            ),
            .. CommonChecks.Need(draft, Declaration, "The declaration is a named person's: write it."),
            .. draft.Extra.ContainsKey(NcaPriority.Extra)
                ? CommonChecks.Need(
                    draft,
                    NcaPriority.ReasonExtra,
                    "A priority that a person sets needs a reason."
                )
                : [],
        ];

    private static JsonNode? Extra(ReportDraft draft, string name) =>
        Text(draft.Extra.GetValueOrDefault(name));

    private static JsonNode? Person(ReportDraft draft, Func<Person, JsonNode?> read) =>
        read(draft.Tip.Report.Reporter.ReportingPerson);

    private static JsonNode? Account(ReportDraft draft, Func<PersonOrUserReported, JsonNode?> read) =>
        Subject(draft) is { } account ? read(account) : null;

    private static IEnumerable<Email> Mails(PersonOrUserReported account, bool isRecovery) =>
        account.PersonOrUserReportedPerson?.Email.Where(mail => mail.Type == EmailType.Recovery == isRecovery)
        ?? [];
}
