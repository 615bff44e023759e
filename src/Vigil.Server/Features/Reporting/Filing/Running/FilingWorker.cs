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

    private FilingLimits Limits => options.Filing;

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

    /// <summary>One look at every tenant; one holds up no other.</summary>
    public async Task RoundAsync(CancellationToken stopping)
    {
        try
        {
            foreach (var tenant in _isEnding ? [] : await kernel.TenantsAsync(stopping))
            {
                await LookAsync(tenant, stopping);
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

    private async Task LookAsync(TenantId tenant, CancellationToken stopping)
    {
        var look = _looks.GetOrAdd(tenant, _ => new FilingLook(kernel, journals, outbound, Limits, tenant));
        try
        {
            while (_running.Count < Limits.AtOnce && await look.NextAsync(stopping) is { } leased)
            {
                Start(look.Actor, leased, stopping);
            }
            if (look.IsStuck)
            {
                await alarms.ClearAsync(tenant, FilingLook.StuckAlarm.Code, cancellation: stopping);
            }
            look.IsStuck = false;
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
            var run = new FilingRun(kernel, outbound, calls, Limits, actor, journals.Find(actor.Tenant)!);
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
            await keeper.EndAsync(keeping, delay);
            _running.TryRemove((leased.Report.Id, leased.Epoch), out _);
        }
    }

    /// <summary>Before the server ends: what is under way comes to its end, or to its next wait.</summary>
    private async Task DrainAsync(CancellationToken cancellation)
    {
        _isEnding = true;
        await Task.WhenAll(_running.Values).WaitAsync(cancellation);
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
