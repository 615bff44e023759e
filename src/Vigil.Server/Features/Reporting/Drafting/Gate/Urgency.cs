using Vigil.CyberTip;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>
/// Whether a report should be read before others: signs of a child in danger now. What is known, viral or a meme is not
/// urgent, however complete. The points are this project's.
/// </summary>
internal static class Urgency
{
    private const int Most = 100;

    /// <summary>What is passed on everywhere waits behind all else.</summary>
    private const int MostOfPassedOn = 10;

    public static (int Points, IReadOnlyList<string> Because) Of(ReportDraft draft)
    {
        var signs = Signs(draft).Where(sign => sign.IsThere).ToList();
        var points = Math.Min(Most, signs.Sum(sign => sign.Points));
        var because = signs.Select(sign => sign.Text).ToList();
        if (draft.Tip.Report.IncidentSummary?.EscalateToHighPriority is null && IsPassedOn(draft))
        {
            return (Math.Min(points, MostOfPassedOn), [.. because, "It is passed on widely, or a meme."]);
        }
        return (points, because);
    }

    public static bool IsPassedOn(ReportDraft draft)
    {
        var material = draft
            .Tip.FileDetails.Where(file => file.FileRelevance != FileRelevance.SupplementalReported)
            .ToList();
        return draft.Tip.Report.BatchedReport is not null
            || (
                material.Count > 0
                && material.All(file =>
                    file.PotentialMeme == true
                    || file.FileAnnotations is { PotentialMeme: true }
                    || file.FileAnnotations is { Viral: true }
                )
            );
    }

    private static IEnumerable<(bool IsThere, int Points, string Text)> Signs(ReportDraft draft)
    {
        var report = draft.Tip.Report;
        var type = report.IncidentSummary?.IncidentType;
        var said = report.IncidentSummary?.ReportAnnotations ?? new ReportAnnotations();
        var seen = draft
            .Tip.FileDetails.Select(file => file.FileAnnotations)
            .OfType<FileAnnotations>()
            .ToList();
        return
        [
            (
                report.IncidentSummary?.EscalateToHighPriority is not null,
                60,
                "A person asks for it to be read at once."
            ),
            (
                type
                    is IncidentType.OnlineEnticement
                        or IncidentType.ChildSexTrafficking
                        or IncidentType.ChildSexualMolestation
                        or IncidentType.ExtraterritorialAbuse,
                25,
                "A child is in contact with the person."
            ),
            (
                type is IncidentType.Csam or IncidentType.UnsolicitedObsceneMaterial,
                10,
                "Material, or sent to a child."
            ),
            (said.Sextortion, 25, "A child is threatened."),
            (said.SadisticOnlineExploitation, 25, "A child is driven to harm."),
            (said.CsamSolicitation, 10, "Pictures are asked for."),
            (seen.Any(file => file.LiveStreaming), 20, "It was streamed live."),
            (seen.Any(file => file.Infant), 10, "An infant."),
            (seen.Any(file => file.PhysicalHarm || file.ViolenceGore), 15, "Harm is seen."),
            (report.Victim.Count > 0, 15, "The child may be found."),
            (report.IntendedRecipient.Count > 0, 5, "There is a recipient."),
            (draft.MatchedAt is null && !draft.NamesNoSuspect, 10, "No list knew it."),
        ];
    }
}
