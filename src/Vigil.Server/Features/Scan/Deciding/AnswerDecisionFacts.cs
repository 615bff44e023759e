using Vigil.Matching.Lists;
using Vigil.Server.Features.Scan.Policies;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Deciding;

/// <summary>The cases ask what their decisions rest on: lists and distances, no values.</summary>
internal static class AnswerDecisionFacts
{
    public static async Task<DecisionFacts> AnswerAsync(Tx tx, DecisionFactsWanted wanted)
    {
        var names = await ListNames.ReadAsync(tx);
        var read = new List<(Guid Id, Row Row, WhyRecord Why)>();
        foreach (var id in wanted.Decisions)
        {
            var row = await tx.FindAsync<Row>(
                """
                select at, state, policy_version, list_generation, why from decision
                where tenant = @tenant and id = @id
                """,
                new { id }
            );
            if (row is not null)
            {
                read.Add((id, row, WhyRecord.Open(tx.Secrets, id, row.Why)));
            }
        }
        var named = await ToldDecisions.NamedAsync(tx, read.SelectMany(one => one.Why.Findings));
        return new DecisionFacts([.. read.Select(one => FactOf(one.Id, one.Row, one.Why, names, named))]);
    }

    private static DecisionFact FactOf(
        Guid id,
        Row row,
        WhyRecord why,
        IReadOnlyDictionary<Guid, string> names,
        IReadOnlySet<string> named
    ) =>
        new(
            id,
            row.At,
            PolicyText.Word(row.State),
            row.PolicyVersion,
            row.ListGeneration,
            [
                .. why.Findings.Select(finding =>
                {
                    var list = names.GetValueOrDefault(finding.Fact.ListId, "a list that is gone");
                    return new MatchedList(
                        finding.Fact.ListId,
                        list,
                        ListPurposes.NameOf(finding.Fact.Purpose),
                        PolicyText.Word(finding.Fact.Strength),
                        finding.Fact.DistanceBits,
                        $"{PlainWords.Match(finding.Fact, list, named)}. {PlainWords.Rule(finding)}"
                    )
                    {
                        EntryId = finding.Fact.EntryId,
                    };
                }),
            ]
        );

    private sealed class Row
    {
        public DateTimeOffset At { get; init; }
        public DecisionState State { get; init; }
        public long PolicyVersion { get; init; }
        public long ListGeneration { get; init; }
        public byte[] Why { get; init; } = [];
    }
}
