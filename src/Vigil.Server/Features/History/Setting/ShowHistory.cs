using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Features.History.Keeping;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.History.Setting;

/// <summary>What is kept, since when, until when.</summary>
internal sealed record HistoryView
{
    public required bool IsOn { get; init; }

    /// <summary>Turned off; what was kept is being destroyed.</summary>
    public required bool IsErasing { get; init; }

    /// <summary>On, and nothing is kept before a recovery drill of the root keys has passed.</summary>
    public bool WaitsForDrill { get; init; }
    public int Days { get; init; }
    public long MaxBytes { get; init; }
    public bool HuntsByItself { get; init; }
    public DateTimeOffset? SinceAt { get; init; }

    /// <summary>On the disk, with what is not a segment yet.</summary>
    public long Bytes { get; init; }

    /// <summary>Contents in segments.</summary>
    public long Rows { get; init; }

    /// <summary>Hashes of pictures in segments.</summary>
    public long Hashes { get; init; }
    public int Segments { get; init; }

    /// <summary>Segments that do not open: they are not hunted.</summary>
    public int Damaged { get; init; }
    public int WaitingErasures { get; init; }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<DayView> KeptDays { get; init; } = [];

    /// <summary>What was scanned and is not kept, newest first.</summary>
    public IReadOnlyList<LossView> Losses { get; init; } = [];
}

/// <param name="Day">As 2026-11-26, UTC.</param>
/// <param name="Segments">Files.</param>
/// <param name="Damaged">Of them do not open.</param>
/// <param name="Rows">Contents.</param>
/// <param name="Hashes">Of pictures.</param>
/// <param name="Bytes">On the disk.</param>
/// <param name="DestroyedAfter">When the day is due.</param>
internal sealed record DayView(
    string Day,
    int Segments,
    int Damaged,
    long Rows,
    long Hashes,
    long Bytes,
    DateTimeOffset DestroyedAfter
);

/// <param name="Day">As 2026-11-26, UTC.</param>
/// <param name="Reason">queue_full, disk, limit, cut, no_drill, private.</param>
/// <param name="Count">Contents.</param>
internal sealed record LossView(string Day, string Reason, long Count);

/// <summary>`GET /v1/history`.</summary>
internal sealed class ShowHistory(HistoryStore store, RootKeys roots, Db db)
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet(
                "/v1/history",
                async (HttpContext context, ShowHistory show) =>
                    Results.Json(await show.RunAsync(context.Actor(), context.RequestAborted))
            )
            .Require(Permission.HistoryRead)
            .WithName("ShowHistory")
            .WithSummary("What history is kept, since when and until when, and what is missing in it")
            .WithTags("History")
            .Produces<HistoryView>();

    public Task<HistoryView> RunAsync(Actor actor, CancellationToken cancellation) =>
        db.ReadAsync(actor, Permission.HistoryRead, ReadAsync, cancellation);

    private async Task<HistoryView> ReadAsync(Tx tx)
    {
        var settings = await HistorySettings.ReadAsync(tx);
        var segments = await SegmentTable.ListAsync(tx);
        var losses = await tx.QueryAsync<LossRow>(
            """
            select day, reason, count from history_loss where tenant = @tenant order by day desc, reason limit @most
            """,
            new { most = HistoryRules.MaxShown }
        );
        var waiting = await tx.FindAsync<long>(
            "select count(*) from history_erasure where tenant = @tenant and state = 'Waiting'"
        );
        return new HistoryView
        {
            IsOn = settings.IsOn,
            IsErasing = settings.IsErasing,
            WaitsForDrill = settings.IsOn && roots.DrilledAt is null,
            Days = settings.Days,
            MaxBytes = settings.MaxBytes,
            HuntsByItself = settings.HuntsByItself,
            SinceAt = settings.SinceAt,
            Bytes = settings.IsOn ? store.FolderOf(tx.Tenant).Bytes : 0,
            Rows = segments.Sum(segment => segment.Rows),
            Hashes = segments.Sum(segment => segment.Hashes),
            Segments = segments.Count,
            Damaged = segments.Count(segment => segment.IsDamaged),
            WaitingErasures = (int)waiting,
            KeptDays = DaysOf(segments, settings),
            Losses =
            [
                .. losses.Select(loss => new LossView(DayText(loss.Day), Words.Of(loss.Reason), loss.Count)),
            ],
        };
    }

    private static IReadOnlyList<DayView> DaysOf(
        IReadOnlyList<StoredSegment> segments,
        HistorySettings settings
    ) =>
        [
            .. segments
                .GroupBy(segment => segment.Day)
                .OrderByDescending(day => day.Key)
                .Select(day => new DayView(
                    DayText(day.Key),
                    day.Count(),
                    day.Count(segment => segment.IsDamaged),
                    day.Sum(segment => segment.Rows),
                    day.Sum(segment => segment.Hashes),
                    day.Sum(segment => segment.Bytes),
                    HistoryRules.StartOf(day.Key + settings.Days + 1L)
                )),
        ];

    private static string DayText(long day) => HistoryRules.StartOf(day).ToString("yyyy-MM-dd");

    private sealed class LossRow
    {
        public long Day { get; init; }
        public string Reason { get; init; } = "";
        public long Count { get; init; }
    }
}
