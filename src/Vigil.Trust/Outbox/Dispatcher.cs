using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Files;

namespace Vigil.Trust;

/// <summary>
/// Takes what is due and sends it: at once after a commit of this process, else by looking every second.
/// Several may run on one database. It can be killed at any point: what it held is due again when the lease
/// ends, and is sent again with the same id.
/// </summary>
internal sealed class Dispatcher(
    TrustKernel kernel,
    Outbound outbound,
    Alarms alarms,
    AlarmSender alarmSender,
    ILogger<Dispatcher> log
) : BackgroundService
{
    private const string Service = "dispatcher";
    private static readonly TimeSpan RotasEvery = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan UpkeepEvery = TimeSpan.FromHours(1);

    // Begin and End of a gate come from the loop and from calls that end: one at a time.
    private readonly Lock _gatesLock = new();
    private readonly Dictionary<Guid, TargetGate> _gates = [];
    private readonly ConcurrentDictionary<Guid, Task> _underway = new();
    private DateTimeOffset _upkeepAt;
    private DateTimeOffset _rotasAt;
    private bool _isDatabaseGone;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        kernel.DrainSteps.Add("outbox", FlushAsync);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await RoundAsync(stoppingToken);
                await kernel.Services.Bell.WaitAsync(OutboxLimits.Poll, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is under way is given back below.
        }
        await Task.WhenAll(_underway.Values);
    }

    /// <summary>Before the server ends: what is due was tried once more. The rest waits for the next start.</summary>
    private async Task FlushAsync(CancellationToken cancellation)
    {
        const int looks = 3;
        kernel.Services.Bell.Ring();
        for (var quiet = 0; quiet < looks; quiet = _underway.IsEmpty ? quiet + 1 : 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellation);
        }
    }

    /// <summary>One look at all there is to do. Failures are said, and tried again with the next.</summary>
    internal async Task RoundAsync(CancellationToken stopping)
    {
        try
        {
            await alarms.WritePendingAsync(stopping);
            await WatchRotasAsync(stopping);
            await AlarmRounds.RunAsync(kernel, log, stopping);
            await StartDueAsync(stopping);
            await UpkeepAsync(stopping);
            _isDatabaseGone = false;
        }
        catch (DatabaseUnavailableException e)
        {
            if (!_isDatabaseGone)
            {
                DeliveryLog.DatabaseGone(log, e.Message);
            }
            _isDatabaseGone = true;
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            // The loop must outlive whatever is wrong with one round.
            DeliveryLog.RoundFailed(log, e.GetType().FullName, e.StackTrace);
        }
    }

    private async Task WatchRotasAsync(CancellationToken stopping)
    {
        var now = kernel.Time.GetUtcNow();
        if ((now - _rotasAt).Duration() >= RotasEvery)
        {
            await AlarmRounds.WatchRotasAsync(kernel, log, stopping);
            _rotasAt = now;
        }
    }

    private async Task StartDueAsync(CancellationToken stopping)
    {
        var due = await kernel.Db.SystemAsync(
            Service,
            isWrite: false,
            DeliveryQueue.DueAsync,
            cancellation: stopping
        );
        foreach (var target in due)
        {
            var rows = Math.Min(FreeOf(target.Target), OutboxLimits.Calls - _underway.Count);
            if (rows <= 0)
            {
                continue;
            }
            await StartAsync(target, rows, stopping);
        }
    }

    /// <summary>What fails for one target holds up no other.</summary>
    private async Task StartAsync(DueTarget target, int rows, CancellationToken stopping)
    {
        try
        {
            foreach (var parcel in await TakeAsync(target, rows, stopping))
            {
                Start(parcel, stopping);
            }
        }
        catch (Exception e) when (e is not DatabaseUnavailableException && !stopping.IsCancellationRequested)
        {
            DeliveryLog.RoundFailed(log, e.GetType().FullName, e.StackTrace);
        }
    }

    private Task<List<Parcel>> TakeAsync(DueTarget target, int rows, CancellationToken stopping)
    {
        var tenant = new TenantId(target.Tenant);
        var kind = Enum.Parse<DeliveryKind>(target.Kind);
        return kernel.Db.SystemAsync(
            Service,
            isWrite: true,
            async tx =>
            {
                var parcels = new List<Parcel>();
                foreach (var row in await DeliveryQueue.LeaseAsync(tx, target.Target, rows))
                {
                    parcels.Add(new Parcel(tenant, kind, row, await PrepareAsync(tx, kind, row)));
                }
                return parcels;
            },
            tenant,
            stopping
        );
    }

    private async Task<Func<CancellationToken, Task<DeliveryOutcome>>> PrepareAsync(
        Tx tx,
        DeliveryKind kind,
        Leased row
    )
    {
        try
        {
            return kind == DeliveryKind.Webhook
                ? await WebhookParcels.PrepareAsync(tx, outbound, row)
                : await alarmSender.PrepareAsync(tx, row);
        }
        catch (Exception e) when (e is SealBrokenException or KeyRingException)
        {
            return _ => Task.FromResult(new DeliveryOutcome("cannot_be_opened"));
        }
    }

    private void Start(Parcel parcel, CancellationToken stopping)
    {
        lock (_gatesLock)
        {
            _gates.TryAdd(parcel.Row.Target, new TargetGate());
            _gates[parcel.Row.Target].Begin();
        }
        // Registered before it can end, so that it never leaves before it came.
        var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _underway[parcel.Row.Id] = DeliverAsync(parcel, begin.Task, stopping);
        begin.SetResult();
    }

    private async Task DeliverAsync(Parcel parcel, Task begin, CancellationToken stopping)
    {
        await begin;
        DeliveryOutcome? outcome = null;
        try
        {
            outcome = await TryAsync(parcel, stopping);
            await SettleAsync(parcel, outcome);
        }
        catch (Exception e)
        {
            // Not written down: the row is due again when its lease ends.
            DeliveryLog.NotSettled(log, parcel.Row.Id, e.GetType().FullName);
        }
        finally
        {
            lock (_gatesLock)
            {
                _gates[parcel.Row.Target].End(kernel.Time.GetUtcNow(), outcome);
            }
            _underway.TryRemove(parcel.Row.Id, out _);
            kernel.Services.Bell.Ring();
        }
    }

    /// <summary>Null: this process ends, and nothing is known.</summary>
    private async Task<DeliveryOutcome?> TryAsync(Parcel parcel, CancellationToken stopping)
    {
        try
        {
            return await parcel.SendAsync(stopping);
        }
        catch (OutboundException e)
        {
            return new DeliveryOutcome(e.Code);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            DeliveryLog.AttemptFailed(log, parcel.Row.Id, e.GetType().FullName, e.StackTrace);
            return new DeliveryOutcome("internal_error");
        }
    }

    private async Task SettleAsync(Parcel parcel, DeliveryOutcome? outcome)
    {
        var isSettled = await kernel.Db.SystemAsync(
            Service,
            isWrite: true,
            async tx =>
                outcome is null
                    ? await DeliveryQueue.ReleaseAsync(tx, parcel.Row) >= 0
                    : await DeliveryQueue.SettleAsync(tx, parcel.Kind, parcel.Row, outcome),
            parcel.Tenant,
            CancellationToken.None
        );
        if (!isSettled)
        {
            DeliveryLog.LeaseLost(log, parcel.Row.Id);
        }
        if (outcome is { IsReceived: false } && parcel.Kind == DeliveryKind.Alarm)
        {
            // An alarm that reaches nobody must at least stand in the log.
            DeliveryLog.AlarmNotDelivered(log, parcel.Row.Target, outcome.Error);
        }
    }

    private int FreeOf(Guid target)
    {
        lock (_gatesLock)
        {
            return _gates.TryGetValue(target, out var gate)
                ? gate.FreeAt(kernel.Time.GetUtcNow())
                : OutboxLimits.CallsPerTarget;
        }
    }

    private async Task UpkeepAsync(CancellationToken stopping)
    {
        var now = kernel.Time.GetUtcNow();
        if (now < _upkeepAt)
        {
            return;
        }
        lock (_gatesLock)
        {
            foreach (var (id, _) in _gates.Where(gate => gate.Value.IsIdle).ToList())
            {
                _gates.Remove(id);
            }
        }
        await DeliveryUpkeep.RunAsync(kernel.Db, stopping);
        _upkeepAt = now + UpkeepEvery;
    }
}
