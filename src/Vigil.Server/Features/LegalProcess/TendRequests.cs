using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Trust;

namespace Vigil.Server.Features.LegalProcess;

/// <summary>
/// What goes on by itself: clocks, packages to be made, destructions to be certified, packages whose time is over. What
/// fails is told and tried again; one tenant or request holds up no other, and no package a clock.
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

    private readonly SemaphoreSlim _tending = new(1, 1);

    /// <summary>The race it prevents: two looks that make one package.</summary>
    private readonly SemaphoreSlim _making = new(1, 1);
    private readonly ConcurrentDictionary<(TenantId Tenant, bool IsMaking), bool> _stuck = [];
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

    /// <summary>Looks at every tenant now, and makes what is to be made.</summary>
    public async Task LookAsync(CancellationToken stopping)
    {
        await EachAsync(isMaking: false, stopping);
        await EachAsync(isMaking: true, stopping);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var making = Task.CompletedTask;
        while (!stoppingToken.IsCancellationRequested)
        {
            await RoundAsync(isMaking: false, stoppingToken);
            if (making.IsCompleted)
            {
                making = RoundAsync(isMaking: true, stoppingToken);
            }
            await _bell.WaitAsync(Every, stoppingToken);
        }
        await making;
    }

    private async Task RoundAsync(bool isMaking, CancellationToken stopping)
    {
        try
        {
            await EachAsync(isMaking, stopping);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            LogFailed(log, e.GetType().FullName, e.StackTrace);
        }
    }

    private async Task EachAsync(bool isMaking, CancellationToken stopping)
    {
        var turn = isMaking ? _making : _tending;
        await turn.WaitAsync(stopping);
        try
        {
            var tenants = isMaking ? kernel.TenantsAsync(stopping) : kernel.KeptTenantsAsync(stopping);
            foreach (var tenant in await tenants)
            {
                await TryAsync(tenant, isMaking, stopping);
            }
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task TryAsync(TenantId tenant, bool isMaking, CancellationToken stopping)
    {
        try
        {
            await (isMaking ? MakeAsync(tenant, stopping) : TendAsync(tenant, stopping));
            if (_stuck.TryRemove((tenant, isMaking), out _) && !_stuck.ContainsKey((tenant, !isMaking)))
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
            if (_stuck.TryAdd((tenant, isMaking), true))
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

    /// <summary>One package after the other; one that fails is told when the others are made.</summary>
    private async Task MakeAsync(TenantId tenant, CancellationToken stopping)
    {
        var failures = new List<Exception>();
        foreach (var id in (await WorkAsync(tenant, stopping)).Releasing)
        {
            try
            {
                await build.RunAsync(tenant, id, stopping);
            }
            catch (Exception e)
                when (e is not DatabaseUnavailableException && !stopping.IsCancellationRequested)
            {
                failures.Add(e);
            }
        }
        if (failures.Count > 0)
        {
            throw failures[0];
        }
    }

    private static Actor ActorOf(TenantId tenant) =>
        Actor.Machine(tenant, "legal process", Permission.LegalManage);

    private Task<LegalWork> WorkAsync(TenantId tenant, CancellationToken stopping) =>
        kernel.Db.ReadAsync(ActorOf(tenant), Permission.LegalManage, LegalWork.ReadAsync, stopping);

    private async Task TendAsync(TenantId tenant, CancellationToken stopping)
    {
        var actor = ActorOf(tenant);
        var work = await WorkAsync(tenant, stopping);
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
        _tending.Dispose();
        _making.Dispose();
        _bell.Dispose();
        base.Dispose();
    }

    [LoggerMessage(2311, LogLevel.Error, "Authorities' requests could not be tended: {Type}\n{Trace}")]
    private static partial void LogFailed(ILogger log, string? type, string? trace);
}
