using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>
/// What ICCAM asks of each address, from the facts that graders agreed on (<see cref="ReportDraft.Extra"/>, "fact.age"
/// and so on) by the taxonomy "iccam". Numbers as AbuseIO's SCART uses them; those of yes and no stand in ICCAM's own
/// reference lists and are given by the hotline.
/// </summary>
internal static class IccamAssessment
{
    public const string FactPrefix = "fact.";
    public const string Gender = "iccam.gender";
    public const string Virtual = "iccam.virtual";
    public const string UserGenerated = "iccam.userGenerated";
    public const string Modelling = "iccam.childModeling";

    /// <summary>Not illegal: not a matter for ICCAM.</summary>
    public const int Ignore = 4;

    private const int NotSaid = 1;
    private const string Data = "Features/Cases/Grading/Data/iccam.json";

    private static readonly Rule[] Rules = Read();

    /// <summary>1 baseline, 2 national, 4 ignore; null: the facts that tell are not there.</summary>
    public static int? ClassificationOf(ReportDraft draft)
    {
        var rule = FactOf(draft, "age").Length == 0 ? null : Array.Find(Rules, each => each.Holds(draft));
        return rule is { Code: { } code } ? int.Parse(code, CultureInfo.InvariantCulture) : null;
    }

    public static JsonObject? Of(ReportDraft draft) =>
        ClassificationOf(draft) is not { } classification
            ? null
            : new JsonObject
            {
                ["assessingAnalystName"] = draft.Extra.GetValueOrDefault(IccamDestination.Analyst),
                ["classification"] = classification,
                ["ageCategorization"] = AgeOf(draft),
                ["genderCategorization"] = NumberOf(draft, Gender, 1, 4),
                ["virtualContentCategorization"] = NumberOf(draft, Virtual, 1, 9),
                ["userGeneratedContentCategorization"] = NumberOf(draft, UserGenerated, 1, 9),
                ["childModelingCategorization"] = NumberOf(draft, Modelling, 1, 9),
            };

    private static int AgeOf(ReportDraft draft) =>
        FactOf(draft, "infant") == "yes"
            ? 2
            : FactOf(draft, "age") switch
            {
                "prepubescent" => 3,
                "pubescent" => 4,
                _ => NotSaid,
            };

    public static int NumberOf(ReportDraft draft, string extra, int least, int most) =>
        int.TryParse(
            draft.Extra.GetValueOrDefault(extra),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number
        )
        && number >= least
        && number <= most
            ? number
            : NotSaid;

    private static string FactOf(ReportDraft draft, string fact) =>
        draft.Extra.GetValueOrDefault(FactPrefix + fact) ?? "";

    private static Rule[] Read()
    {
        using var stream = typeof(IccamAssessment).Assembly.GetManifestResourceStream(Data)!;
        using var json = JsonDocument.Parse(stream);
        return
        [
            .. json
                .RootElement.GetProperty("rules")
                .EnumerateArray()
                .Select(rule => new Rule(
                    rule.GetProperty("when")
                        .EnumerateObject()
                        .ToDictionary(
                            fact => fact.Name,
                            fact => fact.Value.EnumerateArray().Select(word => word.GetString()!).ToHashSet()
                        ),
                    rule.GetProperty("codes")
                        .EnumerateArray()
                        .Select(code => code.GetString())
                        .FirstOrDefault()
                )),
        ];
    }

    private sealed record Rule(Dictionary<string, HashSet<string>> When, string? Code)
    {
        public bool Holds(ReportDraft draft) =>
            When.All(fact => fact.Value.Contains(FactOf(draft, fact.Key)));
    }
}
