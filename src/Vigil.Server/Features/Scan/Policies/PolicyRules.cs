using Vigil.Matching;
using Vigil.Matching.Lists;
using Vigil.Server.Features.Scan.Deciding;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Policies;

/// <summary>Where the content stands.</summary>
internal readonly record struct Situation(Surface Surface, string Jurisdiction);

/// <summary>What the policy made of one match.</summary>
/// <param name="Fact">The match.</param>
/// <param name="Rule">Index of the rule that applied; null: none, it goes by the strength alone.</param>
/// <param name="RuleName">For people.</param>
/// <param name="Mode">The weaker of the list's and the rule's.</param>
/// <param name="Would">What it says, were it no shadow.</param>
internal sealed record Finding(MatchFact Fact, int? Rule, string RuleName, Mode Mode, Outcome Would)
{
    /// <summary>What it adds to the answer.</summary>
    public Outcome Answer => Mode is Mode.Off or Mode.Shadow ? Outcome.None : Would;

    public bool IsShadow => Mode == Mode.Shadow && Would != Outcome.None;
}

/// <summary>What the policy made of all matches of one content.</summary>
internal sealed record Verdict(IReadOnlyList<Finding> Findings)
{
    public static readonly Verdict Nothing = new([]);

    /// <summary>The heaviest answer.</summary>
    public Outcome Outcome { get; } =
        Findings.Count == 0 ? Outcome.None : Findings.Max(finding => finding.Answer);

    /// <summary>What the answer would be if shadows counted.</summary>
    public Outcome WithShadows { get; } =
        Findings.Count == 0
            ? Outcome.None
            : Findings.Max(finding => finding.IsShadow ? finding.Would : finding.Answer);

    public bool HasShadow { get; } = Findings.Any(finding => finding.IsShadow);

    public bool IsContradiction { get; } =
        Findings.Any(f => f.Answer != Outcome.None && f.Fact.Strength == MatchStrength.Contradiction);

    private IEnumerable<Finding> Deciding => Findings.Where(finding => finding.Answer != Outcome.None);

    public bool NamesNoSuspect => Deciding.Any() && Deciding.All(finding => finding.Fact.NamesNoSuspect);

    public bool IsTest => Deciding.Any() && Deciding.All(finding => finding.Fact.IsTest);
}

/// <summary>
/// From matches to an outcome. Pure: the same matches, policy and situation always give the same.
/// </summary>
internal static class PolicyRules
{
    public const string ByStrengthAlone =
        "Fingerprints that are weak or contradict each other: a person looks";
    public const string NoRule = "No rule holds: a person looks";

    public static Verdict Decide(PolicyDocument policy, Situation where, IReadOnlyList<MatchFact> matches) =>
        matches.Count == 0
            ? Verdict.Nothing
            : new Verdict([.. matches.Select(match => Judge(policy, where, match))]);

    private static Finding Judge(PolicyDocument policy, Situation where, MatchFact match)
    {
        var strength = StrengthOf(match.Strength);
        if (strength is null)
        {
            return Finish(match, null, ByStrengthAlone, match.ListMode, Outcome.Review);
        }
        for (var i = 0; i < policy.Rules.Count; i++)
        {
            var rule = policy.Rules[i];
            if (Holds(rule, where, match.Purpose, strength.Value))
            {
                return Finish(match, i, rule.Name, Weaker(match.ListMode, rule.Mode), rule.Outcome);
            }
        }
        return Finish(match, null, NoRule, match.ListMode, Outcome.Review);
    }

    private static Finding Finish(MatchFact match, int? rule, string name, Mode mode, Outcome outcome)
    {
        var most = (Outcome)Math.Min((int)outcome, (int)Most(match));
        var would = mode switch
        {
            Mode.Off => Outcome.None,
            Mode.Review when most == Outcome.Block => Outcome.Review,
            _ => most,
        };
        return new Finding(match, rule, name, mode, would);
    }

    /// <summary>What no rule goes beyond, whoever wrote it.</summary>
    private static Outcome Most(MatchFact match)
    {
        if (match.Purpose == ListPurpose.Harmless)
        {
            return Outcome.None;
        }
        var isExact = match.Strength is MatchStrength.Exact or MatchStrength.Known;
        return isExact && match.Purpose != ListPurpose.LawEnforcementOnly && match.Doubts == Doubts.None
            ? Outcome.Block
            : Outcome.Review;
    }

    private static bool Holds(PolicyRule rule, Situation where, ListPurpose purpose, RuleStrength strength) =>
        (rule.Surfaces.Count == 0 || rule.Surfaces.Contains(where.Surface))
        && (rule.Jurisdictions.Count == 0 || rule.Jurisdictions.Contains(where.Jurisdiction))
        && (rule.Purposes.Count == 0 || rule.Purposes.Contains(purpose))
        && (rule.Strengths.Count == 0 || rule.Strengths.Contains(strength));

    private static RuleStrength? StrengthOf(MatchStrength strength) =>
        strength switch
        {
            MatchStrength.Similar => RuleStrength.Similar,
            MatchStrength.Exact => RuleStrength.Exact,
            MatchStrength.Known => RuleStrength.Known,
            _ => null,
        };

    private static Mode Weaker(Mode a, Mode b) => a < b ? a : b;
}
