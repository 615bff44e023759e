using Vigil.CyberTip;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>Where each field of the CyberTipline's form comes from; the longest beginning of a path decides.</summary>
internal static class CyberTipSources
{
    private const string Told = "subject, as the platform told it";
    private const string Person = "a person, in the draft";
    private const string Settings = "organisation settings";

    private static readonly Dictionary<string, (string Source, string Note)> ByPath = new(
        StringComparer.Ordinal
    )
    {
        ["report/batchedReport"] = (
            "a batch over several cases",
            "one file, accounts by their identifier only"
        ),
        ["report/incidentSummary"] = (Told, ""),
        ["report/incidentSummary/incidentType"] = (
            "the case's problem type, or a person",
            "table in Data/incidents.json"
        ),
        ["report/incidentSummary/platform"] = ($"{Told}; else service and surface", ""),
        ["report/incidentSummary/escalateToHighPriority"] = (
            "the danger lane, or a person",
            "any text escalates"
        ),
        ["report/incidentSummary/reportAnnotations"] = (
            "the case's problem type, or a person",
            "only yes is said"
        ),
        ["report/incidentSummary/incidentDateTime"] = (
            $"{Told}; else upload; else arrival",
            "the description says which"
        ),
        ["report/internetDetails"] = ($"{Told}; else where the files are", ""),
        ["report/lawEnforcement"] = (Told, ""),
        ["report/reporter"] = (Settings, "the organisation's contact, never the reviewer"),
        ["report/reporter/termsOfService"] = ($"{Told}; else {Settings}", ""),
        ["report/personOrUserReported"] = (Told, "never where nobody is a suspect"),
        ["report/personOrUserReported/espIdentifier"] = ($"{Told}; else the case's account", ""),
        ["report/personOrUserReported/espService"] = ($"{Told}; else {Settings}", ""),
        ["report/personOrUserReported/priorCTReports"] = (
            $"{Told}; reports filed before",
            "of the same environment"
        ),
        ["report/personOrUserReported/accountTemporarilyDisabled"] = ($"{Told}; else account actions", ""),
        ["report/intendedRecipient"] = (Told, ""),
        ["report/victim"] = (Told, ""),
        ["report/additionalInfo"] = (
            $"{Told}; how it was found and decided",
            "with fingerprints of what is not kept"
        ),
        ["fileDetails"] = (Told, ""),
        ["fileDetails/reportId"] = ("", "the filing sets it"),
        ["fileDetails/fileId"] = ("", "the filing sets it"),
        ["fileDetails/fileViewedByEsp"] = ("view records", "nothing else says so"),
        ["fileDetails/exifViewedByEsp"] = (
            "view records",
            "nothing is said where the metadata was seen and the file was not"
        ),
        ["fileDetails/details"] = (
            $"{Told}; and read from the sealed content",
            "on record; places only by who may see them"
        ),
        ["fileDetails/fileRelevance"] = (
            "material: what was confirmed; words and other files: supplemental",
            ""
        ),
        ["fileDetails/potentialMeme"] = (Person, "or fileAnnotations, never both"),
        ["fileDetails/fileAnnotations"] = (
            "agreed facts of graders, problem type, platform",
            "only yes is said"
        ),
        ["fileDetails/fileAnnotations/violenceGore"] = (Person, ""),
        ["fileDetails/fileAnnotations/potentialMeme"] = ("a batch, or a person", ""),
        ["fileDetails/industryClassification"] = (
            "code derived from agreed facts",
            "where the organisation may send it"
        ),
        ["fileDetails/originalFileHash"] = (
            $"{Told}; else read from the sealed content",
            "before approval, on record"
        ),
    };

    public static FieldCoverage Of(ReportField field)
    {
        for (var path = field.Path; ; path = path[..path.LastIndexOf('/')])
        {
            if (ByPath.TryGetValue(path, out var found))
            {
                return new FieldCoverage(field.Path, found.Source, found.Note);
            }
        }
    }
}
