using Vigil.Matching;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Deciding;

/// <summary>What a decision rests on, for who asks what must be seen of it.</summary>
internal static class AnswerMatchFacts
{
    public static async Task<MatchFacts> AnswerAsync(Tx tx, MatchFactsWanted wanted)
    {
        var row = await tx.FindAsync<Row>(
            "select id, why, sha256_blind from decision where tenant = @tenant and id = @id",
            new { id = wanted.DecisionId }
        );
        return row is null ? new MatchFacts(false, []) : Of(tx, row);
    }

    public static async Task<CaseMatchFacts> AnswerAsync(Tx tx, CaseMatchFactsWanted wanted)
    {
        var rows = await tx.QueryAsync<Row>(
            """
            select i.item_id, d.id, d.why, d.sha256_blind from case_item_overview i
            join decision d on d.tenant = i.tenant and d.id = i.decision_id
            where i.tenant = @tenant and i.case_ref = @reference
            """,
            new { reference = wanted.Case.Value }
        );
        return new CaseMatchFacts(rows.ToDictionary(row => row.ItemId, row => Of(tx, row)));
    }

    /// <summary>As lists say it: whether a person's look still stands is asked when it matters.</summary>
    private static MatchFacts Of(Tx tx, Row row)
    {
        var facts = WhyRecord
            .Open(tx.Secrets, row.Id, row.Why)
            .Findings.Select(finding => finding.Fact)
            .ToList();
        return new MatchFacts(
            facts.Any(fact => fact.Listed >= MatchStrength.Exact),
            [.. facts.Select(fact => new EntryKey(fact.ListId, fact.EntryId)).Distinct()]
        )
        {
            FileDigest = row.Sha256Blind,
        };
    }

    private sealed class Row
    {
        public Guid ItemId { get; init; }
        public Guid Id { get; init; }
        public byte[] Why { get; init; } = [];
        public byte[]? Sha256Blind { get; init; }
    }
}
