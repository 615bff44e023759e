using Vigil.Files;
using Vigil.Server.Features.Reporting.Filing.Environments;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Running;

/// <summary>What a worker knows of one tenant: what stops its filing, and what is due.</summary>
internal sealed class FilingLook(
    TrustKernel kernel,
    FilingJournals journals,
    Outbound outbound,
    FilingLimits limits,
    TenantId tenant
)
{
    public static readonly Alarm StuckAlarm = new(
        "filing_stuck",
        AlarmSeverity.Page,
        "Reports to be filed cannot be looked at, or their journal cannot be written: the server's log says why. "
            + "It is tried "
            + "again every second."
    );

    private static readonly TimeSpan ClockFor = TimeSpan.FromSeconds(10);

    /// <summary>Where nothing is to be filed: so that the next start knows when the clock was right.</summary>
    private static readonly TimeSpan IdleClockFor = TimeSpan.FromMinutes(5);

    private readonly string _owner = $"{Guid.CreateVersion7(kernel.Time.GetUtcNow()):n}";
    private long? _watchedAt;
    private long? _clockAt;
    private ClockTrust _clock;
    private DateTimeOffset _clockThen;
    private volatile string _stop = "";

    /// <summary>All that a filing may: file, and open what is filed.</summary>
    public Actor Actor { get; } =
        Actor.Machine(tenant, "filing", Permission.ReportFile, Permission.ContentExport);

    /// <summary>The last look failed.</summary>
    public bool IsStuck { get; set; }

    /// <summary>Fenced, elsewhere, a clock in doubt; empty: nothing stops it.</summary>
    public string Stop => _stop;

    /// <summary>Null: nothing is due, nothing may leave, or there is no slot for it.</summary>
    public async Task<LeasedFiling?> NextAsync(FilingSlots slots, CancellationToken stopping)
    {
        await journals.LookForRestoreAsync(Actor, stopping);
        journals.Find(tenant)?.AppendFacts();
        if (!await IsNeededAsync(stopping))
        {
            await PeersAsync(stopping);
            // From the first look on: before anything of this start is taken for something of the last.
            await ClockAsync(IdleClockFor, stopping);
            _stop = "";
            if (_watchedAt is not null)
            {
                // Once more, so that no alarm outlives what it was about.
                await WriteAsync(
                    async tx => await FilingWatch.RunAsync(tx, await StandingsAsync(tx)),
                    stopping
                );
                _watchedAt = null;
            }
            return null;
        }
        try
        {
            await journals.OpenAsync(Actor, stopping);
        }
        catch (FileInUseException)
        {
            _stop = "elsewhere";
            return null;
        }
        var standing = await PeersAsync(stopping);
        return await TakeAsync(slots, standing, stopping);
    }

    /// <summary>Holds what other servers' journals came to, and tells them; null: no journal is open here.</summary>
    public async Task<PeerStanding?> PeersAsync(CancellationToken stopping) =>
        journals.Find(tenant) is null ? null : await journals.PeersOf(tenant).LookAsync(Actor, stopping);

    /// <summary>The server ends: others do not wait for it.</summary>
    public async Task LeaveAsync(CancellationToken cancellation)
    {
        if (journals.Find(tenant) is not null)
        {
            await journals.PeersOf(tenant).LeaveAsync(Actor, cancellation);
        }
    }

    public static ReadinessState Sum(IEnumerable<FilingLook> looks)
    {
        var stops = looks.Select(look => look.IsStuck ? "stuck" : look.Stop).ToList();
        return stops.Contains("fenced")
                ? ReadinessState.Warning(
                    "Nothing is filed or given out: the database was put back, is older than the filing journal, or "
                        + "that is gone.",
                    "Two people decide about each report on /console/reporting/fence, after asking its recipient."
                )
            : stops.Contains("clock")
                ? ReadinessState.Warning(
                    "Nothing is filed: the clock is in doubt.",
                    "Within ten minutes of a start the machine's time service sets it. After that: see the alarm "
                        + "clock_not_trusted, and /console/reporting/fence."
                )
            : stops.Contains("servers")
                ? ReadinessState.Warning(
                    "Nothing is filed from here until the servers of the other filing journals have answered.",
                    "Start them. If one is gone for good, an admin says so on /console/reporting/setup."
                )
            : stops.Contains("stuck")
                ? ReadinessState.Warning("Reports to be filed cannot be looked at.", "See the server's log.")
            : stops.Contains("elsewhere")
                ? ReadinessState.Warning(
                    "Another process files the reports of this data folder.",
                    "Nothing to do if that is meant."
                )
            : ReadinessState.Ready("Reports are filed when they are due.");
    }

    /// <summary>Something waits; or a journal is there that was not compared yet.</summary>
    private async Task<bool> IsNeededAsync(CancellationToken stopping) =>
        await kernel.Db.ReadAsync(
            Actor,
            Permission.ReportFile,
            async tx =>
                await TakeIn.IsAnyAsync(tx)
                || await FenceRow.IsClosedAsync(tx)
                || (
                    journals.Find(tenant) is null
                    && (journals.Exists(tenant) || await Fence.HasJournalAsync(tx))
                ),
            stopping
        );

    private async Task<LeasedFiling?> TakeAsync(
        FilingSlots slots,
        PeerStanding? standing,
        CancellationToken stopping
    )
    {
        if (await ClockAsync(ClockFor, stopping) != ClockTrust.Trusted)
        {
            _stop = "clock";
            return null;
        }
        return await WriteAsync(
            async tx =>
            {
                await TakeIn.RunAsync(tx);
                var isFenced = await FenceRow.IsClosedAsync(tx);
                var waits = standing != PeerStanding.IsIn;
                _stop =
                    isFenced ? "fenced"
                    : waits ? "servers"
                    : "";
                var mayLease =
                    !isFenced
                    && !waits
                    && slots != FilingSlots.None
                    && await FilingLease.IsAnyDueAsync(tx, limits.Lease);
                if (!mayLease && !IsWatchDue())
                {
                    return null;
                }
                var standings = await StandingsAsync(tx);
                await WatchAsync(tx, standings);
                return mayLease ? await LeaseAsync(tx, slots, standings) : null;
            },
            stopping
        );
    }

    private async Task<LeasedFiling?> LeaseAsync(Tx tx, FilingSlots slots, EnvironmentStanding[] standings)
    {
        var journal = journals.Find(tenant)!;
        var leased = await FilingLease.TakeAsync(
            tx,
            // By the journal, of which this process is the only one: its leases of an earlier life are void.
            $"{journal.Id:n}/{_owner}",
            limits.Lease,
            slots,
            standings[0],
            standings[1]
        );
        if (leased is null || !await Fence.IsBehindAsync(tx, journal, leased.Report.Id))
        {
            return leased;
        }
        _stop = "fenced";
        return null;
    }

    /// <summary>Of the test environment and of production.</summary>
    private async Task<EnvironmentStanding[]> StandingsAsync(Tx tx) =>
        [
            await EnvironmentStanding.ReadAsync(tx, outbound, ReportEnvironment.Test),
            await EnvironmentStanding.ReadAsync(tx, outbound, ReportEnvironment.Production),
        ];

    private Task<T> WriteAsync<T>(Func<Tx, Task<T>> work, CancellationToken stopping) =>
        kernel.Db.WriteAsync(Actor, Permission.ReportFile, work, stopping);

    private bool IsWatchDue() =>
        _watchedAt is not { } last || kernel.Time.GetElapsedTime(last) >= limits.WatchEvery;

    private async Task WatchAsync(Tx tx, EnvironmentStanding[] environments)
    {
        if (!IsWatchDue())
        {
            return;
        }
        var now = kernel.Time.GetTimestamp();
        await FilingWatch.RunAsync(tx, environments);
        tx.OnCommitted(() => _watchedAt = now);
    }

    /// <summary>Judged so often, and at once when the two clocks of this machine part.</summary>
    private async Task<ClockTrust> ClockAsync(TimeSpan every, CancellationToken stopping)
    {
        var (now, at) = (kernel.Time.GetTimestamp(), kernel.Time.GetUtcNow());
        var passed = _clockAt is { } last ? kernel.Time.GetElapsedTime(last, now) : TimeSpan.MaxValue;
        if (passed >= every || (at - _clockThen - passed).Duration() >= ClockFor)
        {
            _clock = await WriteAsync(FilingClock.LookAsync, stopping);
            (_clockAt, _clockThen) = (now, at);
        }
        return _clock;
    }
}
