namespace Vigil.Server.Features.Reporting.Drafting;

/// <param name="Path">Field of the draft.</param>
/// <param name="What">What is missing.</param>
/// <param name="Who">Who could supply it.</param>
internal sealed record DraftMissing(string Path, string What, string Who);

/// <summary>How good a draft is, for its destination.</summary>
internal sealed record DraftStanding(
    IReadOnlyList<DraftFinding> Findings,
    IReadOnlyList<DraftFinding> Blocking,
    int Completeness,
    int Urgency,
    string Estimate,
    IReadOnlyList<DraftMissing> Missing
);

/// <summary>The quality gate.</summary>
internal static class DraftGate
{
    public static DraftStanding Check(Destination destination, ReportDraft draft, DateTimeOffset now)
    {
        var findings = destination.Check(draft, now);
        return new DraftStanding(
            findings,
            [.. findings.Where(finding => finding.IsBlocking)],
            findings.Count == 0 ? 100 : 50,
            draft.Tip.Report.IncidentSummary.EscalateToHighPriority is null ? 0 : 100,
            "referral",
            [
                .. findings
                    .Where(finding => !finding.IsBlocking && !draft.CannotSupply.ContainsKey(finding.Path))
                    .Select(finding => new DraftMissing(finding.Path, finding.Text, "the platform")),
            ]
        );
    }
}
