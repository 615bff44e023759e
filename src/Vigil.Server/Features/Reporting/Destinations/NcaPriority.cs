using Vigil.CyberTip;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <param name="Code">P1 (immediately), P2 (as soon as possible), P3 (without undue delay).</param>
/// <param name="Reasons">Why, each in a sentence.</param>
internal sealed record NcaPriority(string Code, IReadOnlyList<string> Reasons)
{
    /// <summary>Set by a person in <see cref="ReportDraft.Extra"/>, with <see cref="ReasonExtra"/>.</summary>
    public const string Extra = "nca.priority";
    public const string ReasonExtra = "nca.priorityReason";

    private static readonly string[] Codes = ["P1", "P2", "P3"];

    /// <summary>
    /// The regulations name the three; which finding is which is this project's reading. A person may set another, with
    /// a reason.
    /// </summary>
    public static NcaPriority Of(ReportDraft draft)
    {
        var set = draft.Extra.GetValueOrDefault(Extra) ?? "";
        if (Codes.Contains(set, StringComparer.Ordinal))
        {
            return new NcaPriority(
                set,
                [$"Set by a person: {draft.Extra.GetValueOrDefault(ReasonExtra) ?? "no reason"}"]
            );
        }
        var report = draft.Tip.Report;
        var seen = draft
            .Tip.FileDetails.Select(file => file.FileAnnotations)
            .OfType<FileAnnotations>()
            .ToList();
        var first = Holding(
            (
                report.IncidentSummary.EscalateToHighPriority is not null,
                "Somebody said that it must be read at once."
            ),
            (seen.Exists(file => file.LiveStreaming), "It was streamed live: it may go on."),
            (
                report.IncidentSummary.IncidentType
                    is IncidentType.ChildSexualMolestation
                        or IncidentType.ChildSexTrafficking
                        or IncidentType.OnlineEnticement,
                "A child may be in somebody's hands, or on the way there."
            )
        );
        if (first.Count > 0)
        {
            return new NcaPriority("P1", first);
        }
        var annotations = report.IncidentSummary.ReportAnnotations;
        var second = Holding(
            (annotations?.Sextortion == true, "A child is being extorted."),
            (annotations?.SadisticOnlineExploitation == true, "Sadistic exploitation."),
            (annotations?.CsamSolicitation == true, "Such material was asked for."),
            (seen.Exists(file => file.PossibleSelfProduction), "The child may have been made to produce it."),
            (seen.Exists(file => file.Infant), "An infant."),
            (draft.MatchedAt is null && draft.Files.Count > 0, "No list knew it: the material may be new.")
        );
        return second.Count > 0
            ? new NcaPriority("P2", second)
            : new NcaPriority("P3", ["Nothing points to a child in danger now, or to new material."]);
    }

    private static List<string> Holding(params (bool Holds, string Text)[] all) =>
        [.. all.Where(reason => reason.Holds).Select(reason => reason.Text)];
}
