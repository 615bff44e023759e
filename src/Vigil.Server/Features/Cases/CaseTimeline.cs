using Vigil.Server.Features.Cases.Subject;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>One line of a case's timeline.</summary>
internal sealed class CaseEvent
{
    public Guid Id { get; init; }
    public DateTimeOffset At { get; init; }
    public string Actor { get; init; } = "";
    public string What { get; init; } = "";

    /// <summary>Sealed.</summary>
    public byte[]? Words { get; init; }
}

/// <summary>Who did what when, and how the platform hears of it.</summary>
internal static class CaseTimeline
{
    /// <param name="tx">Of what happened.</param>
    /// <param name="caseId">The case.</param>
    /// <param name="what">A stable code, as "note".</param>
    /// <param name="words">What somebody said, or which item or case it is about.</param>
    /// <param name="by">Whose judgement it was; null: the actor did it.</param>
    public static async Task AddAsync(
        Tx tx,
        Guid caseId,
        string what,
        string? words = null,
        DecidingPerson? by = null
    )
    {
        var id = tx.NewId();
        await tx.ExecuteAsync(
            """
            insert into case_event (tenant, id, case_id, at, actor, what, words)
            values (@tenant, @id, @caseId, @at, @actor, @what, @words)
            """,
            new
            {
                id,
                caseId,
                at = tx.Now,
                actor = by?.Name ?? tx.Actor.Name,
                what,
                words = Sealed.Seal(tx, words, id),
            }
        );
        if (what != PurgeCleared.Line)
        {
            await BringBackAsync(tx, caseId);
        }
    }

    /// <summary>What comes after a purge may name somebody again: it is purged in its turn.</summary>
    private static Task<int> BringBackAsync(Tx tx, Guid caseId) =>
        tx.ExecuteAsync(
            """
            update case_file set purged_at = null, updated_at = @at
            where tenant = @tenant and id = @caseId and purged_at is not null
            """,
            new { caseId, at = tx.Now }
        );

    /// <summary>The newest lines, oldest first.</summary>
    public static async Task<IReadOnlyList<CaseEvent>> ReadAsync(Tx tx, Guid caseId)
    {
        var newest = await tx.QueryAsync<CaseEvent>(
            """
            select id, at, actor, what, words from case_event
            where tenant = @tenant and case_id = @caseId order by at desc, id desc limit @limit
            """,
            new { caseId, limit = CaseLimits.TimelineLines }
        );
        return [.. newest.Reverse()];
    }

    /// <summary>
    /// Tells the platform, from the row as it now stands and as platforms see it: no account, no words, no values.
    /// </summary>
    public static async Task PublishAsync(
        Tx tx,
        string type,
        Guid caseId,
        IReadOnlyList<CaseItem>? items = null
    )
    {
        var file = (await CaseFile.FindAsync(tx, caseId))!;
        if (file.GoldFor is not null)
        {
            return;
        }
        await tx.PublishAsync(
            new OutboxEvent(
                type,
                file.Ref,
                new
                {
                    @case = CaseStatus.Told(file),
                    items = items?.Select(item => new
                    {
                        id = item.Id,
                        scanId = item.DecisionId,
                        state = Words.NameOf(item.State),
                    }),
                }
            )
        );
    }
}

/// <summary>What a platform may know of its case.</summary>
public sealed record CaseStatus(
    string CaseRef,
    string State,
    string? Outcome,
    string? ClosedBecause,
    string Origin,
    int ItemCount,
    bool IsTest,
    bool NamesNoSuspect,
    string? Continues,
    string? ContinuedBy,
    DateTimeOffset OpenedAt,
    DateTimeOffset UpdatedAt,
    string Contents
)
{
    /// <summary>The case holds facts. What was brought or sealed is kept apart: <c>/v1/contents</c>.</summary>
    public const string Apart = "apart";

    /// <summary>As platforms see it: open, while a decision can still be undone.</summary>
    internal static CaseStatus Told(CaseFile file) =>
        file.LeavesAt is null
            ? Of(file)
            : Of(file) with
            {
                State = Words.NameOf(CaseState.Open),
                Outcome = null,
            };

    internal static CaseStatus Of(CaseFile file) =>
        new(
            file.Ref,
            Words.NameOf(file.State),
            file.Outcome is { } outcome ? Words.NameOf(outcome) : null,
            file.ClosedBecause,
            Words.NameOf(file.Origin),
            file.ItemCount,
            file.IsTest,
            file.NamesNoSuspect,
            file.Continues,
            file.ContinuedBy,
            file.OpenedAt,
            file.UpdatedAt,
            Apart
        );
}
