using Vigil.Matching.Lists;
using Vigil.Server.Features.Scan.Deciding;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Policies;

/// <summary>How far a list or a rule may go. Ordered: the weaker of two is the smaller.</summary>
internal enum Mode
{
    /// <summary>Ignored.</summary>
    Off,

    /// <summary>Counted and shown; never changes an answer.</summary>
    Shadow,

    /// <summary>Review at most.</summary>
    Review,

    /// <summary>As the rule says.</summary>
    Enforce,
}

/// <summary>How strong a match is, as rules name it; weak and contradicting ones are no rule's to decide.</summary>
internal enum RuleStrength
{
    Similar,
    Exact,
    Known,
}

/// <summary>One rule: where all of its conditions hold, its outcome is that of the match.</summary>
internal sealed record PolicyRule
{
    /// <summary>As people read it in a Why record.</summary>
    public required string Name { get; init; }

    /// <summary>Empty: all.</summary>
    public IReadOnlySet<Surface> Surfaces { get; init; } = new HashSet<Surface>();

    /// <summary>ISO 3166-1 alpha-2; empty: all, also where nobody said.</summary>
    public IReadOnlySet<string> Jurisdictions { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Empty: all.</summary>
    public IReadOnlySet<ListPurpose> Purposes { get; init; } = new HashSet<ListPurpose>();

    /// <summary>Empty: all. "exact" does not include "known": name both where both are meant.</summary>
    public IReadOnlySet<RuleStrength> Strengths { get; init; } = new HashSet<RuleStrength>();

    public required Mode Mode { get; init; }

    /// <summary>None, Review or Block.</summary>
    public required Outcome Outcome { get; init; }
}

/// <summary>
/// The rules of one version of a policy, in order: of each match the first rule that holds decides, and where
/// none holds a person looks. Immutable.
/// </summary>
internal sealed record PolicyDocument(IReadOnlyList<PolicyRule> Rules)
{
    /// <summary>
    /// What is in force until a person activates another: block what is the same file as on an attested list,
    /// let a person look at the rest.
    /// </summary>
    public static readonly PolicyDocument Default = new([
        new PolicyRule
        {
            Name = "Harmless lists decide nothing",
            Purposes = new HashSet<ListPurpose> { ListPurpose.Harmless },
            Mode = Mode.Enforce,
            Outcome = Outcome.None,
        },
        new PolicyRule
        {
            Name = "Law enforcement's lists: a person looks",
            Purposes = new HashSet<ListPurpose> { ListPurpose.LawEnforcementOnly },
            Mode = Mode.Enforce,
            Outcome = Outcome.Review,
        },
        new PolicyRule
        {
            Name = "The same file as on an attested list is blocked",
            Strengths = new HashSet<RuleStrength> { RuleStrength.Known },
            Mode = Mode.Enforce,
            Outcome = Outcome.Block,
        },
        new PolicyRule
        {
            Name = "The same file as on another list: a person looks",
            Strengths = new HashSet<RuleStrength> { RuleStrength.Exact },
            Mode = Mode.Enforce,
            Outcome = Outcome.Review,
        },
        new PolicyRule
        {
            Name = "A similar picture: a person looks",
            Strengths = new HashSet<RuleStrength> { RuleStrength.Similar },
            Mode = Mode.Enforce,
            Outcome = Outcome.Review,
        },
    ]);
}

/// <summary>A document with its place in the row of versions.</summary>
/// <param name="Version">1 is the default that comes with the program.</param>
internal sealed record ActivePolicy(long Version, PolicyDocument Document)
{
    public static readonly ActivePolicy Default = new(1, PolicyDocument.Default);
}
