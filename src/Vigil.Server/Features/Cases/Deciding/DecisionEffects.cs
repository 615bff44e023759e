using System.Text.Json;
using Vigil.Server.Features.Cases.Subject;
using Vigil.Server.Features.Cases.Training;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>A decision on its way out.</summary>
internal sealed class DecisionEffect
{
    public Guid Id { get; init; }
    public Guid CaseId { get; init; }
    public ItemState Verdict { get; init; }
    public string Reason { get; init; } = "";

    /// <summary>JSON of <see cref="ItemBefore"/>.</summary>
    public string Items { get; init; } = "[]";

    public string DecidedBy { get; init; } = "";

    /// <summary>None: all of the case was looked at again, and found to be no CSAM as before.</summary>
    public IReadOnlyList<ItemBefore> Before => JsonSerializer.Deserialize<List<ItemBefore>>(Items)!;
}

/// <summary>Raised in a decision's transaction: it leaves then.</summary>
internal sealed record DecisionWaits(DateTimeOffset Due);

/// <summary>An item as it was before a decision.</summary>
/// <param name="Waits">Its confirmation had not left: put back to it, the item has to leave with it still.</param>
internal sealed record ItemBefore(
    Guid Id,
    ItemState State,
    string? DecidedBy,
    DateTimeOffset? DecidedAt,
    bool Waits = false
)
{
    /// <summary>When it was decided as the effect tells; null: written before that was kept.</summary>
    public DateTimeOffset? Decided { get; init; }

    /// <summary>What was drawn of the decision before; null: nothing.</summary>
    public DrawnAudit? Audit { get; init; }

    /// <summary>The item stands as this decision left it, and was not set aside and decided anew since.</summary>
    public bool StandsIn(CaseItem item, DecisionEffect effect) =>
        item.State == effect.Verdict
        && (
            Decided is not { } at
            || (
                item.DecidedBy == effect.DecidedBy
                && item.DecidedAt?.ToUnixTimeMilliseconds() == at.ToUnixTimeMilliseconds()
            )
        );

    public static ItemBefore Of(CaseItem item, IReadOnlySet<Guid> unleft) =>
        new(
            item.Id,
            item.State,
            item.DecidedBy,
            item.DecidedAt,
            item.State == ItemState.Confirmed && unleft.Contains(item.Id)
        );
}

