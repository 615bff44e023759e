using Vigil.Matching;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Deciding;

/// <summary>What a decision rests on, for who asks what must be seen of it.</summary>
internal static class AnswerMatchFacts
{
    public static async Task<MatchFacts> AnswerAsync(Tx tx, MatchFactsWanted wanted)
    {
        var why = await tx.FindAsync<byte[]>(
            "select why from decision where tenant = @tenant and id = @id",
            new { id = wanted.DecisionId }
        );
        if (why is null)
        {
            return new MatchFacts(false, []);
        }
        var facts = WhyRecord
            .Open(tx.Secrets, wanted.DecisionId, why)
            .Findings.Select(finding => finding.Fact)
            .ToList();
        return new MatchFacts(
            facts.Any(fact => fact.Strength >= MatchStrength.Exact),
            [.. facts.Select(fact => new EntryKey(fact.ListId, fact.EntryId)).Distinct()]
        );
    }
}
