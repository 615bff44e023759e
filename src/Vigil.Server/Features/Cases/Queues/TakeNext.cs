using Vigil.Server.Features.Cases.Training;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>POST /v1/cases/next.</summary>
internal sealed record NextRequest
{
    /// <summary>A queue's name; left out: everything.</summary>
    public string? Queue { get; init; }
}

/// <summary>
/// Gives a person the next case to work on, claimed for them: danger first, then by priority, then the oldest. Now and
/// then it is a sample with a known answer, which looks like the others.
/// </summary>
internal static class TakeNext
{
    public static async Task<LeaseAnswer> RunAsync(Tx tx, string? queue)
    {
        var rules = await CaseQueues.FindAsync(tx, queue);
        var next = await FindAsync(tx, rules);
        if (next is { DangerAt: null } or null && await MixIn.RunAsync(tx) is { } sample)
        {
            next = sample;
        }
        if (next is null)
        {
            throw ProblemException.NotFound(
                "Nothing waits for you in this queue: what is left is claimed, on hold, or skipped by you."
            );
        }
        await tx.RecordAsync(new LedgerAct("case.claimed", next.Ref));
        await CaseTimeline.AddAsync(tx, next.Id, "claimed");
        return await CaseLease.TakeAsync(tx, next);
    }

    private static Task<CaseFile?> FindAsync(Tx tx, QueueRules? rules)
    {
        var where = new CaseConditions().Takable(tx).Seen(tx);
        rules?.On(where, tx.Now);
        return tx.FindAsync<CaseFile>(
            $"""
            select {CaseFile.Columns} from case_file where tenant = @tenant{where.Sql}
            order by priority desc, opened_at, id limit 1{tx.ForUpdateSkipLocked}
            """,
            where.Values
        );
    }
}
