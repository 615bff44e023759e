namespace Vigil.Server.Features.Reporting.Drafting;

/// <param name="Path">Field of the draft.</param>
internal sealed record MissingField(
    string Path,
    string What,
    string Supplier,
    bool IsRelevant,
    string? Reason
);

/// <summary>How good a draft is, for its destination.</summary>
internal sealed record DraftStanding(
    IReadOnlyList<DraftFinding> Findings,
    int Completeness,
    int Urgency,
    string Estimate,
    IReadOnlyList<MissingField> Missing
)
{
    public IReadOnlyList<DraftFinding> Blocking => [.. Findings.Where(finding => finding.IsBlocking)];
}

/// <summary>The quality gate.</summary>
internal static class DraftGate
{
    public static DraftStanding Check(Destination destination, ReportDraft draft, DateTimeOffset now)
    {
        var missing = destination
            .Check(draft, now)
            .Where(finding => !finding.IsBlocking)
            .Select(finding => new MissingField(
                finding.Path,
                finding.Text,
                "the platform",
                true,
                draft.CannotSupply.GetValueOrDefault(finding.Path)
            ))
            .ToList();
        return new DraftStanding(
            [
                .. destination.Check(draft, now).Where(finding => finding.IsBlocking),
                .. missing
                    .Where(field => field.Reason is null)
                    .Select(field => new DraftFinding(field.Path, "missing", field.What, true)),
            ],
            missing.Count == 0 ? 100 : 50,
            draft.Tip.Report.IncidentSummary.EscalateToHighPriority is null ? 0 : 100,
            "referral",
            missing
        );
    }
}
