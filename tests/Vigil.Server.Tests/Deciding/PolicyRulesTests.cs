using FsCheck;
using FsCheck.Fluent;
using Vigil.Matching;
using Vigil.Matching.Lists;
using Vigil.Server.Features.Scan.Deciding;
using Vigil.Server.Features.Scan.Policies;
using Vigil.Trust;
using Outcome = Vigil.Server.Features.Scan.Deciding.Outcome;

namespace Vigil.Server.Tests.Deciding;

public class PolicyRulesTests
{
    private static readonly string[] Countries = ["", "DE", "US"];

    private static readonly Gen<MatchFact> Facts =
        from strength in Gen.Elements(Enum.GetValues<MatchStrength>())
        from purpose in Gen.Elements(Enum.GetValues<ListPurpose>())
        from mode in Gen.Elements(Enum.GetValues<Mode>())
        from doubts in Gen.Elements(Doubts.None, Doubts.None, Doubts.SelfDeclared, Doubts.Stale)
        select new MatchFact
        {
            ListId = Guid.Empty,
            EntryId = Guid.Empty,
            Strength = strength,
            Purpose = purpose,
            ListMode = mode,
            Doubts = doubts,
        };

    private static readonly Gen<PolicyRule> Rules =
        from surfaces in Gen.SubListOf(Surface.PublicPost, Surface.Email)
        from countries in Gen.SubListOf("DE", "US")
        from purposes in Gen.SubListOf(ListPurpose.KnownCsam, ListPurpose.Harmless, ListPurpose.Exploitative)
        from strengths in Gen.SubListOf(RuleStrength.Similar, RuleStrength.Exact, RuleStrength.Known)
        from mode in Gen.Elements(Enum.GetValues<Mode>())
        from outcome in Gen.Elements(Outcome.None, Outcome.Review, Outcome.Block)
        select new PolicyRule
        {
            Name = "made",
            Surfaces = surfaces.ToHashSet(),
            Jurisdictions = countries.ToHashSet(StringComparer.Ordinal),
            Purposes = purposes.ToHashSet(),
            Strengths = strengths.ToHashSet(),
            Mode = mode,
            Outcome = outcome,
        };

    private static readonly Gen<(PolicyDocument Policy, Situation Where, List<MatchFact> Matches)> Cases =
        from rules in Rules.ListOf()
        from surface in Gen.Elements(Surface.PublicPost, Surface.Email, Surface.Profile)
        from country in Gen.Elements(Countries)
        from matches in Facts.NonEmptyListOf()
        select (new PolicyDocument([.. rules.Take(20)]), new Situation(surface, country), matches.ToList());

    [Fact(Timeout = 60_000)]
    public async Task The_rules_say_what_their_sentences_say() =>
        await HoldsAsync(
            (policy, where, matches) =>
                PolicyRules.Decide(policy, where, matches).Outcome
                == matches.Max(match => Slow(policy, where, match).Answer)
        );

    [Fact(Timeout = 60_000)]
    public async Task Nothing_is_blocked_that_is_not_the_same_file() =>
        await HoldsAsync(
            (policy, where, matches) =>
                PolicyRules.Decide(policy, where, matches).Outcome != Outcome.Block
                || matches.Any(match => match.Strength is MatchStrength.Exact or MatchStrength.Known)
        );

    [Fact(Timeout = 60_000)]
    public async Task A_shadow_never_changes_an_answer() =>
        await HoldsAsync(
            (policy, where, matches) =>
            {
                var shadowed = matches.Select(match => match with { ListMode = Mode.Shadow });
                var alone = PolicyRules.Decide(policy, where, [.. shadowed]);
                var both = PolicyRules.Decide(policy, where, [.. matches, .. shadowed]);
                return alone.Outcome == Outcome.None
                    && both.Outcome == PolicyRules.Decide(policy, where, matches).Outcome;
            }
        );

    [Fact(Timeout = 60_000)]
    public async Task A_stronger_mode_of_a_list_never_gives_a_weaker_answer() =>
        await HoldsAsync(
            (policy, where, matches) =>
                Enum.GetValues<Mode>()
                    .Select(mode =>
                        PolicyRules
                            .Decide(
                                policy,
                                where,
                                [.. matches.Select(match => match with { ListMode = mode })]
                            )
                            .Outcome
                    )
                    .Pairwise()
                    .All(pair => pair.Item1 <= pair.Item2)
        );

