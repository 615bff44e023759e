using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Trust;

namespace Vigil.Server.Features.NoticesReceived;

/// <summary>
/// Looks for fingerprints of notices in the history of what was scanned, where the tenant keeps one; what is found
/// comes into a case. Cut off, it begins again: the notice waits until all was read. What fails is told and tried
/// again, more and more seldom; one notice or tenant holds up no other.
/// </summary>
internal sealed partial class SearchHistory(
    TrustKernel kernel,
    KeptFiles kept,
    Trust.Alarms alarms,
    ServerOptions options,
    ILogger<SearchHistory> log
) : BackgroundService
{
    public const string Stuck = "notice_search_stuck";

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    /// <summary>The race it prevents: two looks that search for one notice.</summary>
    private readonly SemaphoreSlim _looking = new(1, 1);
    private readonly SearchPauses _pauses = new(options.Time);

    /// <summary>Looks at every tenant now.</summary>
    public async Task LookAsync(CancellationToken stopping)
    {
        await _looking.WaitAsync(stopping);
        try
        {
            foreach (var tenant in await kernel.TenantsAsync(stopping))
            {
                // Of no notice: that the tenant's notices can be read.
                if (await TryAsync(tenant, Guid.Empty, () => LookAsync(tenant, stopping), stopping))
                {
                    await TellAsync(tenant, stopping);
                }
            }
        }
        finally
        {
            _looking.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(log, e.GetType().FullName, e.StackTrace);
            }
        }
    }

    private async Task LookAsync(TenantId tenant, CancellationToken stopping)
    {
        var actor = ActorOf(tenant);
        var waiting = await kernel.Db.ReadAsync(actor, Permission.NoticeSubmit, WaitingAsync, stopping);
        _pauses.KeepOnly(tenant, waiting);
        foreach (var id in waiting)
        {
            await TryAsync(tenant, id, () => SearchAsync(actor, id, stopping), stopping);
        }
    }

    private async Task SearchAsync(Actor actor, Guid id, CancellationToken stopping)
    {
        var details = await kernel.Db.ReadAsync(
            actor,
            Permission.NoticeSubmit,
            async tx => (await ReceivedNotice.RequireAsync(tx, id)).DetailsOf(tx),
            stopping
        );
        var search = await kept.SearchAsync(
            actor.Tenant,
            LocateNotice.FilesOf(details.Hashes),
            file => TakeFound.IsNew(details, file),
            stopping
        );
        // Another process has the history, or this one has not opened it yet: the notice waits.
        if (search.End != KeptSearchEnd.NotHere)
        {
            await kernel.Db.ActAsync(
                actor,
                Permission.NoticeSubmit,
                tx => TakeFound.RunAsync(tx, id, details.Hashes.Count, search),
                stopping
            );
        }
    }

    /// <summary>False: it failed now.</summary>
    private async Task<bool> TryAsync(TenantId tenant, Guid id, Func<Task> work, CancellationToken stopping)
    {
        if (_pauses.IsPaused(tenant, id))
        {
            return true;
        }
        try
        {
            await work();
            _pauses.Worked(tenant, id);
            return true;
        }
        catch (DatabaseUnavailableException)
        {
            // Health says so; tried again with the next look.
            return false;
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            LogFailed(log, e.GetType().FullName, e.StackTrace);
            _pauses.Failed(tenant, id);
            await TellAsync(tenant, stopping);
            return false;
        }
    }

    private Task TellAsync(TenantId tenant, CancellationToken stopping) =>
        _pauses.Changed(tenant) switch
        {
            true => alarms.RaiseAsync(
                tenant,
                new Alarm(
                    Stuck,
                    AlarmSeverity.Urgent,
                    "The history cannot be searched for fingerprints of a notice from outside: the notice waits. The "
                        + "server's log says why; it is tried again, at least each hour."
                ),
                stopping
            ),
            false => alarms.ClearAsync(tenant, Stuck, cancellation: stopping),
            null => Task.CompletedTask,
        };

    private static async Task<IReadOnlyList<Guid>> WaitingAsync(Tx tx) =>
        await tx.QueryAsync<Guid>(
            "select id from notice_received where tenant = @tenant and history = 'Waiting' order by id"
        );

    private static Actor ActorOf(TenantId tenant) =>
        Actor.Machine(tenant, "notices", Permission.NoticeSubmit);

    public override void Dispose()
    {
        _looking.Dispose();
        base.Dispose();
    }

    [LoggerMessage(2321, LogLevel.Error, "The history could not be searched for notices: {Type}\n{Trace}")]
    private static partial void LogFailed(ILogger log, string? type, string? trace);
}
