using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Vigil.Files;
using Vigil.Trust;

namespace Vigil.Server.Features.History.Keeping;

/// <summary>The histories of this process: who keeps one, and where.</summary>
internal sealed class HistoryStore(
    ServerOptions options,
    DayVault vault,
    ScannedContents scanned,
    TrustKernel kernel,
    Db db
) : IDisposable
{
    /// <summary>Before a tenant's name, which may be "..".</summary>
    private const string FolderPrefix = "t-";

    private const string LockName = "history.lock";

    private readonly ConcurrentDictionary<TenantId, TenantFolder> _folders = new();
    private readonly ConcurrentDictionary<TenantId, HistorySettings> _settings = new();

    /// <summary>The race it prevents: two who tell scanning whose contents are wanted.</summary>
    private readonly Lock _telling = new();

    private long _acts;
    private FolderLock? _home;

    private string Root => Path.Combine(options.DataFolder, "history");

    public HistoryLimits Limits => options.History;

    public DateTimeOffset Now => options.Time.GetUtcNow();

    /// <summary>Tenants that keep a history, or kept one that is not gone yet.</summary>
    public IReadOnlyCollection<TenantId> Tenants => [.. _settings.Keys];

    /// <summary>As they were read last; a change by this process counts at once.</summary>
    public HistorySettings SettingsOf(TenantId tenant) =>
        _settings.GetValueOrDefault(tenant, HistorySettings.Off);

    public TenantFolder FolderOf(TenantId tenant) =>
        _folders.GetOrAdd(
            tenant,
            id => new TenantFolder(
                Path.Combine(Root, FolderPrefix + id.Value),
                id,
                vault,
                Limits,
                () => Guid.CreateVersion7(Now)
            )
        );

    /// <summary>What an act of this process decided: it holds from now on.</summary>
    public void Set(TenantId tenant, HistorySettings settings)
    {
        lock (_telling)
        {
            _acts++;
            Hold(tenant, settings);
        }
    }

    /// <summary>Counts what was decided here; taken before the database is read.</summary>
    public long Acts => Interlocked.Read(ref _acts);

    /// <summary>What was read: older than an act that came in between, it must not undo it.</summary>
    public void SetRead(TenantId tenant, HistorySettings settings, long actsBefore)
    {
        lock (_telling)
        {
            if (_acts == actsBefore)
            {
                Hold(tenant, settings);
            }
        }
    }

    private void Hold(TenantId tenant, HistorySettings settings)
    {
        _settings[tenant] = settings;
        var on = _settings.Where(pair => pair.Value.IsOn).Select(pair => pair.Key).ToList();
        IsElsewhere = (on.Count > 0 || settings.IsErasing) && !TakeHome();
        scanned.Want(IsElsewhere ? [] : on);
    }

    /// <summary>
    /// Another process keeps the histories of this data folder: two would take each other's open files for damaged.
    /// Tried again with every look.
    /// </summary>
    public bool IsElsewhere { get; private set; }

    public ReadinessState State() =>
        IsElsewhere
            ? ReadinessState.Warning(
                "Another server process keeps the histories of this data folder: what this one scans is not kept.",
                "End the other process."
            )
            : ReadinessState.Ready("Histories are kept by this process.");

    private bool TakeHome()
    {
        _home ??= FolderLock.TryTake(options.DataFolder, LockName);
        return _home is not null;
    }

    /// <summary>
    /// Reads what all tenants decided, suspended ones too where they have files here. What fails in one is thrown when
    /// the others are read.
    /// </summary>
    public async Task ReadAsync(CancellationToken cancellation)
    {
        var active = await kernel.TenantsAsync(cancellation);
        await EachAsync(active.Union(OnDisk()), tenant => ReadAsync(tenant, cancellation), cancellation);
    }

    private async Task ReadAsync(TenantId tenant, CancellationToken cancellation)
    {
        var acts = Acts;
        var settings = await db.ReadAsync(
            ActorOf(tenant),
            Permission.HistoryRead,
            HistorySettings.ReadAsync,
            cancellation
        );
        if (settings != HistorySettings.Off || _settings.ContainsKey(tenant))
        {
            SetRead(tenant, settings, acts);
        }
    }

    /// <summary>Of all of them; what failed first is thrown when each was tried.</summary>
    public static async Task EachAsync(
        IEnumerable<TenantId> tenants,
        Func<TenantId, Task> work,
        CancellationToken cancellation
    )
    {
        ExceptionDispatchInfo? failed = null;
        foreach (var tenant in tenants.ToList())
        {
            try
            {
                await work(tenant);
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                failed ??= ExceptionDispatchInfo.Capture(e);
            }
        }
        failed?.Throw();
    }

    /// <summary>
    /// Erases the files of tenants that were destroyed, and of those that keep no history, as after a restore of the
    /// database; nothing of them opens any more.
    /// </summary>
    public Task ForgetEndedAsync(CancellationToken cancellation) =>
        EachAsync(OnDisk(), tenant => ForgetEndedAsync(tenant, cancellation), cancellation);

    private async Task ForgetEndedAsync(TenantId tenant, CancellationToken cancellation)
    {
        var acts = Acts;
        var (state, settings) = await db.ReadAsync(
            ActorOf(tenant),
            Permission.HistoryRead,
            async tx =>
                (
                    await tx.FindAsync<string>("select state from tenant where tenant = @tenant"),
                    await HistorySettings.ReadAsync(tx)
                ),
            cancellation
        );
        var isOff = state is not null && settings is { IsOn: false, IsErasing: false } && acts == Acts;
        if (state == nameof(TenantState.Destroyed) || isOff)
        {
            await EraseAllAsync(tenant, cancellation);
        }
    }

    /// <summary>Keys and files of a tenant that keeps no history any more.</summary>
    public async Task EraseAllAsync(TenantId tenant, CancellationToken cancellation)
    {
        Set(tenant, HistorySettings.Off);
        var folder = FolderOf(tenant);
        await folder.FilesTurn.WaitAsync(cancellation);
        await folder.LogTurn.WaitAsync(cancellation);
        try
        {
            folder.EraseAll();
        }
        finally
        {
            folder.LogTurn.Release();
            folder.FilesTurn.Release();
        }
    }

    /// <summary>The background services of the history.</summary>
    public static Actor ActorOf(TenantId tenant) =>
        Actor.Machine(
            tenant,
            "history",
            Permission.HistoryRead,
            Permission.HistoryManage,
            Permission.HistoryErase,
            Permission.HuntRun
        );

    private List<TenantId> OnDisk() =>
        Directory.Exists(Root)
            ?
            [
                .. new DirectoryInfo(Root)
                    .EnumerateDirectories(FolderPrefix + "*")
                    .Select(folder => folder.Name[FolderPrefix.Length..])
                    .Where(TenantId.IsName)
                    .Select(name => new TenantId(name)),
            ]
            : [];

    public void Dispose()
    {
        foreach (var folder in _folders.Values)
        {
            folder.Dispose();
        }
        _home?.Dispose();
    }
}
