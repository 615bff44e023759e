using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.History.Hunting;

/// <summary>A hunt as it is shown.</summary>
internal sealed record HuntView
{
    public required Guid Id { get; init; }

    /// <summary>waiting, running, paused, done, incomplete (parts could not be read), cancelled.</summary>
    public required string State { get; init; }

    /// <summary>too_many_hits, by_person, segments_damaged, entries_unreadable, history_off.</summary>
    public string? Problem { get; init; }

    /// <summary>Nobody asked: lists had changed.</summary>
    public required bool IsByItself { get; init; }

    /// <summary>Null: all lists.</summary>
    public Guid? ListId { get; init; }
    public string? List { get; init; }
    public required string Reason { get; init; }

    /// <summary>Entries of which generations of the lists: after the first, up to the second.</summary>
    public long FromGeneration { get; init; }
    public long ToGeneration { get; init; }
    public long Entries { get; init; }
    public long EntriesDone { get; init; }
    public long EntriesUnreadable { get; init; }
    public long Segments { get; init; }
    public long SegmentsDone { get; init; }
    public long Hashes { get; init; }
    public long HashesDone { get; init; }

    /// <summary>Of the time that it worked.</summary>
    public double HashesPerSecond { get; init; }

    /// <summary>Of work; null: not known, or over.</summary>
    public double? RemainingSeconds { get; init; }

    /// <summary>Decisions that it made.</summary>
    public long Hits { get; init; }

    /// <summary>Contents that only lists or rules in shadow matched.</summary>
    public long Shadow { get; init; }

    /// <summary>Contents that were found before.</summary>
    public long Known { get; init; }
    public long Suppressed { get; init; }

    /// <summary>Contents that the law of their place does not let be scanned now.</summary>
    public long Refused { get; init; }

    /// <summary>Segments that do not open and were not hunted.</summary>
    public long Damaged { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public string CreatedBy { get; init; } = "";
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>0 to 100.</summary>
    public double Percent =>
        State is "done" or "incomplete" ? 100
        : Hashes == 0 ? 0
        : Math.Min(100, 100.0 * HashesDone / Hashes);

    public static HuntView Of(StoredHunt hunt, string? list = null)
    {
        // Each slice of the entries reads the history once.
        var slices = Math.Max(
            1,
            hunt.EntriesDone == 0 || hunt.Slice == 0
                ? 1
                : (double)hunt.Entries / (hunt.EntriesDone / (double)hunt.Slice)
        );
        var hashes = (long)(hunt.Hashes * slices);
        var rate = hunt.WorkMs > 0 ? hunt.HashesDone * 1000.0 / hunt.WorkMs : 0;
        return new HuntView
        {
            Id = hunt.Id,
            State = Words.Of(hunt.State),
            Problem = hunt.Problem,
            IsByItself = hunt.IsByItself,
            ListId = hunt.ListId,
            List = list,
            Reason = hunt.Reason,
            FromGeneration = hunt.FromGeneration,
            ToGeneration = hunt.ToGeneration,
            Entries = hunt.Entries,
            EntriesDone = hunt.EntriesDone,
            EntriesUnreadable = hunt.EntriesUnreadable,
            Segments = (long)(hunt.Segments * slices),
            SegmentsDone = hunt.SegmentsDone,
            Hashes = hashes,
            HashesDone = hunt.HashesDone,
            HashesPerSecond = Math.Round(rate),
            RemainingSeconds =
                hunt.State == HuntState.Running && rate > 0
                    ? Math.Round(Math.Max(0, hashes - hunt.HashesDone) / rate)
                    : null,
            Hits = hunt.Hits,
            Shadow = hunt.Shadow,
            Known = hunt.Known,
            Suppressed = hunt.Suppressed,
            Refused = hunt.Refused,
            Damaged = hunt.Damaged,
            CreatedAt = hunt.CreatedAt,
            CreatedBy = hunt.CreatedBy,
            StartedAt = hunt.StartedAt,
            FinishedAt = hunt.FinishedAt,
        };
    }
}

/// <param name="Hunts">Newest first.</param>
/// <param name="Next">Say it as "before" for the next page; null: that was all.</param>
internal sealed record HuntsView(IReadOnlyList<HuntView> Hunts, Guid? Next);

/// <summary>One content and one entry that a hunt found. No value, no reference: the case has them.</summary>
internal sealed class HitView
{
    public Guid DecisionId { get; init; }
    public string? CaseRef { get; init; }
    public Guid ListId { get; init; }
    public Guid EntryId { get; init; }
    public int? DistanceBits { get; init; }

    /// <summary>The scan of then.</summary>
    public Guid ScanId { get; init; }

