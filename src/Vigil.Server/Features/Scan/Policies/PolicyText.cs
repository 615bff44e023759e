using System.Text.Json;
using System.Text.Json.Serialization;
using Vigil.Matching.Lists;
using Vigil.Server.Features.Scan.Deciding;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Policies;

/// <summary>A policy as people and programs write it; closed words, all of them checked.</summary>
internal sealed record PolicyBody
{
    public required IReadOnlyList<RuleText> Rules { get; init; }
}

/// <summary>One rule as text. Empty or absent conditions hold always.</summary>
internal sealed record RuleText
{
    public required string Name { get; init; }
    public IReadOnlyList<string> Surfaces { get; init; } = [];
    public IReadOnlyList<string> Jurisdictions { get; init; } = [];
    public IReadOnlyList<string> Purposes { get; init; } = [];
    public IReadOnlyList<string> Strengths { get; init; } = [];

    /// <summary>off, shadow, review or enforce.</summary>
    public required string Mode { get; init; }

    /// <summary>none, review or block.</summary>
    public required string Outcome { get; init; }
}

/// <summary>Between the text of a policy and its document.</summary>
internal static class PolicyText
{
    public const int MaxRules = 100;
    public const int MaxNameCharacters = 120;
    public const int MaxBytes = 64 * 1024;

    private static readonly JsonSerializerOptions Indented = new(Plumbing.Strict)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Reads stored JSON.</summary>
    public static PolicyDocument Read(string json) =>
        Parse(JsonSerializer.Deserialize<PolicyBody>(json, Plumbing.Strict)!, []);

    /// <summary>Reads what a person wrote: null, and every problem, when it is no policy.</summary>
    public static PolicyDocument? TryRead(string json, List<string> problems)
    {
        if (json.Length > MaxBytes)
        {
            problems.Add($"A policy has at most {MaxBytes} characters.");
            return null;
        }
        try
        {
            var text = JsonSerializer.Deserialize<PolicyBody>(json, Plumbing.Strict);
            var document = text is null ? null : Parse(text, problems);
            return problems.Count == 0 ? document : null;
        }
        catch (JsonException e)
        {
            problems.Add(
                $"The text is not a policy at {e.Path ?? "$"}, line {(e.LineNumber ?? 0) + 1}: "
                    + "look at the active one for its form."
            );
            return null;
        }
    }

    /// <exception cref="ProblemException">With every problem.</exception>
    public static PolicyDocument Checked(PolicyBody text)
    {
        var problems = new List<string>();
        var document = Parse(text, problems);
        return problems.Count == 0
            ? document
            : throw ProblemException.BadRequest("bad_policy", string.Join(" ", problems));
    }

    /// <exception cref="ProblemException">It has none.</exception>
    public static string CheckedTitle(string title) =>
        IsName(title)
            ? title
            : throw ProblemException.BadRequest(
                "bad_policy",
                $"A title has 1 to {MaxNameCharacters} printable characters."
            );

    public static string Write(PolicyDocument document) => JsonSerializer.Serialize(Of(document), Indented);

    public static PolicyBody Of(PolicyDocument document) => new() { Rules = [.. document.Rules.Select(Of)] };

    private static RuleText Of(PolicyRule rule) =>
        new()
        {
            Name = rule.Name,
            Surfaces = [.. rule.Surfaces.Select(Surfaces.NameOf).Order(StringComparer.Ordinal)],
            Jurisdictions = [.. rule.Jurisdictions.Order(StringComparer.Ordinal)],
            Purposes = [.. rule.Purposes.Select(ListPurposes.NameOf).Order(StringComparer.Ordinal)],
            Strengths = [.. rule.Strengths.Select(Word).Order(StringComparer.Ordinal)],
            Mode = Word(rule.Mode),
            Outcome = Word(rule.Outcome),
        };

    /// <summary>Closed words as they stand in requests and answers.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static PolicyDocument Parse(PolicyBody text, List<string> problems)
    {
        if (text.Rules.Count is 0 or > MaxRules)
        {
            problems.Add($"A policy has 1 to {MaxRules} rules.");
            return new PolicyDocument([]);
        }
        return new PolicyDocument([
            .. text.Rules.Select((rule, index) => Parse(rule, $"Rule {index + 1}", problems)),
        ]);
    }

    private static PolicyRule Parse(RuleText text, string where, List<string> problems)
    {
        if (!IsName(text.Name))
        {
            problems.Add($"{where}: a name has 1 to {MaxNameCharacters} printable characters.");
        }
        var rule = new PolicyRule
        {
            Name = text.Name,
            Surfaces = Set<Surface>(text.Surfaces, Surfaces.TryParse, "surface", Surfaces.Names),
            Jurisdictions = text.Jurisdictions.ToHashSet(StringComparer.Ordinal),
            Purposes = Set<ListPurpose>(text.Purposes, TryPurpose, "purpose", ListPurposes.Names),
            Strengths = Set<RuleStrength>(text.Strengths, TryWord, "strength", Words<RuleStrength>()),
            Mode = One<Mode>(text.Mode, "mode", Words<Mode>()),
            Outcome = One<Outcome>(text.Outcome, "outcome", ["none", "review", "block"]),
        };
        if (!rule.Jurisdictions.All(IsCountry))
        {
            problems.Add($"{where}: a jurisdiction is two capital letters, as \"DE\" (ISO 3166-1).");
        }
        var onlyExact = rule.Strengths.Count > 0 && !rule.Strengths.Contains(RuleStrength.Similar);
        if (rule.Outcome == Outcome.Block && !onlyExact)
        {
            problems.Add(
                $"{where}: only the same file is blocked: "
                    + "name strengths, of \"exact\" and \"known\", or let a person review."
            );
        }
        return rule;

        HashSet<T> Set<T>(
            IReadOnlyList<string> names,
            TryParse<T> parse,
            string what,
            IEnumerable<string> all
        )
        {
            var set = new HashSet<T>();
            foreach (var name in names)
            {
                if (parse(name, out var value))
                {
                    set.Add(value);
                }
                else
                {
                    problems.Add($"{where}: an unknown {what}. There are: {string.Join(", ", all)}.");
                }
            }
            return set;
        }

        T One<T>(string name, string what, IReadOnlyCollection<string> all)
            where T : struct, Enum
        {
            if (all.Contains(name) && TryWord<T>(name, out var value))
            {
                return value;
            }
            problems.Add($"{where}: an unknown {what}. There are: {string.Join(", ", all)}.");
            return default;
        }
    }

    private delegate bool TryParse<T>(string name, out T value);

    private static bool TryPurpose(string name, out ListPurpose purpose) =>
        ListPurposes.TryParse(name.Replace('_', '-'), out purpose, out _);

    private static bool TryWord<T>(string name, out T value)
        where T : struct, Enum
    {
        foreach (var known in Enum.GetValues<T>())
        {
            if (Word(known) == name)
            {
                value = known;
                return true;
            }
        }
        value = default;
        return false;
    }

    private static string[] Words<T>()
        where T : struct, Enum => [.. Enum.GetValues<T>().Select(Word)];

    /// <summary>Names of rules and titles of policies.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= MaxNameCharacters
        && !string.IsNullOrWhiteSpace(name)
        && !name.Any(char.IsControl);

    private static bool IsCountry(string code) => code.Length == 2 && code.All(char.IsAsciiLetterUpper);
}
