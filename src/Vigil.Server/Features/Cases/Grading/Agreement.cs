using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Grading;

/// <param name="Taxonomy">As "a1-b2"; or a fact's name.</param>
/// <param name="Pairs">Items that two people graded apart from each other.</param>
/// <param name="Same">Of these, where both said the same.</param>
/// <param name="Percent">Null: no pair.</param>
/// <param name="Kappa">Cohen's: agreement beyond chance; null: not defined, as where everybody says one thing.</param>
public sealed record AgreementRow(
    string Taxonomy,
    int Pairs,
    int Same,
    double? Percent,
    double? Kappa,
    IReadOnlyList<CodeCount> Codes
);

/// <summary>How often the first, the second, and both gave a code.</summary>
public sealed record CodeCount(string Code, int First, int Second, int Both);

public sealed record AgreementAnswer(
    IReadOnlyList<AgreementRow> Taxonomies,
    IReadOnlyList<AgreementRow> Facts
);

/// <summary>
/// GET /v1/grading/agreement: how far first and second opinions agree. J. Cohen, A coefficient of agreement for nominal
/// scales, Educational and Psychological Measurement 20 (1960), 37-46.
/// </summary>
internal static class Agreement
{
    private const int MostPairs = 10_000;

    public static async Task<AgreementAnswer> ReadAsync(Tx tx)
    {
        var first = await RoundAsync(tx, 1);
        var second = (await RoundAsync(tx, 2)).ToDictionary(grade => grade.ItemId);
        var pairs = first
            .Where(grade => second.ContainsKey(grade.ItemId))
            .Select(grade => (grade.Facts, second[grade.ItemId].Facts))
            .ToList();
        return Of(pairs);
    }

    public static AgreementAnswer Of(IReadOnlyList<(GradeFacts First, GradeFacts Second)> pairs)
    {
        var derived = pairs
            .Select(pair => (First: Taxonomies.Derive(pair.First), Second: Taxonomies.Derive(pair.Second)))
            .ToList();
        var byTaxonomy = Taxonomies.All.Select(
            (taxonomy, index) =>
                RowOf(
                    taxonomy.Name,
                    [.. derived.Select(pair => (pair.First[index].Text, pair.Second[index].Text))]
                )
        );
        var facts = pairs.Select(pair => (First: pair.First.ByName, Second: pair.Second.ByName)).ToList();
        var names = new GradeFacts
        {
            Age = default,
            Activity = default,
            Depiction = default,
        }
            .ByName
            .Keys;
        var byFact = names.Select(name =>
            RowOf(name, [.. facts.Select(pair => (pair.First[name], pair.Second[name]))])
        );
        return new AgreementAnswer([.. byTaxonomy], [.. byFact]);
    }

    private static AgreementRow RowOf(string name, IReadOnlyList<(string First, string Second)> pairs)
    {
        var codes = pairs
            .SelectMany(pair => new[] { pair.First, pair.Second })
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Select(code => new CodeCount(
                code,
                pairs.Count(pair => pair.First == code),
                pairs.Count(pair => pair.Second == code),
                pairs.Count(pair => pair.First == code && pair.Second == code)
            ))
            .ToList();
        var (count, same) = (pairs.Count, codes.Sum(code => code.Both));
        double n = count;
        var byChance = count == 0 ? 1 : codes.Sum(code => code.First / n * (code.Second / n));
        return new AgreementRow(
            name,
            count,
            same,
            count == 0 ? null : Math.Round(100 * same / n, 1),
            byChance >= 1 ? null : Math.Round(((same / n) - byChance) / (1 - byChance), 3),
            codes
        );
    }

    private static Task<IReadOnlyList<Grade>> RoundAsync(Tx tx, int round) =>
        tx.QueryAsync<Grade>(
            $"""
            select {Grade.Columns} from case_grade
            where tenant = @tenant and round = @round and is_current and item_id in (
                select item_id from case_opinion where tenant = @tenant and round = 2 and state = 'Given')
            order by at desc limit {MostPairs}
            """,
            new { round }
        );
}
