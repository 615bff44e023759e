using Vigil.CyberTip;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>
/// What a platform does not tell: what a person here decides, what records here say, and who the organisation is.
/// </summary>
internal static class SubjectBans
{
    private const string Decided = "A person here decides this, in the draft of the report: leave it out.";
    private const string Recorded = "Records of this installation say this: leave it out.";
    private const string Settled = "The organisation's settings say this: leave it out.";
    private const string Given = "The recipient gives this: leave it out.";

    public static IEnumerable<Finding> Of(Draft told) =>
        Where(OfReport(told.Report), "report")
            .Concat(
                told.FileDetails.Index()
                    .SelectMany(file => Where(OfFile(file.Item), $"fileDetails[{file.Index + 1}]"))
            );

    private static IEnumerable<Finding> Where(
        IEnumerable<(bool IsThere, string Path, string Text)> bans,
        string path
    ) =>
        bans.Where(ban => ban.IsThere)
            .Select(ban => new Finding($"{path}/{ban.Path}", Rule.Unknown, ban.Text));

    private static IEnumerable<(bool, string, string)> OfReport(Report report) =>
        [
            (report.BatchedReport is not null, "batchedReport", Decided),
            (
                report.IncidentSummary is { IncidentType: not default(IncidentType) },
                "incidentSummary/incidentType",
                Decided
            ),
            (
                report.IncidentSummary?.EscalateToHighPriority is not null,
                "incidentSummary/escalateToHighPriority",
                "Flag the content as child_in_danger instead: a person looks at once, and decides this."
            ),
            (
                report.IncidentSummary?.ReportAnnotations is not null,
                "incidentSummary/reportAnnotations",
                Decided
            ),
            (report.Reporter?.ReportingPerson is not null, "reporter/reportingPerson", Settled),
            (report.Reporter?.ContactPerson is not null, "reporter/contactPerson", Settled),
            (report.Reporter?.CompanyTemplate is not null, "reporter/companyTemplate", Settled),
            (report.Reporter?.LegalUrl is not null, "reporter/legalURL", Settled),
        ];

    private static IEnumerable<(bool, string, string)> OfFile(FileDetails file) =>
        [
            (file.ReportId is not null, "reportId", Given),
            (file.FileId is not null, "fileId", Given),
            (file.FileViewedByEsp is not null, "fileViewedByEsp", Recorded),
            (file.ExifViewedByEsp is not null, "exifViewedByEsp", Recorded),
            (file.FileRelevance is not null, "fileRelevance", Decided),
            (file.PotentialMeme is not null, "potentialMeme", Decided),
            (file.IndustryClassification is not null, "industryClassification", Decided),
            (
                SaysMoreThanKnown(file.FileAnnotations),
                "fileAnnotations",
                $"Tell viral and generativeAi only. {Decided}"
            ),
        ];

    /// <summary>A platform knows how often something is passed on, and what its own program made.</summary>
    private static bool SaysMoreThanKnown(FileAnnotations? given) =>
        given is not null && given with { Viral = false, GenerativeAi = false } != new FileAnnotations();
}
