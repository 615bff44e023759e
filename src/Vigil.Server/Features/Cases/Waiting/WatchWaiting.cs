using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Server.Features.Cases.Subject;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Waiting;

/// <summary>
/// Every five minutes: an alarm for each kind of work that is overdue, which ends by itself when none is; and cases
/// whose person cannot be offered them go back to everybody.
/// </summary>
internal sealed partial class WatchWaiting(TrustKernel kernel, ILogger<WatchWaiting> log) : BackgroundService
{
    private const string ByHand = "list_opinion_by_hand";
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        do
        {
            try
            {
                await RoundAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(log, e.GetType().FullName, e.StackTrace);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Looks at every tenant now; what fails in one holds up no other.</summary>
    internal async Task RoundAsync(CancellationToken stopping)
    {
        foreach (var tenant in await kernel.TenantsAsync(stopping))
        {
            try
            {
                await RunAsync(tenant, stopping);
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                LogFailed(log, e.GetType().FullName, e.StackTrace);
            }
        }
    }

    /// <summary>Alarms first: they need no ledger, which an act waits for.</summary>
    internal async Task RunAsync(TenantId tenant, CancellationToken stopping)
    {
        var actor = Actor.Machine(tenant, "waiting", Permission.CaseDecide);
        await kernel.Db.WriteAsync(actor, Permission.CaseDecide, AlarmAsync, stopping);
        await kernel.Db.WriteAsync(actor, Permission.CaseDecide, SourceOpinions.FollowAsync, stopping);
        await kernel.Db.WriteAsync(actor, Permission.CaseDecide, ByHandAsync, stopping);
        var stuck = await kernel.Db.ReadAsync(actor, Permission.CaseDecide, FreeCases.StuckAsync, stopping);
        if (stuck.Count > 0)
        {
            await kernel.Db.ActAsync(actor, Permission.CaseDecide, FreeStuckAsync, stopping);
        }
    }

    /// <summary>Looked for again: a grant may have come meanwhile.</summary>
    private static async Task<int> FreeStuckAsync(Tx tx)
    {
        var freed = await FreeCases.FreeAsync(tx, await FreeCases.StuckAsync(tx));
        if (freed == 0)
        {
            await tx.RecordAsync(new LedgerAct("case.unassigned_none", "cases"));
        }
        return freed;
    }

    /// <summary>Letters to who keeps a list that only a person can send: told while there are such.</summary>
    private static async Task<bool> ByHandAsync(Tx tx)
    {
        var waiting = await tx.FindAsync<long>(
            """
            select count(*) from case_correction where tenant = @tenant and state = 'Draft' and kind = 'ListSource'
            """
        );
        if (waiting == 0)
        {
            return await tx.ClearAlarmAsync(ByHand);
        }
        return await tx.RaiseAlarmOnceAsync(
            new Alarm(
                ByHand,
                AlarmSeverity.Notice,
                "Letters to those who keep a list wait for a person: the list names no channel, or its webhook did not "
                    + "take them for 72 hours. They are on /console/appeals."
            )
        );
    }

    /// <summary>Alarms that were raised.</summary>
    private static async Task<int> AlarmAsync(Tx tx)
    {
        var raised = 0;
        foreach (var kind in WaitingKind.All)
        {
            var waiting = await WaitingWork.ReadAsync(tx, kind);
            raised += await TellAloneAsync(tx, waiting) ? 1 : 0;
            if (!waiting.IsOverdue(tx.Now))
            {
                await tx.ClearAlarmAsync(kind.AlarmCode);
                continue;
            }
            var alarm = new Alarm(
                kind.AlarmCode,
                AlarmSeverity.Urgent,
                $"{kind.Overdue} {waiting.Hours}, as the settings have it."
            );
            raised += await tx.RaiseAlarmOnceAsync(alarm) ? 1 : 0;
        }
        raised += await NobodyMayGrade.TellAsync(tx) ? 1 : 0;
        return raised;
    }

    /// <summary>It rings nobody: nobody here can do it. What to do is said for as long as it waits.</summary>
    private static async Task<bool> TellAloneAsync(Tx tx, WaitingWork waiting)
    {
        if (waiting.Kind.Nobody is not { } nobody)
        {
            return false;
        }
        if (waiting.Alone == 0)
        {
            await tx.ClearAlarmAsync(nobody.AlarmCode);
            return false;
        }
        return await tx.RaiseAlarmOnceAsync(
            new Alarm(
                nobody.AlarmCode,
                AlarmSeverity.Notice,
                $"{nobody.What}, and nobody else here may: {nobody.WhatToDo}."
            )
        );
    }

    [LoggerMessage(4803, LogLevel.Warning, "Work that waits could not be looked at yet: {Type} {Stack}")]
    private static partial void LogFailed(ILogger log, string? type, string? stack);
}
