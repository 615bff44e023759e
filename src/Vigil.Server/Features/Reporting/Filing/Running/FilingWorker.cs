using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Features.Reporting.Filing.Environments;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Running;

/// <summary>
/// Takes what is due and files it; several may run on one database. It can be killed at any point: what it held is
/// taken over when its lease ends, or at its next start, from the last durable step.
/// </summary>
internal sealed partial class FilingWorker(
    TrustKernel kernel,
    FilingJournals journals,
    Outbound outbound,
    MakeCalls calls,
    ServerOptions options,
    Trust.Alarms alarms,
    ILogger<FilingWorker> log
) : BackgroundService
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<(Guid Report, long Epoch), Task> _running = new();
    private readonly ConcurrentDictionary<TenantId, FilingLook> _looks = new();
    private volatile bool _isEnding;
    private uint _rounds;

    private FilingLimits Limits => options.Filing;

    /// <summary>What is of high priority has slots that nothing else fills.</summary>
    private FilingSlots Slots =>
        _running.Count >= Limits.AtOnce ? FilingSlots.None
        : _running.Count >= Limits.AtOnce - Limits.KeptForHighPriority ? FilingSlots.HighPriority
        : FilingSlots.Any;

    public ReadinessState State() => FilingLook.Sum(_looks.Values);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        kernel.DrainSteps.Add("filing", DrainAsync);
        while (!stoppingToken.IsCancellationRequested)
        {
            await RoundAsync(stoppingToken);
            await Task.Delay(Limits.Poll, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await Task.WhenAll(_running.Values);
    }

    /// <summary>Looks at every tenant, one report of each in turn, each round from another one on.</summary>
    public async Task RoundAsync(CancellationToken stopping)
    {
        try
        {
            var tenants = _isEnding ? [] : await kernel.TenantsAsync(stopping);
            foreach (var tenant in _isEnding ? _looks.Keys : [])
            {
                // What is under way here, or elsewhere, still needs this server's word.
                await TryAsync(tenant, _looks[tenant], look => look.PeersAsync(stopping), stopping);
            }
            var first = tenants.Count == 0 ? 0 : (int)(_rounds++ % (uint)tenants.Count);
            var turn = tenants.Skip(first).Concat(tenants.Take(first)).ToList();
            while (turn.Count > 0)
            {
                var more = new List<TenantId>();
                foreach (var tenant in turn)
                {
                    if (await LookAsync(tenant, stopping))
                    {
                        more.Add(tenant);
                    }
                }
                turn = more;
            }
        }
        catch (DatabaseUnavailableException)
        {
            // Health says so.
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // It ends.
        }
    }

    /// <summary>Whether it took one, so that there may be more.</summary>
    private async Task<bool> LookAsync(TenantId tenant, CancellationToken stopping)
    {
        var look = _looks.GetOrAdd(tenant, _ => new FilingLook(kernel, journals, outbound, Limits, tenant));
        var leased = await TryAsync(tenant, look, of => of.NextAsync(Slots, stopping), stopping);
        if (leased is not null)
        {
            Start(look.Actor, leased, stopping);
        }
        return leased is not null;
    }

    private async Task<T?> TryAsync<T>(
        TenantId tenant,
        FilingLook look,
        Func<FilingLook, Task<T?>> work,
        CancellationToken stopping
    )
    {
        try
        {
            var found = await work(look);
            if (look.IsStuck)
            {
                await alarms.ClearAsync(tenant, FilingLook.StuckAlarm.Code, cancellation: stopping);
            }
            look.IsStuck = false;
            return found;
        }
        catch (Exception e)
            when (e is not DatabaseUnavailableException and not LedgerUnavailableException
                && !stopping.IsCancellationRequested
            )
        {
            if (!look.IsStuck)
            {
                LogLookFailed(log, e.GetType().FullName, e.StackTrace);
                await alarms.RaiseAsync(tenant, FilingLook.StuckAlarm, stopping);
            }
            look.IsStuck = true;
        }
        catch (LedgerUnavailableException)
        {
            // Health says so.
        }
        return default;
    }

    private void Start(Actor actor, LeasedFiling leased, CancellationToken stopping)
    {
        // Registered before it can end, so that it never leaves before it came.
        var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _running[(leased.Report.Id, leased.Epoch)] = RunAsync(actor, leased, begin.Task, stopping);
        begin.SetResult();
    }

    private async Task RunAsync(Actor actor, LeasedFiling leased, Task begin, CancellationToken stopping)
    {
        await begin;
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var keeper = new LeaseKeeper(kernel, actor, leased, Limits, lost);
        var keeping = keeper.RunAsync();
        TimeSpan? delay = null;
        try
        {
            var (journal, peers) = (journals.Find(actor.Tenant)!, journals.PeersOf(actor.Tenant));
            var run = new FilingRun(kernel, outbound, calls, Limits, actor, journal, peers);
            await run.RunAsync(leased, lost.Token);
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested)
        {
            // Somebody else goes on with it.
        }
        catch (Exception e)
        {
            delay = AfterFailure;
            LogRunFailed(log, leased.Report.Id, e.GetType().FullName, e.StackTrace);
            var alarm = FilingAlarms.CutOff with { About = leased.Report.Id.ToString() };
            await alarms.RaiseAsync(actor.Tenant, alarm, CancellationToken.None);
        }
        finally
        {
            await EndAsync(keeper, keeping, leased, delay);
        }
    }

    /// <summary>Whatever happens, its slot is free for others.</summary>
    private async Task EndAsync(LeaseKeeper keeper, Task keeping, LeasedFiling leased, TimeSpan? delay)
    {
        try
        {
            await keeper.EndAsync(keeping, delay);
        }
        catch (Exception e)
        {
            // The lease ends by time.
            LogRunFailed(log, leased.Report.Id, e.GetType().FullName, e.StackTrace);
        }
        finally
        {
            _running.TryRemove((leased.Report.Id, leased.Epoch), out _);
        }
    }

    /// <summary>Before the server ends: what is under way comes to its end, or to its next wait.</summary>
    private async Task DrainAsync(CancellationToken cancellation)
    {
        _isEnding = true;
        await Task.WhenAll(_running.Values).WaitAsync(cancellation);
        foreach (var look in _looks.Values)
        {
            await look.LeaveAsync(cancellation);
        }
    }

    [LoggerMessage(
        2400,
        LogLevel.Error,
        "The filing of report {Report} was cut off, tried again: {Type}\n{Trace}"
    )]
    private static partial void LogRunFailed(ILogger log, Guid report, string? type, string? trace);

    [LoggerMessage(
        2401,
        LogLevel.Error,
        "Reports to be filed could not be looked at, tried again: {Type}\n{Trace}"
    )]
    private static partial void LogLookFailed(ILogger log, string? type, string? trace);
}