    [Fact(Timeout = 60_000)]
    public async Task A_stronger_mode_of_all_rules_never_gives_a_weaker_answer() =>
        await HoldsAsync(
            (policy, where, matches) =>
                Enum.GetValues<Mode>()
                    .Select(mode =>
                        PolicyRules
                            .Decide(
                                new PolicyDocument([
                                    .. policy.Rules.Select(rule => rule with { Mode = mode }),
                                ]),
                                where,
                                matches
                            )
                            .Outcome
                    )
                    .Pairwise()
                    .All(pair => pair.Item1 <= pair.Item2)
        );

    [Fact(Timeout = 60_000)]
    public async Task A_policy_reads_back_as_it_was_written() =>
        await HoldsAsync(
            (policy, _, _) =>
            {
                var valid = policy.Rules.Select(rule =>
                    rule with
                    {
                        Strengths =
                            rule.Outcome == Outcome.Block
                                ? new HashSet<RuleStrength> { RuleStrength.Known }
                                : rule.Strengths,
                    }
                );
                var document = new PolicyDocument([.. valid, .. PolicyDocument.Default.Rules]);
                var problems = new List<string>();
                var read = PolicyText.TryRead(PolicyText.Write(document), problems);
                return problems.Count == 0 && PolicyText.Write(read!) == PolicyText.Write(document);
            }
        );

    [Fact]
    public void The_default_policy_has_an_outcome_for_every_combination_and_blocks_attested_files_only()
    {
        foreach (var strength in Enum.GetValues<MatchStrength>())
        {
            foreach (var purpose in Enum.GetValues<ListPurpose>())
            {
                foreach (var surface in Enum.GetValues<Surface>())
                {
                    var fact = new MatchFact
                    {
                        ListId = Guid.Empty,
                        EntryId = Guid.Empty,
                        Strength = strength,
                        Purpose = purpose,
                        ListMode = Mode.Enforce,
                    };
                    var expected =
                        purpose == ListPurpose.Harmless ? Outcome.None
                        : purpose == ListPurpose.LawEnforcementOnly ? Outcome.Review
                        : strength == MatchStrength.Known ? Outcome.Block
                        : Outcome.Review;
                    var verdict = PolicyRules.Decide(
                        PolicyDocument.Default,
                        new Situation(surface, "DE"),
                        [fact]
                    );
                    Assert.Equal(expected, verdict.Outcome);
                }
            }
        }
    }

    /// <summary>The rules once more, as one table of sentences; shares nothing with the product's.</summary>
    private static (Outcome Answer, bool IsShadow) Slow(
        PolicyDocument policy,
        Situation where,
        MatchFact match
    )
    {
        var strength = match.Strength switch
        {
            MatchStrength.Similar => RuleStrength.Similar,
            MatchStrength.Exact => RuleStrength.Exact,
            MatchStrength.Known => RuleStrength.Known,
            _ => (RuleStrength?)null,
        };
        var rule = strength is null
            ? null
            : policy
                .Rules.Where(r => r.Surfaces.Count == 0 || r.Surfaces.Contains(where.Surface))
                .Where(r => r.Jurisdictions.Count == 0 || r.Jurisdictions.Contains(where.Jurisdiction))
                .Where(r => r.Purposes.Count == 0 || r.Purposes.Contains(match.Purpose))
                .FirstOrDefault(r => r.Strengths.Count == 0 || r.Strengths.Contains(strength.Value));
        var modes = new[] { match.ListMode, rule?.Mode ?? Mode.Enforce };
        var outcome = rule?.Outcome ?? Outcome.Review;
        if (match.Purpose == ListPurpose.Harmless || modes.Contains(Mode.Off) || modes.Contains(Mode.Shadow))
        {
            return (Outcome.None, modes.Contains(Mode.Shadow));
        }
        var mayBlock =
            strength is RuleStrength.Exact or RuleStrength.Known
            && match.Purpose != ListPurpose.LawEnforcementOnly
            && match.Doubts == Doubts.None
            && !modes.Contains(Mode.Review);
        return (outcome == Outcome.Block && !mayBlock ? Outcome.Review : outcome, false);
    }

    private static async Task HoldsAsync(Func<PolicyDocument, Situation, List<MatchFact>, bool> property)
    {
        await Task.Yield();
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(500),
            Prop.ForAll(Cases.ToArbitrary(), one => property(one.Policy, one.Where, one.Matches))
        );
    }
}

internal static class Pairs
{
    public static IEnumerable<(T, T)> Pairwise<T>(this IEnumerable<T> items)
    {
        var list = items.ToList();
        return list.Zip(list.Skip(1));
    }
}
