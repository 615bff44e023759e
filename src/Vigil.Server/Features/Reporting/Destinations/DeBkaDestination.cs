using System.Text.Json.Nodes;
using Vigil.CyberTip;
using static Vigil.Server.Features.Reporting.Destinations.DraftValues;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>
/// The notice to Germany's Federal Criminal Police Office under article 18 of the DSA. The portal's form is known from
/// descriptions only; this is a documented package.
/// </summary>
internal sealed class DeBkaDestination : PackageDestination
{
    public const string Registration = "bka.registration";
    public const string OwnReference = "bka.ownReference";
    public const string NcmecReference = "bka.ncmecReference";

    public override string Code => "de-bka";

    public override string Name => "Bundeskriminalamt, notice under DSA article 18 (no affiliation)";

    public override string Jurisdiction => "DE";

    public override string Form => "vigil.de-bka/1";

    /// <summary>Possession is a matter of section 184b of the Strafgesetzbuch: no files leave this way.</summary>
    public override bool MayTakeMedia => false;

    public override string Delivery =>
        "The BKA's portal, after registration; its form is known by descriptions. Facts and fingerprints, no files.";

    protected override IReadOnlyList<ReportField> Fields { get; } =
    [
        new(
            "registration",
            $"extra {Registration}",
            "With the BKA's portal",
            d => Text(d.Extra.GetValueOrDefault(Registration))
        ),
        new(
            "ownReference",
            $"extra {OwnReference}",
            "The sender's case number",
            d => Text(d.Extra.GetValueOrDefault(OwnReference))
        ),
        new(
            "ncmecReference",
            $"extra {NcmecReference}",
            "Number of a report to NCMEC, which is accepted",
            d => Text(d.Extra.GetValueOrDefault(NcmecReference))
        ),
        new(
            "reporter.name",
            "tip.report.reporter.reportingPerson",
            "",
            d => Name(Reporter(d).FirstName, Reporter(d).LastName)
        ),
        new(
            "reporter.emails",
            "tip.report.reporter.reportingPerson.email",
            "",
            d => Emails(Reporter(d).Email)
        ),
        new("suspicion", "why", "What the suspicion rests on", d => Text(d.Why)),
        new(
            "danger",
            "tip.report.incidentSummary.escalateToHighPriority",
            "To life or safety",
            d => Text(d.Tip.Report.IncidentSummary.EscalateToHighPriority)
        ),
        new(
            "publishedAt",
            "tip.report.incidentSummary.incidentDateTime",
            "Time of publication",
            d => Time(d.Tip.Report.IncidentSummary.IncidentDateTime)
        ),
        new("urls", "tip.report.internetDetails, tip.fileDetails[].locationOfFile", "", d => Texts(Urls(d))),
        new(
            "platform",
            "tip.report.incidentSummary.platform",
            "",
            d => Text(d.Tip.Report.IncidentSummary.Platform)
        ),
        new(
            "user.name",
            "tip.report.personOrUserReported[].screenName",
            "",
            d => Text(Subject(d)?.ScreenName)
        ),
        new(
            "user.id",
            "tip.report.personOrUserReported[].espIdentifier",
            "",
            d => Text(Subject(d)?.EspIdentifier)
        ),
        new(
            "user.emails",
            "tip.report.personOrUserReported[].person.email",
            "",
            d => Emails(Subject(d)?.PersonOrUserReportedPerson?.Email)
        ),
        new(
            "user.phones",
            "tip.report.personOrUserReported[].person.phone",
            "",
            d => Phones(Subject(d)?.PersonOrUserReportedPerson?.Phone)
        ),
        new(
            "addresses",
            "tip.report.personOrUserReported[].ipCaptureEvent, tip.fileDetails[].ipCaptureEvent",
            "IP and port with time",
            d => IpList(Ips(d))
        ),
    ];

    protected override IReadOnlyList<FileField> FileFields { get; } =
    [
        new("hashes", "files[].md5, sha1, sha256, pdq", "", (file, _) => FileHashes.Of(file)),
        new("bytes", "files[].bytes", "", (file, _) => Number(file.Bytes)),
        new(
            "uploadedAt",
            "tip.fileDetails[].uploadedToEspTimestamp",
            "",
            (_, details) => Time(details.UploadedToEspTimestamp)
        ),
        new("url", "tip.fileDetails[].locationOfFile", "", (_, details) => Text(details.LocationOfFile)),
    ];

    protected override IEnumerable<DraftFinding> OwnFindings(ReportDraft draft) =>
        [
            .. CommonChecks.Need(
                draft,
                Registration,
                "Register with the BKA's portal first, then give the registration here."
            ),
            .. CommonChecks.Need(draft, OwnReference, "Give a case number of your own: the BKA asks by it."),
        ];

    private static Person Reporter(ReportDraft draft) => draft.Tip.Report.Reporter.ReportingPerson;
}
