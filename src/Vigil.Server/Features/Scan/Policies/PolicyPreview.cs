using Vigil.Server.Features.Scan.Deciding;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Policies;

/// <summary>One recorded decision, as a preview judges it anew.</summary>
internal sealed record PreviewCase(
    Guid ScanId,
    DateTimeOffset At,
    Situation Where,
    Outcome Was,
    IReadOnlyList<MatchFact> Matches
);

/// <param name="From">What was answered.</param>
/// <param name="To">What the draft would answer.</param>
/// <param name="Count">How often.</param>
internal sealed record PreviewCount(Outcome From, Outcome To, int Count)
{
    public bool IsChange => From != To;
}

/// <param name="Rule">What decides now, by name.</param>
internal sealed record PreviewChange(
    Guid ScanId,
    DateTimeOffset At,
    string Surface,
    Outcome From,
    Outcome To,
    string Rule
);

/// <summary>
/// What a draft would have answered to what was answered lately. Only what matched is recorded, so only that can
/// be judged anew: where a rule is "off" now, or a list was, nothing stands.
/// </summary>
internal sealed record PolicyPreview
{
    /// <summary>Decisions looked at, the latest.</summary>
    public const int MaxDecisions = 2_000;

    /// <summary>Changes shown one by one.</summary>
    public const int MaxShown = 100;

    public required int Decisions { get; init; }
    public required int Changed { get; init; }
    public required IReadOnlyList<PreviewCount> Counts { get; init; }
    public required IReadOnlyList<PreviewChange> Changes { get; init; }

    public static PolicyPreview Of(PolicyDocument draft, IReadOnlyList<PreviewCase> cases)
    {
        var judged = cases.Select(one =>
            (One: one, Verdict: PolicyRules.Decide(draft, one.Where, one.Matches))
        );
        var all = judged.ToList();
        var changed = all.Where(item => item.Verdict.Outcome != item.One.Was).ToList();
        return new PolicyPreview
        {
            Decisions = cases.Count,
            Changed = changed.Count,
            Counts =
            [
                .. all.GroupBy(item => (item.One.Was, item.Verdict.Outcome))
                    .Select(group => new PreviewCount(group.Key.Was, group.Key.Outcome, group.Count()))
                    .OrderByDescending(count => count.IsChange)
                    .ThenBy(count => count.From)
                    .ThenBy(count => count.To),
            ],
            Changes =
            [
                .. changed
                    .Take(MaxShown)
                    .Select(item => new PreviewChange(
                        item.One.ScanId,
                        item.One.At,
                        Surfaces.NameOf(item.One.Where.Surface),
                        item.One.Was,
                        item.Verdict.Outcome,
                        item.Verdict.Findings.MaxBy(finding => finding.Would)?.RuleName ?? ""
                    )),
            ],
        };
    }

    /// <summary>The latest decisions, those of shadows included, with what they rested on.</summary>
    public static async Task<IReadOnlyList<PreviewCase>> RecentAsync(Tx tx)
    {
        var rows = await tx.QueryAsync<Row>(
            """
            select id, at, surface, jurisdiction, outcome, why from decision
            where tenant = @tenant order by at desc, id desc limit @most
            """,
            new { most = MaxDecisions }
        );
        return
        [
            .. rows.Select(row => new PreviewCase(
                row.Id,
                row.At,
                new Situation(Enum.Parse<Surface>(row.Surface), row.Jurisdiction),
                Enum.Parse<Outcome>(row.Outcome),
                [.. WhyRecord.Open(tx.Secrets, row.Id, row.Why).Findings.Select(finding => finding.Fact)]
            )),
        ];
    }

    private sealed class Row
    {
        public Guid Id { get; init; }
        public DateTimeOffset At { get; init; }
        public string Surface { get; init; } = "";
        public string Jurisdiction { get; init; } = "";
        public string Outcome { get; init; } = "";
        public byte[] Why { get; init; } = [];
    }
}
