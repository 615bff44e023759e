using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Limits;

/// <summary>One view as far as exposure goes.</summary>
public sealed record Seen
{
    public DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset EndedAt { get; init; }
    public long UnblurredMs { get; init; }
    public ViewMode Mode { get; init; }
    public Guid ContentId { get; init; }
    public Severity Severity { get; init; }
}

public enum ViewMode
{
    Rendition,
    Reveal,

    /// <summary>Text alone: it counts among the views of an hour, and burdens no break and no day.</summary>
    Metadata,

    /// <summary>Grey frames of a video, one at a time: its seconds count as those of a reveal.</summary>
    Scrub,

    /// <summary>The sound of a video: likewise.</summary>
    Sound,

    /// <summary>Words of people, uncovered: as a reveal, but for its severity, which nobody grades.</summary>
    Words,
}

/// <summary>What a person has seen lately, at one moment.</summary>
public sealed record Exposure
{
    public required DateTimeOffset Now { get; init; }
    public required int ViewsInHour { get; init; }

    /// <summary>When the oldest of them is an hour ago.</summary>
    public DateTimeOffset? HourPassesAt { get; init; }

    public required int RevealsToday { get; init; }
    public required int RenditionsToday { get; init; }
    public int ScrubsToday { get; init; }
    public int SoundsToday { get; init; }
    public required int WordsToday { get; init; }
    public required TimeSpan UnblurredToday { get; init; }

    /// <summary>Beginning of the views that no break has ended; null: none lately.</summary>
    public DateTimeOffset? BlockBeganAt { get; init; }

    public DateTimeOffset? LastEndedAt { get; init; }

    /// <summary>At the limit of the day, and nobody has lifted it.</summary>
    public bool IsStopped { get; init; }

    /// <summary>Where nobody else may lift it: when a stop, there or to come now, ends by itself. Null: others lift
    /// it.</summary>
    public DateTimeOffset? StopEndsAt { get; init; }

    /// <summary>Stops of today that another person lifted.</summary>
    public int LiftedToday { get; init; }

    /// <summary>Of today, the hardest first; what is not graded yet last. Those of which nothing was seen are left
    /// out.</summary>
    public IReadOnlyList<SeenOfSeverity> BySeverity { get; init; } = [];

    /// <summary>Stops of today for severe material that another person lifted.</summary>
    public int SevereLiftedToday { get; init; }

    public TimeSpan SevereToday =>
        BySeverity.FirstOrDefault(seen => seen.Severity == Severity.Severe)?.Unblurred ?? TimeSpan.Zero;

    /// <summary>Of the day, of severe material: each stop that was lifted adds a quarter of the rule.</summary>
    public TimeSpan SevereLimit(ViewingRules rules) =>
        TimeSpan.FromMinutes(rules.SevereMinutes * (1 + SevereLiftedToday / 4.0));

    /// <summary>Of the day: each stop that was lifted adds a quarter of the rule.</summary>
    public TimeSpan DayLimit(ViewingRules rules) =>
        TimeSpan.FromMinutes(rules.DailyMinutes * (1 + LiftedToday / 4.0));

    public static async Task<Exposure> ReadAsync(Tx tx, string viewer, ViewingRules rules)
    {
        var day = rules.DayOf(tx.Now);
        // A block may have begun before midnight.
        var since = day < tx.Now.AddHours(-4) ? day : tx.Now.AddHours(-4);
        var rows = await tx.QueryAsync<Seen>(
            """
            select started_at, ended_at, unblurred_ms, mode, content_id, id from viewing_record
            where tenant = @tenant and viewer = @viewer and started_at >= @since and state <> 'Refused'
            union all
            select started_at, ended_at, read_ms, 'Words', id, id from viewing_words
            where tenant = @tenant and viewer = @viewer and started_at >= @since and state <> 'Refused'
            order by started_at, id limit 10000
            """,
            new { viewer, since }
        );
        var stops = await tx.QueryAsync<LimitEvent>(
            """
            select id, viewer, at, kind, lifted_at, lifted_by from viewing_limit
            where tenant = @tenant and viewer = @viewer and kind in ('Hard', 'Severe')
              and (lifted_at is null or at >= @day)
            order by at limit 100
            """,
            new { viewer, day }
        );
        var aloneSince = await SoloStops.AloneSinceAsync(tx, viewer);
        List<LimitEvent> standing =
        [
            .. stops.Where(stop =>
                stop.LiftedAt is null
                && (aloneSince is not { } from || SoloStops.EndOf(stop.At, from) > tx.Now)
            ),
        ];
        var severities = await Severities.OfSeenAsync(tx, viewer, since);
        var seen = rows.Select(row => row with { Severity = severities.GetValueOrDefault(row.ContentId) });
        return Of([.. seen], rules, tx.Now, standing.Count > 0) with
        {
            StopEndsAt = aloneSince is { } alone
                ? SoloStops.EndOf(standing.Count > 0 ? standing[^1].At : tx.Now, alone)
                : null,
            LiftedToday = stops.Count(stop => stop is { Kind: LimitKind.Hard, LiftedAt: not null }),
            SevereLiftedToday = stops.Count(stop => stop is { Kind: LimitKind.Severe, LiftedAt: not null }),
        };
    }

    /// <param name="rows">By their beginning.</param>
    public static Exposure Of(
        IReadOnlyList<Seen> rows,
        ViewingRules rules,
        DateTimeOffset now,
        bool isStopped
    )
    {
        var inHour = rows.Where(row => row.StartedAt > now.AddHours(-1)).ToList();
        var today = rows.Where(row => row.StartedAt >= rules.DayOf(now)).ToList();
        var pause = TimeSpan.FromMinutes(rules.BreakMinutes);
        DateTimeOffset? began = null;
        DateTimeOffset? ended = null;
        foreach (var row in rows.Where(row => row.Mode != ViewMode.Metadata))
        {
            began = ended is null || row.StartedAt - ended >= pause ? row.StartedAt : began;
            ended = ended is null || row.EndedAt > ended ? row.EndedAt : ended;
        }
        return new Exposure
        {
            Now = now,
            ViewsInHour = inHour.Count,
            HourPassesAt = inHour.Count == 0 ? null : inHour[0].StartedAt.AddHours(1),
            RevealsToday = today.Count(row => row.Mode == ViewMode.Reveal),
            RenditionsToday = today.Count(row => row.Mode == ViewMode.Rendition),
            ScrubsToday = today.Count(row => row.Mode == ViewMode.Scrub),
            SoundsToday = today.Count(row => row.Mode == ViewMode.Sound),
            WordsToday = today.Count(row => row.Mode == ViewMode.Words),
            UnblurredToday = TimeSpan.FromMilliseconds(today.Sum(row => row.UnblurredMs)),
            BlockBeganAt = ended is { } last && now - last >= pause ? null : began,
            LastEndedAt = ended,
            IsStopped = isStopped,
            BySeverity =
            [
                .. today
                    .Where(row => row.Mode is not (ViewMode.Metadata or ViewMode.Words))
                    .GroupBy(row => row.Severity)
                    .OrderByDescending(group => group.Key)
                    .Select(group => new SeenOfSeverity(
                        group.Key,
                        group.Count(),
                        TimeSpan.FromMilliseconds(group.Sum(row => row.UnblurredMs))
                    )),
            ],
        };
    }
}
