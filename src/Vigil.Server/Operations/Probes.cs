using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Files;
using Vigil.Trust;

namespace Vigil.Server.Operations;

/// <summary>
/// Asks the database and looks at the data folder every second, each on its own, so that one that hangs hides
/// nothing of the other.
/// </summary>
internal sealed class Probes : BackgroundService
{
    /// <summary>Below it the database cannot be relied on to write: red.</summary>
    private const long MinFreeBytes = 64L * 1024 * 1024;

    /// <summary>Below it somebody should act.</summary>
    private const long LowFreeBytes = 1024L * 1024 * 1024;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>One question to the database; with <see cref="Stale"/> it makes red within 5 s.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2.5);
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(4);

    /// <summary>Looks in a row that must miss the folder: one may fall into the middle of a remount.</summary>
    private const int MissesUntilGone = 2;

    private readonly TrustKernel _kernel;
    private readonly ServerOptions _options;
    private readonly FolderLock? _hold;
    private readonly Draining _draining;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly Alarms _alarms;
    private readonly ILogger _log;
    private readonly Pulse _database;
    private readonly Pulse _folder;
    private int _misses;

    public Probes(
        TrustKernel kernel,
        ServerOptions options,
        FolderHold hold,
        Draining draining,
        IHostApplicationLifetime lifetime,
        Alarms alarms,
        ILogger<Probes> log
    )
    {
        (_kernel, _options, _hold, _draining) = (kernel, options, hold.Lock, draining);
        (_lifetime, _alarms, _log) = (lifetime, alarms, log);
        _database = new Pulse(
            Every,
            Stale,
            AskDatabaseAsync,
            ReadinessState.Broken(
                "It does not answer.",
                "Look at the database server and at the disk; this turns green by itself."
            )
        );
        _folder = new Pulse(
            Every,
            TimeSpan.FromSeconds(10),
            _ => Task.FromResult(LookAtFolder()),
            ReadinessState.Broken("It does not answer.", "Check the disk and its mount (dmesg).")
        );
        _kernel.Readiness.Add("database", _database.State);
        _kernel.Readiness.Add("data_folder", _folder.State);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(
            _database.RunAsync(stoppingToken),
            // A file system that hangs holds its thread: one of the pool's is given for it.
            Task.Run(() => _folder.RunAsync(stoppingToken), stoppingToken),
            WatchAsync(stoppingToken)
        );

    private async Task<ReadinessState> AskDatabaseAsync(CancellationToken cancellation)
    {
        try
        {
            await _kernel.Db.ProbeAsync(Deadline, cancellation);
            return ReadinessState.Ready("It answers.");
        }
        catch (DatabaseUnavailableException e)
        {
            return ReadinessState.Broken(
                e.Message,
                "Look at the database server; this turns green by itself."
            );
        }
    }

    /// <summary>Says once, with an alarm, that the database is gone, and once that it is back.</summary>
    private async Task WatchAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Every);
        var wasReady = true;
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            var state = _database.State();
            if (state.IsReady == wasReady)
            {
                continue;
            }
            wasReady = state.IsReady;
            await TellAsync(state, cancellation);
        }
    }

    private async Task TellAsync(ReadinessState state, CancellationToken cancellation)
    {
        const string code = "database_frozen";
        if (state.IsReady)
        {
            OperationsLog.DatabaseBack(_log);
            await _alarms.ClearAsync(TenantId.Default, code, cancellation: cancellation);
            return;
        }
        OperationsLog.DatabaseFrozen(_log, state.Text);
        await _alarms.RaiseAsync(
            TenantId.Default,
            new Alarm(
                code,
                AlarmSeverity.Page,
                "The database does not answer; requests are answered with 503. "
                    + "Look at the database server and its disk."
            ),
            cancellation
        );
    }

    private ReadinessState LookAtFolder()
    {
        var isThere = _hold?.IsStillThere() ?? Directory.Exists(_options.KeysFolder);
        _misses = isThere ? 0 : _misses + 1;
        if (!isThere)
        {
            if (_hold is not null && _misses == MissesUntilGone)
            {
                End();
            }
            return ReadinessState.Broken(
                "The data folder is no longer there.",
                "Mount it again, or restore it, and start the server again."
            );
        }
        var free = new DriveInfo(_options.DataFolder).AvailableFreeSpace;
        var text = $"{free / (1024 * 1024)} MiB free.";
        const string advice = "Free space on the disk of the data folder, or move it to a larger one.";
        return free < MinFreeBytes ? ReadinessState.Broken(text, advice)
            : free < LowFreeBytes ? ReadinessState.Warning(text, advice)
            : ReadinessState.Ready(text);
    }

    /// <summary>What is written from here on would be acknowledged and lost: nothing more is.</summary>
    private void End()
    {
        OperationsLog.DataFolderGone(_log);
        _draining.Begin("The data folder is no longer there.");
        _lifetime.StopApplication();
    }
}

/// <summary>The lock of the data folder; none where the database is no file.</summary>
internal sealed record FolderHold(FolderLock? Lock);
