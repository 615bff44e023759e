using Vigil.Files;
using Vigil.Trust.Custody;

namespace Vigil.Trust;

/// <summary>
/// Whether filing may go by this machine's clock. Judged apart from destruction (<see cref="FilingClockRule"/>): at the
/// first look since a start of the machine by what is known from before; from then on against the time that passed.
/// </summary>
public static class FilingClock
{
    /// <summary>The act by which one person takes the clock for right.</summary>
    public const string Action = "clock.confirmed_for_filing";

    private const string Alarm = "clock_not_trusted";
    private const string About = "filing";

    /// <summary>As of now, without writing anything.</summary>
    public static async Task<ClockTrust> ReadAsync(Tx tx)
    {
        ArgumentNullException.ThrowIfNull(tx);
        return await JudgeAsync(tx, TrustedClock.Now(tx.Kernel.Time));
    }

    /// <summary>As of now, remembered for the next start of this machine, with its alarm.</summary>
    public static async Task<ClockTrust> LookAsync(Tx tx)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var now = TrustedClock.Now(tx.Kernel.Time);
        var trust = await JudgeAsync(tx, now);
        if (trust == ClockTrust.Trusted)
        {
            await SeeAsync(tx, now);
            await tx.ClearAlarmAsync(Alarm, About);
        }
        else if (trust != ClockTrust.Settling)
        {
            await tx.RaiseAlarmOnceAsync(
                new Alarm(Alarm, AlarmSeverity.Page, TextOf(trust)) { About = About }
            );
        }
        return trust;
    }

    /// <summary>
    /// A person says that the clock is right; filing goes on by it. One is enough: each report is a person's word
    /// already, and nothing is destroyed by this.
    /// </summary>
    /// <exception cref="RetentionException">
    /// No person, no reason, no doubt, or the database's clock says otherwise.
    /// </exception>
    public static async Task ConfirmAsync(Tx tx, string reason)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var why = Holds.TextOf(reason, "reason");
        if (tx.Actor.Kind != ActorKind.Person)
        {
            throw new RetentionException("not_a_person", "A person says so, signed in to the console.");
        }
        var trust = await ReadAsync(tx);
        if (trust is ClockTrust.Trusted or ClockTrust.Skewed)
        {
            throw trust == ClockTrust.Skewed
                ? new RetentionException("clock_skewed", TextOf(trust))
                : new RetentionException(
                    "clock_trusted",
                    "The clock is not in doubt: there is nothing to confirm."
                );
        }
        await TrustAsync(tx);
        await tx.RecordAsync(
            new LedgerAct(Action, tx.Tenant.Value)
            {
                Reason = why,
                Facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["was"] = trust.ToString() },
            }
        );
    }

    /// <summary>Measured anew from here on; what was known before counts no more.</summary>
    internal static async Task TrustAsync(Tx tx)
    {
        await tx.ExecuteAsync("delete from filing_clock where tenant = @tenant");
        await SeeAsync(tx, TrustedClock.Now(tx.Kernel.Time));
        await tx.ClearAlarmAsync(Alarm, About);
    }

    private static async Task<ClockTrust> JudgeAsync(Tx tx, ClockMark now)
    {
        var database = await TrustedClock.OfDatabaseAsync(tx, tx.Kernel.Time);
        var seen = await tx.FindAsync<SeenRow>(
            "select since_boot, anchor_at, last_at from filing_clock where tenant = @tenant and boot = @boot",
            new { boot = now.Boot }
        );
        var anchor = new ClockMark(
            now.Boot,
            TimeSpan.FromMilliseconds(seen?.SinceBoot ?? 0),
            seen?.AnchorAt ?? default
        );
        if (seen is not null && TrustedClock.IsSameBoot(anchor, now))
        {
            return TrustedClock.Judge(anchor, seen.LastAt, now, database);
        }
        var last = await TimeAsync(tx, "select max(last_at) from filing_clock where tenant = @tenant");
        var signed = await TimeAsync(
            tx,
            "select h.signed_at from ledger_head h join tenant t on t.tenant = @tenant where h.one = 1"
        );
        // Another clock than the machine's own is none that its kernel speaks of.
        var isKept = ReferenceEquals(tx.Kernel.Time, TimeProvider.System) ? MachineClock.IsKept : null;
        return FilingClockRule.AtStart(now, last, signed, database, isKept);
    }

    private static async Task SeeAsync(Tx tx, ClockMark now)
    {
        await tx.ExecuteAsync(
            """
            insert into filing_clock (tenant, boot, since_boot, anchor_at, last_at)
            values (@tenant, @boot, @sinceBoot, @at, @at)
            on conflict (tenant, boot) do update set last_at = excluded.last_at,
                anchor_at = case when filing_clock.since_boot > excluded.since_boot
                    then excluded.anchor_at else filing_clock.anchor_at end,
                since_boot = case when filing_clock.since_boot > excluded.since_boot
                    then excluded.since_boot else filing_clock.since_boot end
            """,
            new
            {
                boot = now.Boot,
                sinceBoot = (long)now.SinceBoot.TotalMilliseconds,
                at = now.At,
            }
        );
        await tx.ExecuteAsync(
            "delete from filing_clock where tenant = @tenant and last_at < @old",
            new { old = now.At - FilingClockRule.MaxOff }
        );
    }

    private static async Task<DateTimeOffset?> TimeAsync(Tx tx, string sql) =>
        await tx.FindAsync<long?>(sql) is { } time ? DateTimeOffset.FromUnixTimeMilliseconds(time) : null;

    private static string TextOf(ClockTrust trust) =>
        trust == ClockTrust.Skewed
            ? "This machine's clock and the database's differ by more than five minutes, so nothing is filed. Set the "
                + "wrong one right; it then goes on by itself."
            : "The clock jumped, or is behind what is known, so nothing is filed. Set it right, and it goes on by "
                + "itself; if it is right now, somebody who may file says so on /console/reporting/fence.";

    private sealed class SeenRow
    {
        public long SinceBoot { get; init; }
        public DateTimeOffset AnchorAt { get; init; }
        public DateTimeOffset LastAt { get; init; }
    }
}