/// <summary>
/// What a decision does outside its case: it tells the platform, reverses what scanning decided, disputes entries. It
/// waits in a row of the decision's own transaction until the decision can no longer be undone, and is then done
/// whole or not at all; a process that is killed in between finds the row again.
/// </summary>
internal static class DecisionEffects
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private const string Columns = "id, case_id, verdict, reason, items, decided_by";

    /// <summary>When it leaves; null: it has left.</summary>
    public static async Task<DateTimeOffset?> LeaveLaterAsync(Tx tx, DecisionEffect effect)
    {
        var seconds = await CaseSettings.NumberAsync(tx, CaseSettings.UndoSeconds);
        if (seconds == 0)
        {
            await LeaveAsync(tx, effect);
            return null;
        }
        var due = tx.Now + TimeSpan.FromSeconds(seconds);
        await tx.ExecuteAsync(
            """
            insert into case_effect (tenant, id, case_id, verdict, reason, items, decided_by, at, due_at, tries)
            values (@tenant, @id, @caseId, @verdict, @reason, @items, @decidedBy, @at, @due, 0)
            """,
            new
            {
                id = effect.Id,
                caseId = effect.CaseId,
                verdict = effect.Verdict.ToString(),
                reason = effect.Reason,
                items = effect.Items,
                decidedBy = effect.DecidedBy,
                at = tx.Now,
                due,
            }
        );
        await MarkAsync(tx, effect.CaseId);
        await tx.RaiseAsync(new DecisionWaits(due));
        return due;
    }

    /// <summary>The newest of a case that has not left.</summary>
    public static Task<DecisionEffect?> FindNewestAsync(Tx tx, Guid caseId) =>
        tx.FindAsync<DecisionEffect>(
            $"""
            select {Columns} from case_effect where tenant = @tenant and case_id = @caseId
            order by at desc, id desc limit 1{tx.ForUpdate}
            """,
            new { caseId }
        );

    /// <summary>Items of a case whose confirmation can be undone still; some may be decided otherwise since.</summary>
    public static async Task<IReadOnlySet<Guid>> UnleftAsync(Tx tx, Guid caseId) => (
            await tx.QueryAsync<DecisionEffect>(
                $"""
                select {Columns} from case_effect
                where tenant = @tenant and case_id = @caseId and verdict = 'Confirmed' order by at, id limit @most
                """,
                new { caseId, most = CaseLimits.ItemsPerCase }
            )
        ).SelectMany(effect => effect.Before).Select(item => item.Id).ToHashSet();

    /// <summary>Also what was decided, or put off, by a clock that was ahead: it would wait until then.</summary>
    public static Task<IReadOnlyList<Guid>> DueAsync(Tx tx, int most) =>
        tx.QueryAsync<Guid>(
            """
            select id from case_effect
            where tenant = @tenant
              and (due_at <= @now or at > @ahead or (tries > 0 and due_at > @longest))
            order by due_at limit @most
            """,
            new
            {
                now = tx.Now,
                ahead = AheadClock.After(tx.Now),
                longest = tx.Now + LongestPause,
                most,
            }
        );

    /// <summary>Does it and removes its row. False: it was undone, or another process did it.</summary>
    public static async Task<bool> LeaveAsync(Tx tx, Guid id)
    {
        var effect = await tx.FindAsync<DecisionEffect>(
            $"select {Columns} from case_effect where tenant = @tenant and id = @id{tx.ForUpdate}",
            new { id }
        );
        if (effect is null)
        {
            return false;
        }
        await RemoveAsync(tx, effect);
        await LeaveAsync(tx, effect);
        await WaitingFeedback.HearAsync(tx, effect.CaseId);
        return true;
    }

    public static async Task RemoveAsync(Tx tx, DecisionEffect effect)
    {
        await tx.ExecuteAsync(
            "delete from case_effect where tenant = @tenant and id = @id",
            new { id = effect.Id }
        );
        await MarkAsync(tx, effect.CaseId);
    }

    /// <summary>A failure is told, and tried again after a while that grows.</summary>
    public static Task<int> PutOffAsync(Tx tx, Guid id, TimeSpan pause) =>
        tx.ExecuteAsync(
            "update case_effect set tries = tries + 1, due_at = @due where tenant = @tenant and id = @id",
            new { id, due = tx.Now + (pause < LongestPause ? pause : LongestPause) }
        );

    private static Task<int> MarkAsync(Tx tx, Guid caseId) =>
        tx.ExecuteAsync(
            """
            update case_file set leaves_at = (select max(due_at) from case_effect e
                where e.tenant = @tenant and e.case_id = @caseId)
            where tenant = @tenant and id = @caseId
            """,
            new { caseId }
        );

    private static async Task LeaveAsync(Tx tx, DecisionEffect effect)
    {
        var file = (await CaseFile.FindAsync(tx, effect.CaseId))!;
        var before = effect.Before.ToDictionary(item => item.Id);
        var isStanding = before.Count == 0;
        // What a dispute opened again meanwhile is not told as decided, nor before a later decision of it leaves.
        var items = (await CaseItem.OfAsync(tx, file.Id))
            .Where(item =>
                isStanding
                    ? item.State == effect.Verdict
                    : before.TryGetValue(item.Id, out var was) && was.StandsIn(item, effect)
            )
            .ToList();
        // The last decision to leave tells how the case ended; until then platforms see it as open.
        var isLast = file is { State: CaseState.Decided, LeavesAt: null };
        if (items.Count > 0 || isLast)
        {
            await CaseTimeline.PublishAsync(tx, isLast ? "case.decided" : "case.updated", file.Id, items);
        }
        if (isStanding)
        {
            await LeaveStandingAsync(tx, file, items, effect.Reason);
        }
        else if (items.Count > 0)
        {
            await LeaveAsync(tx, effect, file, items);
        }
    }

    /// <summary>It was reversed the first time; what was taken back when it was opened again is said anew.</summary>
    private static async Task LeaveStandingAsync(Tx tx, CaseFile file, List<CaseItem> items, string reason)
    {
        var decisions = items.Select(item => item.DecisionId).OfType<Guid>().ToList();
        await SourceOpinions.LeaveAsync(tx, file.Id, decisions, OpinionWord.FalsePositive);
        await ClearAsync(tx, file, items, reason);
    }

    private static async Task LeaveAsync(Tx tx, DecisionEffect effect, CaseFile file, List<CaseItem> items)
    {
        var decisions = items.Select(item => item.DecisionId).OfType<Guid>().ToList();
        if (effect.Verdict == ItemState.Confirmed)
        {
            await tx.RaiseAsync(new DecisionsConfirmed(decisions));
            await SourceOpinions.LeaveAsync(tx, file.Id, decisions, OpinionWord.TruePositive);
            await Knowledge.ConfirmedAsync(tx, file, items);
            await TellPlatform.LeaveAsync(tx, file);
            return;
        }
        await TakeBackGroundless.RunAsync(tx, file, effect.Reason, effect.DecidedBy);
        await DraftCorrections.RunAsync(tx, file, items);
        await ClearAsync(tx, file, items, effect.Reason);
        await ReverseAsync(tx, new CaseRef(file.Ref), decisions, effect.Reason);
    }

    private static async Task ClearAsync(Tx tx, CaseFile file, List<CaseItem> items, string reason)
    {
        var kept = await KeepForAudit.BeginAsync(tx, file.Id);
        foreach (var item in items)
        {
            await tx.RaiseAsync(
                new ContentsCleared(new CaseRef(file.Ref), item.Id, reason)
                {
                    IsKept = kept.Contains(item.Id),
                }
            );
        }
        await KeepForAudit.ReleaseWholeAsync(tx, file, reason);
    }

    /// <summary>
    /// What came from a flag or a hand rests on no decision. What scanning decided is reversed by scanning.
    /// </summary>
    private static async Task ReverseAsync(Tx tx, CaseRef reference, List<Guid> decisions, string reason)
    {
        var entries = new List<EntryKey>();
        foreach (var decisionId in decisions)
        {
            var reversed = await tx.AskAsync<DecisionReversal, ReversedDecision>(
                new DecisionReversal(decisionId, reference, reason)
            );
            entries.AddRange(reversed.Entries);
        }
        if (entries.Count > 0)
        {
            await tx.RaiseAsync(new EntriesDisputed([.. entries.Distinct()], reference, reason));
        }
    }
}
