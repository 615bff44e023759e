using System.Collections.Concurrent;
using Vigil.Server.Features.History.Keeping;
using Vigil.Trust;

namespace Vigil.Server.Features.History.Hunting;

/// <summary>
/// Hunts that nobody asked for: when lists have new entries, for these; when a list reaches further than it did (its
/// mode, radius or floor), for all of it. Waits until the lists are still, so that an import is one hunt.
/// </summary>
internal sealed class PlanHunts(HistoryStore store, Db db)
{
    private const int MaxLists = 10_000;

    /// <summary>Lists that never are still are hunted after so long all the same.</summary>
    private static readonly TimeSpan Latest = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<TenantId, Seen> _seen = new();

    private sealed record Seen(long Generation, DateTimeOffset Since, DateTimeOffset First);

    public async Task RunAsync(TenantId tenant, CancellationToken cancellation)
    {
        var settings = store.SettingsOf(tenant);
        if (!settings.IsOn || !settings.HuntsByItself)
        {
            return;
        }
        var actor = HistoryStore.ActorOf(tenant);
        var clock = await db.ReadAsync(actor, Permission.HuntRun, ClockAsync, cancellation);
        if (clock <= settings.HuntedGeneration)
        {
            _seen.TryRemove(tenant, out _);
            return;
        }
        var now = store.Now;
        var seen = _seen.GetValueOrDefault(tenant);
        if (seen is null || seen.Generation != clock)
        {
            seen = new Seen(clock, now, seen?.First ?? now);
            _seen[tenant] = seen;
        }
        if (now - seen.Since < store.Limits.ListsStill && now - seen.First < Latest)
        {
            return;
        }
        var acts = store.Acts;
        var planned = await db.ActAsync(actor, Permission.HuntRun, PlanAsync, cancellation);
        store.SetRead(tenant, planned, acts);
        _seen.TryRemove(tenant, out _);
    }

    /// <summary>
    /// The history is turned on: what the lists in force hold is looked up by every scan to come; what was imported
    /// since they were read is hunted.
    /// </summary>
    /// <returns>The generation that hunts are planned from.</returns>
    public static async Task<long> BeginAsync(Tx tx)
    {
        await tx.ExecuteAsync("delete from hunt_list where tenant = @tenant");
        await KeepAsync(tx, await ListsAsync(tx));
        var inForce = await tx.AskAsync<ListsInForceWanted, ListsInForce>(new ListsInForceWanted());
        var clock = await ClockAsync(tx);
        return Math.Min(clock, inForce.Generation ?? clock);
    }

    public static async Task<long> ClockAsync(Tx tx) =>
        await tx.FindAsync<long?>("select generation from scan_clock where tenant = @tenant") ?? 0;

    private async Task<HistorySettings> PlanAsync(Tx tx)
    {
        var settings = await HistorySettings.ReadAsync(tx);
        var clock = await ClockAsync(tx);
        var lists = await ListsAsync(tx);
        var before = (
            await tx.QueryAsync<ListRow>(
                "select list_id as id, mode, radius, quality_floor from hunt_list where tenant = @tenant limit @most",
                new { most = MaxLists }
            )
        ).ToDictionary(list => list.Id);
        var further = lists.Where(list => before.GetValueOrDefault(list.Id)?.ReachesLessThan(list) == true);
        var planned = 0;
        foreach (var list in further)
        {
            await AddAsync(tx, 0, clock, list.Id, "The list reaches further than it did.");
            planned++;
        }
        var isAnyNew = await tx.FindAsync<long?>(
            """
            select generation from scan_entry where tenant = @tenant and generation > @from and generation <= @to
                and state = 'Active' and kind = 'File' limit 1
            """,
            new { from = settings.HuntedGeneration, to = clock }
        );
        if (isAnyNew is not null)
        {
            await ExtendAsync(tx, settings.HuntedGeneration, clock);
            planned++;
        }
        await KeepAsync(tx, lists);
        await tx.ExecuteAsync(
            "update history set hunted_generation = @clock where tenant = @tenant and is_on = @yes",
            new { clock, yes = true }
        );
        await tx.RecordAsync(
            new LedgerAct("hunt.planned", $"{clock}")
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["hunts"] = $"{planned}" },
            }
        );
        return await HistorySettings.ReadAsync(tx);
    }

    /// <summary>One that has not begun takes the new entries too.</summary>
    private async Task ExtendAsync(Tx tx, long from, long to)
    {
        var extended = await tx.ExecuteAsync(
            """
            update hunt set to_generation = @to where tenant = @tenant and state = 'Waiting' and is_by_itself = @yes
                and is_whole = @no and to_generation = @from
            """,
            new
            {
                from,
                to,
                yes = true,
                no = false,
            }
        );
        if (extended == 0)
        {
            await AddAsync(tx, from, to, null, "Lists have new entries.");
        }
    }

    private Task<Guid> AddAsync(Tx tx, long from, long to, Guid? list, string reason) =>
        HuntTable.AddAsync(
            tx,
            new StoredHunt
            {
                IsByItself = true,
                IsWhole = list is not null,
                ListId = list,
                FromGeneration = from,
                ToGeneration = to,
                Reason = reason,
                HitsLimit = store.Limits.HitsBeforePause,
            }
        );

    private static Task<IReadOnlyList<ListRow>> ListsAsync(Tx tx) =>
        tx.QueryAsync<ListRow>(
            "select id, mode, radius, quality_floor from scan_list where tenant = @tenant limit @most",
            new { most = MaxLists }
        );

    private static Task<int> KeepAsync(Tx tx, IReadOnlyList<ListRow> lists) =>
        tx.ExecuteManyAsync(
            """
            insert into hunt_list (tenant, list_id, mode, radius, quality_floor)
            values (@tenant, @id, @mode, @radius, @floor)
            on conflict (tenant, list_id) do update set mode = excluded.mode, radius = excluded.radius,
                quality_floor = excluded.quality_floor
            """,
            lists,
            (row, list) =>
            {
                row.Set("id", list.Id);
                row.Set("mode", list.Mode);
                row.Set("radius", list.Radius);
                row.Set("floor", list.QualityFloor);
            }
        );

    private sealed class ListRow
    {
        public Guid Id { get; init; }
        public string Mode { get; init; } = "";
        public long Radius { get; init; }
        public long QualityFloor { get; init; }

        public bool ReachesLessThan(ListRow now) =>
            Weight(now.Mode) > 0
            && (Weight(Mode) < Weight(now.Mode) || Radius < now.Radius || QualityFloor > now.QualityFloor);

        /// <summary>What a match of it does: nothing, be counted, make a case.</summary>
        private static int Weight(string mode) =>
            mode switch
            {
                "Off" => 0,
                "Shadow" => 1,
                _ => 2,
            };
    }
}
