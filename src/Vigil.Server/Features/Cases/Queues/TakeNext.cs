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
    /// <summary>Cases that are passed over at most for what a person may not be given now.</summary>
    private const int LookedAt = 100;

    public static async Task<LeaseAnswer> RunAsync(Tx tx, string? queue)
    {
        var rules = await CaseQueues.FindAsync(tx, queue);
        var (next, refusal) = await FindAsync(tx, rules);
        MayTake.Require(next is null ? refusal : MayTakeCase.Yes);
        if (next?.DangerAt is null && await MixIn.RunAsync(tx) is { } sample)
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
        await MayTake.TellAsync(tx, next);
        await CaseTimeline.AddAsync(tx, next.Id, "claimed");
        return await CaseLease.TakeAsync(tx, next);
    }

    /// <summary>The first that the person may be given now; if there is none, why the first of all is not.</summary>
    private static async Task<(CaseFile? Next, MayTakeCase Refusal)> FindAsync(Tx tx, QueueRules? rules)
    {
        var where = await new CaseConditions().Takable(tx).SeenAsync(tx);
        rules?.On(where, tx.Now);
        var rows = await tx.QueryAsync<CaseFile>(
            $"""
            select {CaseFile.Columns} from case_file where tenant = @tenant{where.Sql}
            order by priority desc, opened_at, id limit {LookedAt}{tx.ForUpdateSkipLocked}
            """,
            where.Values
        );
        var first = MayTakeCase.Yes;
        // The answer rests on the kind of case alone.
        var answers = new Dictionary<(ProblemType?, CaseOrigin), MayTakeCase>();
        foreach (var row in rows)
        {
            if (!answers.TryGetValue((row.ProblemType, row.Origin), out var answer))
            {
                answer = await MayTake.AskAsync(tx, row);
                answers.Add((row.ProblemType, row.Origin), answer);
            }
            if (answer.May)
            {
                return (row, answer);
            }
            first = first.May ? answer : first;
        }
        // Where there is no other kind, none can be asked for.
        return first.Code == MayTakeCase.VarietyDue ? (rows[0], MayTakeCase.Yes) : (null, first);
    }
}
