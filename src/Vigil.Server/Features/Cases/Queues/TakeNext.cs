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

/// <summary>A case that the actor may be given now.</summary>
internal sealed record Offer(CaseFile File, Burden Burden);

/// <summary>
/// Gives a person the next case to work on, claimed for them: danger first, then by priority, then the oldest. Now and
/// then it is a sample with a known answer in its place, which looks like the others.
/// </summary>
internal static class TakeNext
{
    /// <summary>Cases that are passed over at most for what a person may not be given now.</summary>
    private const int LookedAt = 100;

    public static async Task<LeaseAnswer> RunAsync(Tx tx, string? queue)
    {
        var rows = await RowsAsync(tx, await CaseQueues.FindAsync(tx, queue));
        var (next, refusal) = await FindAsync(tx, rows);
        MayTake.Require(next is null ? refusal : MayTakeCase.Yes);
        if (next is null)
        {
            throw ProblemException.NotFound(
                "Nothing waits for you in this queue: what is left is claimed, on hold, or skipped by you."
            );
        }
        if (next.File is { DangerAt: null, GoldFor: null })
        {
            next = await MixIn.RunAsync(tx, rows, next.File) ?? next;
        }
        await tx.RecordAsync(new LedgerAct("case.claimed", next.File.Ref));
        await MayTake.TellAsync(tx, next.File, next.Burden);
        await CaseTimeline.AddAsync(tx, next.File.Id, "claimed");
        return await CaseLease.TakeAsync(tx, next.File);
    }

    private static async Task<IReadOnlyList<CaseFile>> RowsAsync(Tx tx, QueueRules? rules)
    {
        var where = new CaseConditions().Takable(tx).Seen(tx);
        rules?.On(where, tx.Now);
        return await tx.QueryAsync<CaseFile>(
            $"""
            select {CaseFile.Columns} from case_file where tenant = @tenant{where.Sql}
            order by priority desc, opened_at, id limit {LookedAt}{tx.ForUpdateSkipLocked}
            """,
            where.Values
        );
    }

    /// <summary>The first that the person may be given now; if there is none, why the first of all is not.</summary>
    private static async Task<(Offer? Next, MayTakeCase Refusal)> FindAsync(
        Tx tx,
        IReadOnlyList<CaseFile> rows
    )
    {
        var first = MayTakeCase.Yes;
        Offer? another = null;
        var answers = new Dictionary<string, MayTakeCase>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            var burden = await ReadBurden.RunAsync(tx, row, isOffered: true);
            if (!answers.TryGetValue(burden.Key, out var answer))
            {
                answer = await MayTake.AskAsync(tx, burden);
                answers.Add(burden.Key, answer);
            }
            if (answer.May)
            {
                return (new Offer(row, burden), answer);
            }
            first = first.May ? answer : first;
            another ??= answer.Code == MayTakeCase.VarietyDue ? new Offer(row, burden) : null;
        }
        // Where there is no other kind, none can be asked for.
        return (another, first);
    }
}
