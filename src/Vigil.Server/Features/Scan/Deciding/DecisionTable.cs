using Vigil.Server.Features.Scan.Index;
using Vigil.Server.Features.Scan.Policies;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Deciding;

internal enum DecisionState
{
    Active,

    /// <summary>A person found that the content is harmless.</summary>
    Reversed,

    /// <summary>An entry that it rests on is disputed: a person looks again.</summary>
    Reopened,
}

/// <summary>A decision before it is written.</summary>
internal sealed record NewDecision
{
    public required ScanSubject Subject { get; init; }
    public required Verdict Verdict { get; init; }
    public required Outcome Outcome { get; init; }
    public required WhyRecord Why { get; init; }
    public required long PolicyVersion { get; init; }
    public required long ListGeneration { get; init; }
    public Blind? Sha256 { get; init; }

    /// <summary>The answer was a miss.</summary>
    public bool IsShadow => Outcome == Outcome.None;
}

/// <summary>Writes decisions.</summary>
internal static class DecisionTable
{
    public static async Task InsertAsync(Tx tx, NewDecision made, string? caseRef)
    {
        var id = made.Subject.ScanId;
        await tx.ExecuteAsync(
            """
            insert into decision
                (tenant, id, at, surface, jurisdiction, outcome, with_shadows, is_shadow, policy_version,
                list_generation, case_ref, state, state_at, is_test, names_no_suspect, sha256_blind, why)
            values
                (@tenant, @id, @at, @surface, @jurisdiction, @outcome, @withShadows, @isShadow, @policyVersion,
                @listGeneration, @caseRef, 'Active', @at, @isTest, @namesNoSuspect, @sha256, @why)
            """,
            new
            {
                id,
                at = tx.Now,
                surface = made.Subject.Surface.ToString(),
                jurisdiction = made.Subject.Jurisdiction,
                outcome = made.Outcome.ToString(),
                withShadows = Heavier(made.Verdict.WithShadows, made.Outcome).ToString(),
                isShadow = made.IsShadow,
                policyVersion = made.PolicyVersion,
                listGeneration = made.ListGeneration,
                caseRef,
                isTest = made.Verdict.IsTest,
                namesNoSuspect = made.Verdict.NamesNoSuspect,
                sha256 = made.Sha256?.ToBytes(),
                why = made.Why.Seal(tx.Secrets, id),
            }
        );
        var entries = made
            .Why.Findings.Where(finding => made.IsShadow || finding.Answer != Outcome.None)
            .Select(finding => new EntryKey(finding.Fact.ListId, finding.Fact.EntryId))
            .Distinct();
        await tx.ExecuteManyAsync(
            """
            insert into decision_entry (tenant, entry_id, list_id, decision_id)
            values (@tenant, @entry, @list, @decision)
            """,
            entries,
            (row, entry) =>
            {
                row.Set("entry", entry.EntryId);
                row.Set("list", entry.ListId);
                row.Set("decision", id);
            }
        );
    }

    private static Outcome Heavier(Outcome a, Outcome b) => a > b ? a : b;
}
