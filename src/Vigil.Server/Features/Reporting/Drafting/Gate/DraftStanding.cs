namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>How good a draft is. What is complete may be urgent to nobody: the two are kept apart.</summary>
/// <param name="Findings">All that is not right or not there.</param>
/// <param name="Completeness">0 to 100: what there is, of what would help here.</param>
/// <param name="Urgency">0 to 100: whether it should be read before others.</param>
/// <param name="Estimate">"referral" or "informational": our estimate, the recipient's decides.</param>
/// <param name="Missing">What would help, who could supply it, and why not.</param>
/// <param name="UrgentBecause">What the urgency rests on.</param>
internal sealed record DraftStanding(
    IReadOnlyList<DraftFinding> Findings,
    int Completeness,
    int Urgency,
    string Estimate,
    IReadOnlyList<MissingField> Missing,
    IReadOnlyList<string> UrgentBecause
)
{
    public const string Referral = "referral";
    public const string Informational = "informational";

    /// <summary>It cannot be approved before these are gone.</summary>
    public IReadOnlyList<DraftFinding> Blocking => [.. Findings.Where(finding => finding.IsBlocking)];
}

/// <param name="Path">As "personOrUserReported.ipCaptureEvent", "fileDetails[2].publiclyAvailable".</param>
/// <param name="What">For a reviewer.</param>
/// <param name="Supplier">"platform", "reviewer", "filing_officer" or "organisation".</param>
/// <param name="IsRelevant">An investigator needs it: without it a reason must stand there.</param>
/// <param name="Reason">Why it cannot be supplied; null: nobody said.</param>
internal sealed record MissingField(
    string Path,
    string What,
    string Supplier,
    bool IsRelevant,
    string? Reason
);
