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

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await OnceAsync(stoppingToken);
                _isFailing = false;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (!_isFailing)
                {
                    LogFailed(log, e.GetType().FullName, e.StackTrace);
                }
                _isFailing = true;
            }
            await _wanted.WaitAsync(Pause, stoppingToken);
        }
    }

    private async Task OnceAsync(CancellationToken stopping)
    {
        var now = store.Now;
        if (_readAt is not { } read || now - read >= ReadEvery || now < read)
        {
            await store.ReadAsync(stopping);
            _readAt = now;
        }
        await losses.WriteAsync(db, stopping);
        foreach (var tenant in store.Tenants)
        {
            if (store.SettingsOf(tenant).IsErasing)
            {
                await erasures.FinishTurningOffAsync(tenant, stopping);
                continue;
            }
            await build.RunAsync(tenant, stopping);
            await erasures.RunAsync(tenant, stopping);
        }
        if (
            _destroyedAt is not { } destroyed
            || now - destroyed >= store.Limits.DestroyEvery
            || now < destroyed
        )
        {
            await store.ForgetEndedAsync(stopping);
            foreach (var tenant in store.Tenants)
            {
                await destroy.RunAsync(tenant, stopping);
            }
            _destroyedAt = now;
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
