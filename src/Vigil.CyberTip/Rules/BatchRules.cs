using Vigil.CyberTip.Shapes;

namespace Vigil.CyberTip.Rules;

/// <summary>
/// A batched report: many accounts, one file that is passed on, and hardly anything else. The service notices a second
/// file at `/finish` only.
/// </summary>
internal static class BatchRules
{
    private const string NotInBatch = "A batched report cannot have this: remove it, or file single reports.";

    public static IEnumerable<Finding> Of(Report report, string path)
    {
        (bool IsThere, string Name)[] banned =
        [
            (
                report.IncidentSummary?.EscalateToHighPriority is not null,
                "incidentSummary/escalateToHighPriority"
            ),
            (report.InternetDetails.Count > 0, "internetDetails[1]"),
            (report.LawEnforcement is not null, "lawEnforcement"),
            (report.IntendedRecipient.Count > 0, "intendedRecipient[1]"),
            (report.Victim.Count > 0, "victim[1]"),
            (report.AdditionalInfo is not null, "additionalInfo"),
        ];
        foreach (var (_, name) in banned.Where(each => each.IsThere))
        {
            yield return new($"{path}/{name}", Rule.BatchPart, NotInBatch);
        }
        foreach (var (index, person) in report.PersonOrUserReported.Index())
        {
            var extra = Present(person).Where(name => name != "espIdentifier").ToList();
            if (extra.Count > 0 || person.EspIdentifier is null)
            {
                yield return new(
                    $"{path}/personOrUserReported[{index + 1}]/{(extra.Count > 0 ? extra[0] : "espIdentifier")}",
                    Rule.BatchPerson,
                    "In a batched report each person has espIdentifier and nothing else."
                );
            }
        }
    }

    /// <summary>What a batched report asks of its one file.</summary>
    public static IEnumerable<Finding> Files(Draft draft)
    {
        if (draft.Report.BatchedReport is null)
        {
            yield break;
        }
        if (draft.FileDetails.Count > 1)
        {
            yield return new(
                ReportRules.FilePath(1),
                Rule.BatchFiles,
                "A batched report has one file at most."
            );
        }
        foreach (var (index, details) in draft.FileDetails.Index())
        {
            foreach (var finding in OfFile(details, ReportRules.FilePath(index)))
            {
                yield return finding;
            }
        }
    }

    private static IEnumerable<Finding> OfFile(FileDetails details, string path)
    {
        string[] banned =
        [
            "originalFileName",
            "locationOfFile",
            "originalFileHash",
            "ipCaptureEvent",
            "deviceId",
            "details",
            "additionalInfo",
        ];
        foreach (var name in Present(details).Intersect(banned))
        {
            yield return new($"{path}/{name}", Rule.BatchFile, NotInBatch);
        }
        if (details.FileRelevance is FileRelevance.SupplementalReported)
        {
            yield return new(
                $"{path}/fileRelevance",
                Rule.BatchFile,
                "The file of a batched report is material."
            );
        }
        var annotations = details.FileAnnotations is { } given ? Present(given).ToList() : [];
        if (details.PotentialMeme is not true && !annotations.Intersect(["viral", "potentialMeme"]).Any())
        {
            yield return new(
                $"{path}/fileAnnotations",
                Rule.BatchFile,
                "The file of a batched report must be annotated viral, potentialMeme or both."
            );
        }
        foreach (var name in annotations.Except(["viral", "potentialMeme"]))
        {
            yield return new($"{path}/fileAnnotations/{name}", Rule.BatchFile, NotInBatch);
        }
    }

    /// <summary>Names of the members that have a value.</summary>
    private static IEnumerable<string> Present(ReportPart part) =>
        Shape
            .Of(part.GetType())
            .Members.Where(member => member.ValuesOf(part).Any())
            .Select(member => member.Name);
}
