using Vigil.CyberTip;
using static Vigil.Server.Features.Reporting.Drafting.Relevance;
using static Vigil.Server.Features.Reporting.Drafting.Requirement;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>
/// What makes a report one that an investigator can act on. Sources: NCMEC's API documentation of 2025-06-11 (the
/// fields); Stanford Internet Observatory, The Strengths and Weaknesses of the Online Child Safety Ecosystem,
/// 2024-04-22 (what is missing in reports that cannot be acted on). The weights are this project's.
/// </summary>
internal static class Requirements
{
    private static readonly IncidentType[] WithAChild =
    [
        IncidentType.OnlineEnticement,
        IncidentType.ChildSexTrafficking,
        IncidentType.ChildSexualMolestation,
        IncidentType.ExtraterritorialAbuse,
        IncidentType.UnsolicitedObsceneMaterial,
    ];

    private static readonly IncidentType[] OfAPlace =
    [
        IncidentType.MisleadingDomainName,
        IncidentType.MisleadingWordsOrImages,
    ];

    public static IEnumerable<Requirement> Of(ReportDraft draft)
    {
        var report = draft.Tip.Report;
        return report.BatchedReport is not null
            ? OfBatch(report, draft).Concat(OfReporter(report.Reporter))
            :
            [
                .. OfIncident(report, draft),
                .. draft.NamesNoSuspect || OfAPlace.Contains(TypeOf(report))
                    ? []
                    : PersonRequirements.Of(draft),
                .. WithAChild.Contains(TypeOf(report)) ? OfChild(report) : [],
                .. FileRequirements.Of(draft),
                .. OfReporter(report.Reporter),
            ];
    }

    private static IncidentType TypeOf(Report report) => report.IncidentSummary?.IncidentType ?? default;

    private static Requirement OfType(Report report) =>
        new(
            "incidentSummary.incidentType",
            "What kind of incident",
            Reviewer,
            10,
            Relevant,
            TypeOf(report) != default
        );

    private static IEnumerable<Requirement> OfIncident(Report report, ReportDraft draft)
    {
        var summary = report.IncidentSummary;
        yield return OfType(report);
        yield return new(
            "incidentSummary.incidentDateTime",
            "When it happened, not when it came here",
            Platform,
            10,
            Core,
            summary is not null
                && summary.IncidentDateTime != default
                && summary.IncidentDateTimeDescription != DraftTexts.TimeOfArrival
        );
        yield return new(
            "internetDetails",
            "Where it happened",
            Platform,
            8,
            Relevant,
            report.InternetDetails.Count > 0
        );
        if (TypeOf(report) == IncidentType.MisleadingDomainName)
        {
            yield return new(
                "internetDetails.webPageIncident.url",
                "The domain name",
                Reviewer,
                15,
                Core,
                report.InternetDetails.Any(place => place.WebPageIncident?.Url.Count > 0)
            );
        }
        yield return new(
            "additionalInfo",
            "How it was found and decided",
            Reviewer,
            3,
            Helpful,
            !string.IsNullOrWhiteSpace(draft.Why) || !string.IsNullOrWhiteSpace(report.AdditionalInfo)
        );
    }

    private static IEnumerable<Requirement> OfChild(Report report)
    {
        yield return new(
            "victim",
            "The child, or to whom it was sent: any name or account",
            Platform,
            8,
            Relevant,
            report.Victim.Count > 0 || report.IntendedRecipient.Count > 0
        );
    }

    private static IEnumerable<Requirement> OfReporter(Reporter? reporter)
    {
        yield return new(
            "reporter.legalURL",
            "Where legal process is served",
            Settings,
            2,
            Helpful,
            reporter?.LegalUrl is not null
        );
        yield return new(
            "reporter.contactPerson",
            "Whom an investigator may ask",
            Settings,
            2,
            Helpful,
            reporter?.ContactPerson is not null
        );
        yield return new(
            "reporter.termsOfService",
            "The terms of service",
            Settings,
            1,
            Helpful,
            reporter?.TermsOfService is not null
        );
    }

    private static IEnumerable<Requirement> OfBatch(Report report, ReportDraft draft)
    {
        yield return OfType(report);
        yield return new(
            "personOrUserReported.espIdentifier",
            "The accounts that passed it on",
            Platform,
            15,
            Relevant,
            report.PersonOrUserReported.Count > 0
        );
        yield return new(
            "fileDetails",
            "The file",
            Platform,
            15,
            Relevant,
            draft.Files.Any(file => file.ContentId is not null)
        );
    }
}
