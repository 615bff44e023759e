namespace Vigil.Trust.Custody;

/// <summary>The one row of a tenant that its destruction goes by.</summary>
internal sealed class RetentionState
{
    /// <summary>A process that does not say so often that it lives has lost its turn.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    private const string Columns = """
        holder, lease_until, boot, since_boot, anchor_at, last_at, paused_since, paused_because, swept_at, closed_at,
        has_removed
        """;

    public string Holder { get; set; } = "";
    public DateTimeOffset LeaseUntil { get; set; }
    public string Boot { get; set; } = "";

    /// <summary>Milliseconds.</summary>
    public long SinceBoot { get; set; }
    public DateTimeOffset AnchorAt { get; set; }
    public DateTimeOffset LastAt { get; set; }
    public DateTimeOffset? PausedSince { get; set; }

    /// <summary>A <see cref="ClockTrust"/>.</summary>
    public string? PausedBecause { get; set; }
    public DateTimeOffset? SweptAt { get; set; }
    public DateTimeOffset? ClosedAt { get; set; }

    /// <summary>Something was removed since the last close of epochs.</summary>
    public bool HasRemoved { get; set; }

    public ClockTrust Trust =>
        PausedBecause is null ? ClockTrust.Trusted : Enum.Parse<ClockTrust>(PausedBecause);

    public static Task<RetentionState?> FindAsync(Tx tx) =>
        tx.FindAsync<RetentionState>(
            $"select {Columns} from retention_state where tenant = @tenant{tx.ForUpdate}"
        );

    /// <summary>
    /// Takes or renews the lease and judges the clock. Null: another process has its turn. With SQLite there is one
    /// process: what a killed one left of its lease is not waited for.
    /// </summary>
    public static async Task<RetentionState?> TakeAsync(Tx tx, string holder, DbEngine engine)
    {
        var now = TrustedClock.Now(tx.Kernel.Time);
        var state = await FindAsync(tx) ?? new RetentionState { Holder = holder, LastAt = now.At };
        if (
            engine != DbEngine.Sqlite
            && state.Holder != holder
            && state.LeaseUntil > now.At
            && state.LeaseUntil - now.At <= Lease
        )
        {
            return null;
        }
        state.Holder = holder;
        state.LeaseUntil = now.At + Lease;
        if (state.Boot.Length == 0)
        {
            state.Anchor(now);
        }
        var trust = TrustedClock.Judge(
            new ClockMark(state.Boot, TimeSpan.FromMilliseconds(state.SinceBoot), state.AnchorAt),
            state.LastAt,
            now,
            await TrustedClock.OfDatabaseAsync(tx, tx.Kernel.Time)
        );
        await state.SetAsync(tx, trust, now);
        await state.SaveAsync(tx);
        return state;
    }

    /// <summary>A person confirmed the clock: from here on it is measured anew.</summary>
    public void Anchor(ClockMark now)
    {
        (Boot, SinceBoot) = (now.Boot, (long)now.SinceBoot.TotalMilliseconds);
        (AnchorAt, LastAt) = (now.At, now.At);
    }

    public Task<int> SaveAsync(Tx tx) =>
        tx.ExecuteAsync(
            $"""
            insert into retention_state (tenant, {Columns})
            values (@tenant, @Holder, @LeaseUntil, @Boot, @SinceBoot, @AnchorAt, @LastAt, @PausedSince, @PausedBecause,
                @SweptAt, @ClosedAt, @HasRemoved)
            on conflict (tenant) do update set holder = excluded.holder, lease_until = excluded.lease_until,
                boot = excluded.boot, since_boot = excluded.since_boot, anchor_at = excluded.anchor_at,
                last_at = excluded.last_at, paused_since = excluded.paused_since,
                paused_because = excluded.paused_because, swept_at = excluded.swept_at, closed_at = excluded.closed_at,
                has_removed = excluded.has_removed
            """,
            this
        );

    /// <summary>
    /// With the act that something is removed by: whatever cuts the look off then, the next one closes the epoch.
    /// </summary>
    public static Task<int> NoteRemovalAsync(Tx tx, int count) =>
        count == 0
            ? Task.FromResult(0)
            : tx.ExecuteAsync("update retention_state set has_removed = true where tenant = @tenant");

    private async Task SetAsync(Tx tx, ClockTrust trust, ClockMark now)
    {
        if (trust != ClockTrust.Trusted)
        {
            PausedSince ??= now.At;
            PausedBecause = trust.ToString();
            await tx.RaiseAlarmAsync(
                new Alarm(
                    "clock_not_trusted",
                    AlarmSeverity.Page,
                    trust == ClockTrust.Skewed
                        ? "This machine's clock and the database's differ by more than five minutes, so nothing is "
                            + "destroyed. Set the wrong one right; it then goes on by itself."
                        : "The clock jumped by more than ten minutes, or the machine was off for longer, so nothing "
                            + "is destroyed. Set it right, and it goes on by itself; if it is right now, two persons "
                            + "confirm that on the page of what is held."
                )
            );
            return;
        }
        (PausedSince, PausedBecause) = (null, null);
        if (
            !TrustedClock.IsSameBoot(new ClockMark(Boot, TimeSpan.FromMilliseconds(SinceBoot), AnchorAt), now)
        )
        {
            Anchor(now);
        }
        LastAt = now.At;
        await tx.ClearAlarmAsync("clock_not_trusted");
    }
}
