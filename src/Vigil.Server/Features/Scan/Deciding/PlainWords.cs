using Vigil.Matching;
using Vigil.Matching.Lists;
using Vigil.Server.Features.Scan.Policies;

namespace Vigil.Server.Features.Scan.Deciding;

/// <summary>Decisions and their reasons as people say them; no values, no names of lists unless given.</summary>
internal static class PlainWords
{
    /// <summary>One sentence for the queue.</summary>
    public static string Summary(Verdict verdict)
    {
        var deciding = verdict.Findings.Where(finding => finding.Answer != Outcome.None).ToList();
        var heaviest = Heaviest(verdict);
        var purposes = deciding
            .Select(finding => ListPurposes.NameOf(finding.Fact.Purpose))
            .Distinct()
            .Order(StringComparer.Ordinal);
        return $"{Strength(heaviest)}; lists: {string.Join(", ", purposes)}.";
    }

    /// <summary>The match that weighs most in a verdict that says something.</summary>
    public static MatchFact Heaviest(Verdict verdict) =>
        verdict
            .Findings.Where(finding => finding.Answer != Outcome.None)
            .MaxBy(finding => (finding.Answer, finding.Fact.Strength))!
            .Fact;

    /// <summary>Empty for what a scan found itself.</summary>
    public static string FoundBy(HuntedWhy? hunt) =>
        hunt is null ? "" : $" Found by a retro-hunt; uploaded {hunt.ScannedAt:u}.";

    public static string Strength(MatchFact fact) =>
        fact.Strength switch
        {
            MatchStrength.Known when fact.Seen is not null =>
                "The same as a file that was seen whole here and confirmed",
            MatchStrength.Known => "The same as an entry of an attested list",
            MatchStrength.Exact => "The same as an entry of a list",
            MatchStrength.Similar when fact.By.HasFlag(MatchedBy.Domain) => "An address of a listed domain",
            MatchStrength.Similar => "A picture similar to an entry of a list",
            MatchStrength.Contradiction => "Fingerprints that contradict those of an entry",
            _ => "One weak digest equal to an entry's",
        };

    /// <summary>
    /// "SHA-256 equal to an entry of list “demo”"; where a person's look makes it known, when and in which case.
    /// </summary>
    /// <param name="fact">What matched.</param>
    /// <param name="list">The list's name.</param>
    /// <param name="named">Cases that the reader may be told of; another one is not named.</param>
    public static string Match(MatchFact fact, string list, IReadOnlySet<string> named)
    {
        var equal = new List<string>();
        Add(MatchedBy.Sha256, "SHA-256");
        Add(MatchedBy.Sha1, "SHA-1");
        Add(MatchedBy.Md5, "MD5");
        Add(MatchedBy.Url, "The address");
        Add(MatchedBy.Domain, "The domain of the address");
        var parts = new List<string>();
        if (equal.Count > 0)
        {
            parts.Add($"{string.Join(" and ", equal)} equal to an entry of list “{list}”");
        }
        if (fact.DistanceBits is { } distance)
        {
            parts.Add(
                $"{Picture(fact)} within {distance} of 256 bits of an entry of list “{list}”{Seconds(fact)}"
            );
        }
        if (parts.Count == 0)
        {
            parts.Add($"An entry of list “{list}”");
        }
        if (fact.Seen is { } seen)
        {
            parts.Add(
                $"an equal file was seen whole here and confirmed on {seen.At:yyyy-MM-dd HH:mm} UTC "
                    + (named.Contains(seen.CaseRef) ? $"in case {seen.CaseRef}" : "in another case")
            );
        }
        return string.Join("; ", parts);

        void Add(MatchedBy part, string name)
        {
            if (fact.By.HasFlag(part))
            {
                equal.Add(name);
            }
        }
    }

    /// <summary>"Rule 2, “Similar pictures”, says review".</summary>
    public static string Rule(Finding finding)
    {
        var rule = finding.Rule is { } index
            ? $"Rule {index + 1}, “{finding.RuleName}”,"
            : $"“{finding.RuleName}”";
        var says = finding.IsShadow
            ? $"would say {PolicyText.Word(finding.Would)}, but runs in shadow"
            : $"says {PolicyText.Word(finding.Answer)}";
        return $"{rule} {says}{Cap(finding.Fact)}.";
    }

    private static string Cap(MatchFact fact)
    {
        if (fact.Doubts == Doubts.None)
        {
            return "";
        }
        var doubts = Enum.GetValues<Doubts>().Where(d => d != Doubts.None && fact.Doubts.HasFlag(d));
        return $" (the list is {string.Join(", ", doubts.Select(Doubt))}: review at most)";
    }

    private static string Doubt(Doubts doubt) =>
        doubt switch
        {
            Doubts.SelfDeclared => "self-declared",
            Doubts.SingleSource => "of a single source",
            Doubts.Disputed => "disputed",
            _ => "stale",
        };

    private static string Picture(MatchFact fact) =>
        fact.Segments is not null ? "Frames of the video"
        : fact.PictureKind is { Length: > 0 } kind ? $"The picture ({kind})"
        : fact is { PictureKind: null, Picture: > 0 } ? $"View {fact.Picture + 1} of the picture"
        : "The picture";

    /// <summary>", at 3.0 to 5.0 s, 9.0 s".</summary>
    private static string Seconds(MatchFact fact) =>
        fact.Segments is not { Count: > 0 } segments
            ? ""
            : ", at "
                + string.Join(
                    ", ",
                    segments.Select(segment =>
                        segment.FromSeconds == segment.ToSeconds
                            ? $"{segment.FromSeconds:F1} s"
                            : $"{segment.FromSeconds:F1} to {segment.ToSeconds:F1} s"
                    )
                );
}
