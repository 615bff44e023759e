namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>How much a field matters.</summary>
internal enum Relevance
{
    /// <summary>It helps.</summary>
    Helpful,

    /// <summary>It, or the reason why not, must be there.</summary>
    Relevant,

    /// <summary>
    /// As <see cref="Relevant"/>; and without it nobody can be found: who, when, reachable how, what, and whether seen.
    /// </summary>
    Core,
}

/// <summary>A field that would help with such a draft.</summary>
/// <param name="Weight">In the completeness.</param>
internal sealed record Requirement(
    string Path,
    string What,
    string Supplier,
    double Weight,
    Relevance Relevance,
    bool IsThere
)
{
    public const string Platform = "platform";
    public const string Reviewer = "reviewer";
    public const string Settings = "organisation";

    /// <summary>Who files reports and may release contents.</summary>
    public const string Officer = "filing_officer";
}