    /// <summary>When the content was uploaded and scanned.</summary>
    public DateTimeOffset ScannedAt { get; init; }
    public DateTimeOffset At { get; init; }
}

/// <param name="Hits">In the order of their decisions.</param>
/// <param name="Next">Say it as "after" for the next page; null: that was all.</param>
internal sealed record HitsView(IReadOnlyList<HitView> Hits, Guid? Next);

/// <summary>A segment that a hunt could not read.</summary>
/// <param name="SegmentId">Of the history.</param>
/// <param name="Day">As 2026-11-26, UTC.</param>
internal sealed record UnreadView(Guid SegmentId, string Day);

/// <summary>`GET /v1/hunts`, `/v1/hunts/{id}`, and what they found.</summary>
internal sealed class ShowHunts(Db db)
{
    private const int PageHunts = 50;
    private static readonly Guid Last = new("ffffffff-ffff-ffff-ffff-ffffffffffff");

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/v1/hunts",
                async (HttpContext context, ShowHunts show, Guid? before) =>
                    Results.Json(await show.PageAsync(context.Actor(), before, context.RequestAborted))
            )
            .Require(Permission.HistoryRead)
            .WithName("ShowHunts")
            .WithSummary("Hunts of the history, newest first, with progress, rate and remaining time")
            .WithTags("Hunts")
            .Produces<HuntsView>();
        routes
            .MapGet(
                "/v1/hunts/{id:guid}",
                async (HttpContext context, ShowHunts show, Guid id) =>
                    Results.Json(await show.OneAsync(context.Actor(), id, context.RequestAborted))
            )
            .Require(Permission.HistoryRead)
            .WithName("ShowHunt")
            .WithSummary("One hunt, with progress, rate and remaining time")
            .WithTags("Hunts")
            .Produces<HuntView>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        routes
            .MapGet(
                "/v1/hunts/{id:guid}/hits",
                async (HttpContext context, ShowHunts show, Guid id, Guid? after) =>
                    Results.Json(await show.HitsAsync(context.Actor(), id, after, context.RequestAborted))
            )
            .Require(Permission.DecisionRead)
            .WithName("ShowHuntHits")
            .WithSummary("What a hunt found: decision, case, entry, distance, time of the upload")
            .WithTags("Hunts")
            .Produces<HitsView>()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    public Task<HuntsView> PageAsync(Actor actor, Guid? before, CancellationToken cancellation) =>
        db.ReadAsync(
            actor,
            Permission.HistoryRead,
            async tx =>
            {
                var rows = await tx.QueryAsync<StoredHunt>(
                    $"{StoredHunt.Select} and id < @before order by id desc limit @most",
                    new { before = before ?? Last, most = PageHunts }
                );
                var names = await NamesAsync(tx);
                return new HuntsView(
                    [.. rows.Select(row => HuntView.Of(row, NameOf(names, row.ListId)))],
                    rows.Count == PageHunts ? rows[^1].Id : null
                );
            },
            cancellation
        );

    public Task<HuntView> OneAsync(Actor actor, Guid id, CancellationToken cancellation) =>
        db.ReadAsync(
            actor,
            Permission.HistoryRead,
            async tx =>
            {
                var row = await GetAsync(tx, id);
                return HuntView.Of(row, NameOf(await NamesAsync(tx), row.ListId));
            },
            cancellation
        );

    public Task<HitsView> HitsAsync(Actor actor, Guid id, Guid? after, CancellationToken cancellation) =>
        db.ReadAsync(
            actor,
            Permission.DecisionRead,
            async tx =>
            {
                await GetAsync(tx, id);
                var rows = await tx.QueryAsync<HitView>(
                    """
                    select decision_id, case_ref, list_id, entry_id, distance_bits, scan_id, scanned_at, at
                    from hunt_hit where tenant = @tenant and hunt_id = @id and decision_id > @after
                    order by decision_id limit @most
                    """,
                    new
                    {
                        id,
                        after = after ?? Guid.Empty,
                        most = HistoryRules.MaxShown,
                    }
                );
                if (rows.Count < HistoryRules.MaxShown)
                {
                    return new HitsView(rows, null);
                }
                // A decision of several entries stands whole on the next page.
                var whole = rows.Where(row => row.DecisionId != rows[^1].DecisionId).ToList();
                return whole.Count == 0
                    ? new HitsView(rows, rows[^1].DecisionId)
                    : new HitsView(whole, whole[^1].DecisionId);
            },
            cancellation
        );

    /// <summary>What a hunt could not read.</summary>
    public Task<IReadOnlyList<UnreadView>> UnreadAsync(
        Actor actor,
        Guid id,
        CancellationToken cancellation
    ) =>
        db.ReadAsync<IReadOnlyList<UnreadView>>(
            actor,
            Permission.HistoryRead,
            async tx =>
                [
                    .. (
                        await tx.QueryAsync<PartRow>(
                            """
                            select distinct segment_id, day from hunt_part
                            where tenant = @tenant and hunt_id = @id and is_damaged = @yes order by day limit @most
                            """,
                            new
                            {
                                id,
                                yes = true,
                                most = HistoryRules.MaxShown,
                            }
                        )
                    ).Select(row => new UnreadView(
                        row.SegmentId,
                        HistoryRules.StartOf(row.Day).ToString("yyyy-MM-dd")
                    )),
                ],
            cancellation
        );

    private static async Task<StoredHunt> GetAsync(Tx tx, Guid id) =>
        await StoredHunt.FindAsync(tx, id) ?? throw ProblemException.NotFound("There is no such hunt.");

    private static async Task<IReadOnlyDictionary<Guid, string>> NamesAsync(Tx tx) =>
        (
            await tx.QueryAsync<NameRow>(
                "select id, name from scan_list where tenant = @tenant limit @most",
                new { most = 10_000 }
            )
        ).ToDictionary(row => row.Id, row => row.Name);

    private static string? NameOf(IReadOnlyDictionary<Guid, string> names, Guid? list) =>
        list is { } id ? names.GetValueOrDefault(id, "a list that is gone") : null;

    private sealed class NameRow
    {
        public Guid Id { get; init; }
        public string Name { get; init; } = "";
    }

    private sealed class PartRow
    {
        public Guid SegmentId { get; init; }
        public long Day { get; init; }
    }
}
