namespace Vigil.Server.Features.Cases.Grading;

/// <summary>
/// A taxonomy as data: rules in order, the first that holds gives the codes. The derivation is this project's
/// reading of the crosswalk, not a published table; edit the file, and its tests say what changed.
/// </summary>
/// <param name="Name">As "a1-b2".</param>
/// <param name="Title">For people.</param>
/// <param name="Source">What it was read from.</param>
public sealed record Taxonomy(
    string Name,
    string Title,
    string Source,
    IReadOnlyList<TaxonomyRule> Rules,
    IReadOnlyList<Annotation> Annotations
);

/// <param name="When">Fact to words it may have; all must hold.</param>
/// <param name="Codes">One, or several where the facts do not tell them apart; none: no code.</param>
public sealed record TaxonomyRule(
    IReadOnlyDictionary<string, IReadOnlyList<string>> When,
    IReadOnlyList<string> Codes
);

/// <summary>Said beside the code.</summary>
public sealed record Annotation(IReadOnlyDictionary<string, IReadOnlyList<string>> When, string Word);

/// <param name="Codes">None: the taxonomy has no code for it.</param>
public sealed record DerivedCode(
    string Taxonomy,
    string Title,
    IReadOnlyList<string> Codes,
    IReadOnlyList<string> Annotations
)
{
    /// <summary>For comparison: "1", "9-10", "none".</summary>
    public string Text => Codes.Count == 0 ? "none" : string.Join('-', Codes);
}

internal static class Taxonomies
{
    private const string Folder = "Features/Cases/Grading/Data/";

    public static IReadOnlyList<Taxonomy> All { get; } =
    [
        .. CaseData
            .NamesIn(Folder)
            .Select(CaseData.Read<Taxonomy>)
            .OrderBy(taxonomy => taxonomy.Name, StringComparer.Ordinal),
    ];

    public static IReadOnlyList<DerivedCode> Derive(GradeFacts facts)
    {
        var words = facts.ByName;
        return [.. All.Select(taxonomy => Derive(taxonomy, words))];
    }

    private static DerivedCode Derive(Taxonomy taxonomy, IReadOnlyDictionary<string, string> words) =>
        new(
            taxonomy.Name,
            taxonomy.Title,
            taxonomy.Rules.FirstOrDefault(rule => Holds(rule.When, words))?.Codes ?? [],
            [.. taxonomy.Annotations.Where(note => Holds(note.When, words)).Select(note => note.Word)]
        );

    private static bool Holds(
        IReadOnlyDictionary<string, IReadOnlyList<string>> when,
        IReadOnlyDictionary<string, string> words
    ) => when.All(fact => fact.Value.Contains(words[fact.Key], StringComparer.Ordinal));
}
