using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Matching.Entries;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Index;

/// <summary>
/// Keeps the entries in sealed files, so that a start reads those and of the database only what changed since. The
/// files are a cache: what is missing, damaged, of another format or of another database's past is read from the
/// database instead. Once a day all files are read again, slowly; what is damaged is told and written anew.
/// </summary>
internal sealed partial class IndexKeeper(
    ScanIndex index,
    TrustKernel kernel,
    ServerOptions options,
    ILogger<IndexKeeper> log
) : BackgroundService
{
    /// <summary>How often it looks whether there is something to write.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>What is new waits so long for its file; a start after a kill reads it from the database.</summary>
    private static readonly TimeSpan SaveAfter = TimeSpan.FromMinutes(1);

    /// <summary>Many merges follow each other after a large import: what they make is written once.</summary>
    private static readonly TimeSpan SaveDespiteMerges = TimeSpan.FromMinutes(5);

    /// <summary>Well before the lists of a tenant that is gone count as out of date.</summary>
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ScrubEvery = TimeSpan.FromDays(1);

    /// <summary>After each megabyte of a scrub: 8 MB a second.</summary>
    private static readonly TimeSpan ScrubPause = TimeSpan.FromMilliseconds(125);

    private readonly ConcurrentDictionary<TenantId, Kept> _kept = new();

    /// <summary>The race it prevents: a save, a scrub's repair and a drop of one tenant at once.</summary>
    private readonly SemaphoreSlim _turn = new(1, 1);

    private readonly Lazy<IndexFolder?> _folder = new(() => IndexFolder.TryTake(options.DataFolder));
    private HashSet<TenantId> _living = [];
    private long _sweptAt;

    /// <summary>A tenant's store and what of the memory it has.</summary>
    private sealed class Kept(EntryStore store)
    {
        public EntryStore Store => store;

        /// <summary>Null: nothing that could be used.</summary>
        public EntrySnapshot? Saved { get; set; }

        /// <summary>Or opened, or tried in vain.</summary>
        public required long SavedAt { get; set; }

        /// <summary>The last time nothing could be written: the next try waits, also where nothing is saved.</summary>
        public bool HasFailed { get; set; }
        public long ScrubbedAt { get; set; }

        /// <summary>Marks that no state may serve by: the database forgets them with the next one.</summary>
        public ConcurrentDictionary<Guid, bool> Outdated { get; } = new();

        /// <summary>Something was damaged, and no alarm says so yet.</summary>
        public bool IsUntold { get; set; }
    }

    /// <summary>
    /// Begins with what is on disk, or else with a mark in the database that is going to be read; does nothing the next
    /// time.
    /// </summary>
    public async Task OpenAsync(TenantIndex tenant, CancellationToken stopping)
    {
        if (tenant.IsOpened)
        {
            return;
        }
        if (await KeptOfAsync(tenant, stopping) is { } kept)
        {
            if (!await BeginAsync(tenant, kept, stopping))
            {
                kept.Saved = null;
                if (await MarkAsync(tenant, null, -1, kept, stopping) is { } mark)
                {
                    tenant.Begin(mark);
                }
            }
            await TellAsync(tenant, kept, stopping);
        }
        tenant.IsOpened = true;
    }

    /// <summary>Writes what is not on disk yet, unless there is nothing, or nothing that may be kept.</summary>
    public async Task SaveAsync(TenantIndex tenant, CancellationToken stopping = default)
    {
        await _turn.WaitAsync(stopping);
        try
        {
            // First the mark: a state of before a reset is never written under a mark of after it.
            if (
                tenant is not { Mark: { } mark, IsLoaded: true, HasUnreadable: false, IsEnded: false }
                || tenant.Current is not { } now
                || await KeptOfAsync(tenant, stopping) is not { } kept
                || ReferenceEquals(now.Listed, kept.Saved)
            )
            {
                return;
            }
            (kept.SavedAt, kept.HasFailed) = (options.Time.GetTimestamp(), true);
            var before = kept.Store.States.Select(state => state.Mark).Append(mark).ToList();
            if (await MarkAsync(tenant, mark, now.Generation, kept, stopping) is not { } newer)
            {
                return;
            }
            try
            {
                // Not cancelled half-way: it is safe to be killed in it, and a drain waits for it.
                await Task.Run(
                    () => kept.Store.Save(now.Listed, now.Generation, newer),
                    CancellationToken.None
                );
                tenant.Renew(mark, newer);
            }
            finally
            {
                // After a failure the new one; the one of the memory stays.
                var named = kept.Store.States.Select(state => state.Mark).ToList();
                foreach (var old in before.Append(newer).Except(named))
                {
                    if (old != tenant.Mark)
                    {
                        kept.Outdated.TryAdd(old, true);
                    }
                }
            }
            (kept.Saved, kept.SavedAt, kept.HasFailed) = (now.Listed, options.Time.GetTimestamp(), false);
            tenant.FileProblem = null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            tenant.FileProblem = "not written";
            LogNotSaved(log, Advice(e));
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The last step before the end.</summary>
    public async Task SaveAllAsync(CancellationToken stopping)
    {
        foreach (var tenant in index.Tenants)
        {
            await SaveAsync(tenant, stopping);
        }
    }

    /// <summary>Reads all files of a tenant again; what is damaged is told and written anew.</summary>
    /// <param name="pause">After each megabyte.</param>
    public async Task ScrubAsync(TenantIndex tenant, TimeSpan pause, CancellationToken stopping = default)
    {
        if (_kept.GetValueOrDefault(tenant.Tenant) is not { } kept)
        {
            return;
        }
        kept.ScrubbedAt = options.Time.GetTimestamp();
        var isWhole = await kept.Store.ScrubAsync(() => Task.Delay(pause, options.Time, stopping), stopping);
        var marks = kept.Store.States.Select(state => state.Mark).ToList();
        await WriteAsync(tenant.Tenant, tx => IndexMarks.RenewAsync(tx, marks), stopping);
        if (!isWhole)
        {
            kept.Saved = null;
            await TellAsync(tenant, kept, stopping);
            await SaveAsync(tenant, stopping);
        }
    }

    /// <summary>The tenant was destroyed: nothing of it stays, in memory or on disk. Never fails.</summary>
    public void Drop(TenantId tenant)
    {
        index.End(tenant);
        _ = Task.Run(async () =>
        {
            await _turn.WaitAsync();
            try
            {
                _kept.TryRemove(tenant, out _);
                _folder.Value?.Remove(tenant);
            }
            catch (Exception e) when (IsOfDisk(e))
            {
                // The sweep tries again.
                LogNotSaved(log, e.Message);
            }
            finally
            {
                _turn.Release();
            }
        });
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(
            EveryAsync(RoundAsync, Pause, stoppingToken),
            EveryAsync(ScrubRoundAsync, SweepEvery, stoppingToken)
        );

    public override void Dispose()
    {
        if (_folder.IsValueCreated)
        {
            _folder.Value?.Dispose();
        }
        _turn.Dispose();
        base.Dispose();
    }

    private async Task EveryAsync(
        Func<CancellationToken, Task> round,
        TimeSpan pause,
        CancellationToken stopping
    )
    {
        using var timer = new PeriodicTimer(pause, options.Time);
        try
        {
            do
            {
                await TryAsync(() => round(stopping), stopping);
            } while (await timer.WaitForNextTickAsync(stopping));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The end.
        }
    }

    /// <summary>The disk or the database, most likely: the next round does it. One tenant holds up no other.</summary>
    private async Task TryAsync(Func<Task> work, CancellationToken stopping)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            LogNotSaved(log, Advice(e));
        }
    }

    private async Task RoundAsync(CancellationToken stopping)
    {
        if (_sweptAt == 0 || options.Time.GetElapsedTime(_sweptAt) > SweepEvery)
        {
            await SweepAsync(stopping);
            _sweptAt = Math.Max(1, options.Time.GetTimestamp());
        }
        foreach (var tenant in index.Tenants.Where(tenant => _living.Contains(tenant.Tenant)))
        {
            await TryAsync(() => SaveDueAsync(tenant, stopping), stopping);
        }
    }

    private async Task SaveDueAsync(TenantIndex tenant, CancellationToken stopping)
    {
        if (await KeptOfAsync(tenant, stopping) is { } kept && IsDue(tenant, kept))
        {
            await SaveAsync(tenant, stopping);
        }
    }

    private bool IsDue(TenantIndex tenant, Kept kept)
    {
        var since = options.Time.GetElapsedTime(kept.SavedAt);
        return tenant.IsMerging
            ? since > SaveDespiteMerges
            : (kept.Saved is null && !kept.HasFailed) || since > SaveAfter;
    }

    private async Task ScrubRoundAsync(CancellationToken stopping)
    {
        foreach (var (id, kept) in _kept)
        {
            if (kept.ScrubbedAt == 0)
            {
                kept.ScrubbedAt = options.Time.GetTimestamp();
            }
            else if (
                options.Time.GetElapsedTime(kept.ScrubbedAt) > ScrubEvery
                && index.Tenants.FirstOrDefault(tenant => tenant.Tenant == id) is { } tenant
            )
            {
                await TryAsync(() => ScrubAsync(tenant, ScrubPause, stopping), stopping);
            }
        }
    }

    /// <summary>
    /// Tenants that were destroyed by another process, or while this one did not run; also in memory, for nobody can
    /// follow lists that are gone.
    /// </summary>
    internal async Task SweepAsync(CancellationToken stopping)
    {
        // In this order: one that is made meanwhile is not taken for gone.
        var followed = index.Tenants;
        var living = (await kernel.TenantsAsync(stopping)).ToHashSet();
        foreach (var gone in followed.Select(tenant => tenant.Tenant).Where(IsGone))
        {
            index.End(gone);
        }
        await _turn.WaitAsync(stopping);
        try
        {
            foreach (var gone in _kept.Keys.Where(tenant => !living.Contains(tenant)))
            {
                _kept.TryRemove(gone, out _);
            }
            _folder.Value?.RemoveAllBut(living);
            _living = living;
        }
        finally
        {
            _turn.Release();
        }

        bool IsGone(TenantId tenant) => tenant != TenantId.Default && !living.Contains(tenant);
    }

    /// <summary>True: a state on disk serves.</summary>
    private async Task<bool> BeginAsync(TenantIndex tenant, Kept kept, CancellationToken stopping)
    {
        var isOther = false;
        foreach (var state in kept.Store.States)
        {
            var (secrets, isKnown) = await ReadAsync(
                tenant.Tenant,
                async tx => (tx.Secrets, await IndexMarks.IsKnownAsync(tx, state.Mark, state.Sequence)),
                stopping
            );
            isOther |= !isKnown;
            if (!isKnown)
            {
                // Nor may it serve later, when the clock has come as far again with other changes.
                kept.Outdated.TryAdd(state.Mark, true);
            }
            if (isKnown && await Task.Run(() => kept.Store.TryOpen(state), stopping) is { } stored)
            {
                tenant.Begin(secrets, stored, state.Sequence, state.Mark);
                kept.Saved = stored;
                return true;
            }
        }
        if (isOther)
        {
            LogOtherPast(log);
        }
        return false;
    }

    /// <summary>A new mark; null: the database does not know the present one, or takes none now.</summary>
    private async Task<Guid?> MarkAsync(
        TenantIndex tenant,
        Guid? present,
        long generation,
        Kept kept,
        CancellationToken stopping
    )
    {
        try
        {
            var outdated = kept.Outdated.Keys;
            var mark = await kernel.Db.WriteAsync(
                ActorOf(tenant.Tenant),
                Permission.ListRead,
                tx => IndexMarks.NewAsync(tx, present, generation, outdated),
                stopping
            );
            if (mark is null)
            {
                return null;
            }
            foreach (var old in outdated)
            {
                kept.Outdated.TryRemove(old, out _);
            }
            return mark;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Lists are read all the same; without a mark nothing is written.
            tenant.FileProblem = "no mark";
            LogNotSaved(log, Advice(e));
            return null;
        }
    }

    private static string Advice(Exception e) => e is IOException ? e.Message : e.GetType().Name;

    /// <summary>Null: it has no files, since there is no place for them.</summary>
    private async Task<Kept?> KeptOfAsync(TenantIndex tenant, CancellationToken stopping)
    {
        try
        {
            if (_folder.Value is not { } folder)
            {
                tenant.FileProblem = "no folder";
                return null;
            }
            var secrets = await ReadAsync(tenant.Tenant, tx => Task.FromResult(tx.Secrets), stopping);
            return _kept.GetOrAdd(
                tenant.Tenant,
                id => new Kept(
                    new EntryStore(folder.Of(id), secrets.Files("scan index", IndexFolder.Version))
                )
                {
                    SavedAt = options.Time.GetTimestamp(),
                }
            );
        }
        catch (Exception e) when (IsOfDisk(e))
        {
            tenant.FileProblem = "not readable";
            LogNotSaved(log, e.Message);
            return null;
        }
    }

    /// <summary>Says what was damaged: in the log, and to a person.</summary>
    private async Task TellAsync(TenantIndex tenant, Kept kept, CancellationToken stopping)
    {
        foreach (var problem in kept.Store.TakeProblems())
        {
            LogDamaged(log, problem);
            kept.IsUntold = true;
        }
        if (!kept.IsUntold)
        {
            return;
        }
        tenant.FileProblem = "damaged";
        await WriteAsync(
            tenant.Tenant,
            async tx =>
            {
                await tx.RaiseAlarmAsync(
                    new Alarm(
                        "index_damaged",
                        AlarmSeverity.Urgent,
                        "Files of the index of lists were cut, altered or exchanged. They are not used and are written "
                            + "again from the database; scans are answered from whole data. Look at the disk."
                    )
                );
                return 0;
            },
            stopping
        );
        kept.IsUntold = false;
    }

    private static bool IsOfDisk(Exception e) =>
        e is UnauthorizedAccessException or (IOException and not DatabaseUnavailableException);

    private Task<T> ReadAsync<T>(TenantId tenant, Func<Tx, Task<T>> work, CancellationToken stopping) =>
        kernel.Db.ReadAsync(ActorOf(tenant), Permission.ListRead, work, stopping);

    private Task<int> WriteAsync(TenantId tenant, Func<Tx, Task<int>> work, CancellationToken stopping) =>
        kernel.Db.WriteAsync(ActorOf(tenant), Permission.ListRead, work, stopping);

    private static Actor ActorOf(TenantId tenant) => Actor.Machine(tenant, "list index", Permission.ListRead);

    [LoggerMessage(305, LogLevel.Error, "An index file is not used and will be written again: {Problem}")]
    private static partial void LogDamaged(ILogger log, string problem);

    [LoggerMessage(306, LogLevel.Error, "The index files could not be written or looked after: {Advice}")]
    private static partial void LogNotSaved(ILogger log, string advice);

    [LoggerMessage(
        307,
        LogLevel.Warning,
        "The index files are of another past than the database, which was put back or exchanged: they are built anew"
    )]
    private static partial void LogOtherPast(ILogger log);
}
