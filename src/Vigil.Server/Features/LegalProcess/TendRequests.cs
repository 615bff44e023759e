using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Trust;

namespace Vigil.Server.Features.LegalProcess;

/// <summary>
/// What goes on by itself: clocks, packages to be made, destructions to be certified, packages whose time is over. What
/// fails is told and tried again; one tenant holds up no other.
/// </summary>
internal sealed partial class TendRequests(
    TrustKernel kernel,
    BuildPackage build,
    PackageFolder folder,
    Trust.Alarms alarms,
    ILogger<TendRequests> log
) : BackgroundService
{
    private const string Stuck = "legal_stuck";
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    /// <summary>The race it prevents: two looks that make one package.</summary>
    private readonly SemaphoreSlim _looking = new(1, 1);
    private readonly HashSet<TenantId> _stuck = [];
    private readonly SemaphoreSlim _bell = new(0, 1);

    /// <summary>Something is to be done now.</summary>
    public void Wake()
    {
        // Rung already: one look sees to both.
        if (_bell.CurrentCount == 0)
        {
            try
            {
                _bell.Release();
            }
            catch (SemaphoreFullException)
            {
                // Another rang between the look at it and this.
            }
        }
    }

    /// <summary>Looks at every tenant now.</summary>
    public async Task LookAsync(CancellationToken stopping)
    {
        await _looking.WaitAsync(stopping);
        try
        {
            foreach (var tenant in await kernel.TenantsAsync(stopping))
            {
                await TryAsync(tenant, stopping);
            }
        }
        finally
        {
            _looking.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(log, e.GetType().FullName, e.StackTrace);
            }
            await _bell.WaitAsync(Every, stoppingToken);
        }
    }

    private async Task TryAsync(TenantId tenant, CancellationToken stopping)
    {
        try
        {
            await LookAsync(tenant, stopping);
            if (_stuck.Remove(tenant))
            {
                await alarms.ClearAsync(tenant, Stuck, cancellation: stopping);
            }
        }
        catch (DatabaseUnavailableException)
        {
            // Health says so; tried again with the next look.
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            if (_stuck.Add(tenant))
            {
                LogFailed(log, e.GetType().FullName, e.StackTrace);
            }
            await alarms.RaiseAsync(
                tenant,
                new Alarm(
                    Stuck,
                    AlarmSeverity.Urgent,
                    "Authorities' requests are not tended: a package cannot be written, or a clock not read. The "
                        + "server's log says why; it is tried again every half minute."
                ),
                stopping
            );
        }
    }

    private async Task LookAsync(TenantId tenant, CancellationToken stopping)
    {
        var actor = Actor.Machine(tenant, "legal process", Permission.LegalManage);
        var work = await kernel.Db.ReadAsync(actor, Permission.LegalManage, LegalWork.ReadAsync, stopping);
        if (work.HasAlarms)
        {
            await kernel.Db.WriteAsync(actor, Permission.LegalManage, WatchClocks.AlarmAsync, stopping);
        }
        foreach (var id in work.Ended)
        {
            await ActAsync(tx => WatchClocks.EndAsync(tx, id));
        }
        foreach (var id in work.Destroyed)
        {
            await ActAsync(tx => DestroyOnRequest.FinishAsync(tx, id));
        }
        foreach (var id in work.Gone)
        {
            folder.Erase(tenant, id);
            await ActAsync(tx => LegalWork.GoneAsync(tx, id));
        }
        foreach (var id in work.Releasing)
        {
            await build.RunAsync(tenant, id, stopping);
        }

        Task<bool> ActAsync(Func<Tx, Task> act) =>
            kernel.Db.ActAsync(
                actor,
                Permission.LegalManage,
                async tx =>
                {
                    await act(tx);
                    return true;
                },
                stopping
            );
    }

    public override void Dispose()
    {
        _looking.Dispose();
        _bell.Dispose();
        base.Dispose();
    }

    [LoggerMessage(2311, LogLevel.Error, "Authorities' requests could not be tended: {Type}\n{Trace}")]
    private static partial void LogFailed(ILogger log, string? type, string? trace);
}
