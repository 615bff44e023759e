using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Server.Features.History.Erasing;
using Vigil.Trust;

namespace Vigil.Server.Features.History.Keeping;

/// <summary>
/// Makes segments of logs, destroys what is due, erases what was asked for. A database that is away only delays it.
/// </summary>
internal sealed partial class TendHistory(
    HistoryStore store,
    BuildSegments build,
    DestroyDue destroy,
    RunErasures erasures,
    Losses losses,
    Db db,
    ILogger<TendHistory> log
) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReadEvery = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _wanted = new(0, 1);
    private DateTimeOffset? _readAt;
    private DateTimeOffset? _destroyedAt;
    private bool _isFailing;

    /// <summary>There is something to do.</summary>
    public void Wake()
    {
        try
        {
            _wanted.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake.
        }
    }

    /// <summary>Whose scans are kept is known before the first one comes.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await TryAsync(() => ReadAsync(cancellationToken), cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            _isFailing = !await OnceAsync(stoppingToken) && _isFailing;
            await _wanted.WaitAsync(Pause, stoppingToken);
        }
    }

    /// <summary>
    /// What is due goes before all else, so that a full disk gets room; one step that fails holds up no other, and no
    /// other tenant's.
    /// </summary>
    private async Task<bool> OnceAsync(CancellationToken stopping)
    {
        var now = store.Now;
        var isWell = true;
        if (_readAt is not { } read || now - read >= ReadEvery || now < read)
        {
            isWell &= await TryAsync(() => ReadAsync(stopping), stopping);
        }
        isWell &= await TryAsync(() => losses.WriteAsync(db, stopping), stopping);
        if (store.IsElsewhere)
        {
            return isWell;
        }
        isWell &= await DestroyAsync(now, stopping);
        foreach (var tenant in store.Tenants)
        {
            if (store.SettingsOf(tenant).IsErasing)
            {
                isWell &= await TryAsync(() => erasures.FinishTurningOffAsync(tenant, stopping), stopping);
                continue;
            }
            isWell &= await TryAsync(() => build.RunAsync(tenant, stopping), stopping);
            isWell &= await TryAsync(() => erasures.RunAsync(tenant, stopping), stopping);
        }
        return isWell;
    }

    private async Task ReadAsync(CancellationToken stopping)
    {
        await store.ReadAsync(stopping);
        _readAt = store.Now;
    }

    private async Task<bool> DestroyAsync(DateTimeOffset now, CancellationToken stopping)
    {
        if (_destroyedAt is { } destroyed && now - destroyed < store.Limits.DestroyEvery && now >= destroyed)
        {
            return true;
        }
        _destroyedAt = now;
        var isWell = await TryAsync(() => store.ForgetEndedAsync(stopping), stopping);
        foreach (var tenant in store.Tenants)
        {
            isWell &= await TryAsync(() => destroy.RunAsync(tenant, stopping), stopping);
        }
        if (!isWell)
        {
            _destroyedAt = null;
        }
        return isWell;
    }

    /// <summary>False: it failed, and is tried again with the next look; the first is logged.</summary>
    private async Task<bool> TryAsync(Func<Task> step, CancellationToken stopping)
    {
        try
        {
            await step();
            return true;
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            if (!_isFailing)
            {
                LogFailed(log, e.GetType().FullName, e.StackTrace);
            }
            _isFailing = true;
            return false;
        }
    }

    /// <summary>Destroys at the next look, and forgets ended tenants.</summary>
    public void Destroy()
    {
        _destroyedAt = null;
        Wake();
    }

    public override void Dispose()
    {
        _wanted.Dispose();
        base.Dispose();
    }

    [LoggerMessage(2001, LogLevel.Error, "The history could not be tended, tried again: {Type}\n{Trace}")]
    private static partial void LogFailed(ILogger log, string? type, string? trace);
}
