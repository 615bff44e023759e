using Vigil.Trust;

namespace Vigil.Server.Features.History.Hunting;

internal enum HuntState
{
    /// <summary>For its turn, or until scans look at the lists that it is about.</summary>
    Waiting,
    Running,

    /// <summary>By a person, or because it found too much; the problem says which.</summary>
    Paused,
    Done,

    /// <summary>Over, but parts of the history or of the list could not be read.</summary>
    Incomplete,
    Cancelled,
}

/// <summary>A row of <c>hunt</c>.</summary>
internal sealed class StoredHunt
{
    public const string Select = """
        select id, state, is_by_itself, is_whole, list_id, from_generation, to_generation, reason, slice,
            slice_generation, slice_list, slice_entry, entries, entries_done, entries_unreadable, hashes, segments,
            hits, hits_limit, hashes_done, segments_done, damaged, work_ms, shadow, known, suppressed, refused, problem,
            created_at, created_by, started_at, seen_at, finished_at
        from hunt where tenant = @tenant
        """;

    public Guid Id { get; init; }
    public HuntState State { get; init; }
    public bool IsByItself { get; init; }

    /// <summary>All entries, whenever they came; otherwise those that a content's own scan could not know.</summary>
    public bool IsWhole { get; init; }

    /// <summary>Null: all lists.</summary>
    public Guid? ListId { get; init; }

    /// <summary>Entries changed after it.</summary>
    public long FromGeneration { get; init; }
    public long ToGeneration { get; init; }
    public string Reason { get; init; } = "";
    public int Slice { get; init; }

    /// <summary>Behind which entry the slice begins.</summary>
    public long SliceGeneration { get; init; }
    public Guid? SliceList { get; init; }
    public Guid? SliceEntry { get; init; }

    public long Entries { get; init; }
    public long EntriesDone { get; init; }
    public long EntriesUnreadable { get; init; }

    /// <summary>To be looked at, once for each slice.</summary>
    public long Hashes { get; init; }
    public long Segments { get; init; }
    public long Hits { get; init; }
    public long HitsLimit { get; init; }
    public long HashesDone { get; init; }
    public long SegmentsDone { get; init; }
    public long Damaged { get; init; }
    public long WorkMs { get; init; }
    public long Shadow { get; init; }
    public long Known { get; init; }
    public long Suppressed { get; init; }
    public long Refused { get; init; }
    public string? Problem { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public string CreatedBy { get; init; } = "";
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset SeenAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }

    public static Task<StoredHunt?> FindAsync(Tx tx, Guid id) =>
        tx.FindAsync<StoredHunt>($"{Select} and id = @id", new { id });
}

/// <summary>What is written of hunts.</summary>
internal static class HuntTable
{
    /// <summary>Alarm of a hunt that found too much.</summary>
    public const string TooMany = "hunt_too_many_hits";

    /// <summary>The next to be worked at: one that runs, then the oldest that waits.</summary>
    public static Task<StoredHunt?> NextAsync(Tx tx) =>
        tx.FindAsync<StoredHunt>(
            $"""
            {StoredHunt.Select} and state in ('Running', 'Waiting')
            order by case state when 'Running' then 0 else 1 end, created_at, id limit 1
            """
        );

    public static async Task<Guid> AddAsync(Tx tx, StoredHunt hunt)
    {
        var id = tx.NewId();
        await tx.ExecuteAsync(
            """
            insert into hunt (tenant, id, state, is_by_itself, is_whole, list_id, from_generation, to_generation,
                reason, hits_limit, created_at, created_by, seen_at)
            values (@tenant, @id, 'Waiting', @isByItself, @isWhole, @listId, @from, @to, @reason, @hitsLimit, @at, @by,
                @at)
            """,
            new
            {
                id,
                isByItself = hunt.IsByItself,
                isWhole = hunt.IsWhole,
                listId = hunt.ListId,
                from = hunt.FromGeneration,
                to = hunt.ToGeneration,
                reason = hunt.Reason,
                hitsLimit = hunt.HitsLimit,
                at = tx.Now,
                by = tx.Actor.Name,
            }
        );
        return id;
    }

    /// <summary>False: it is in another state now.</summary>
    public static async Task<bool> MoveAsync(Tx tx, Guid id, HuntState from, HuntState to, string? problem) =>
        await tx.ExecuteAsync(
            """
            update hunt set state = @to, problem = @problem, seen_at = @at where tenant = @tenant and id = @id
                and state = @from
            """,
            new
            {
                id,
                from = from.ToString(),
                to = to.ToString(),
                problem,
                at = tx.Now,
            }
        ) > 0;

    public static async Task FinishAsync(Tx tx, Guid id, HuntState state, string? problem)
    {
        await tx.ExecuteAsync(
            """
            update hunt set state = @state, problem = @problem, seen_at = @at, finished_at = @at
            where tenant = @tenant and id = @id
            """,
            new
            {
                id,
                state = state.ToString(),
                problem,
                at = tx.Now,
            }
        );
        await tx.ExecuteAsync(
            "delete from hunt_part where tenant = @tenant and hunt_id = @id and is_damaged = @no",
            new { id, no = false }
        );
        await tx.ClearAlarmAsync(TooMany, $"{id}");
    }

    public static async Task CancelAllAsync(Tx tx, string problem)
    {
        while (true)
        {
            // Hunts that were planned by themselves may be more than people may open.
            var open = await tx.QueryAsync<Guid>(
                "select id from hunt where tenant = @tenant and state in ('Waiting', 'Running', 'Paused') limit @most",
                new { most = HistoryRules.MaxOpenHunts * 2 }
            );
            if (open.Count == 0)
            {
                return;
            }
            foreach (var id in open)
            {
                await FinishAsync(tx, id, HuntState.Cancelled, problem);
            }
        }
    }

    /// <exception cref="Http.ProblemException">Too many are open.</exception>
    public static async Task RefuseTooManyAsync(Tx tx)
    {
        var open = await tx.FindAsync<long>(
            "select count(*) from hunt where tenant = @tenant and state in ('Waiting', 'Running', 'Paused')"
        );
        if (open >= HistoryRules.MaxOpenHunts)
        {
            throw Http.ProblemException.Conflict(
                "too_many_hunts",
                $"{open} hunts are open: let them end, or cancel some."
            );
        }
    }
}
