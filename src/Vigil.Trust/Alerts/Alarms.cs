using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Vigil.Trust;

/// <summary>
/// Alarms of services that are in no transaction. Works when the database is down: the alarm goes into the log
/// and to the operator's alarm program at once, and into the database when it is back.
/// </summary>
public sealed class Alarms
{
    private const string Service = "alarms";

    private readonly TrustKernel _kernel;
    private readonly AlarmCommand _command;
    private readonly ILogger<Alarms> _log;

    // The newest word on each alarm that could not be written: raised (an alarm) or cleared (null).
    private readonly ConcurrentDictionary<(TenantId Tenant, string Code, string About), Alarm?> _pending =
        new();
    private readonly ConcurrentDictionary<
        (TenantId Tenant, string Code, string About),
        DateTimeOffset
    > _toldAt = new();

    internal Alarms(TrustKernel kernel, AlarmCommand command, ILogger<Alarms> log) =>
        (_kernel, _command, _log) = (kernel, command, log);

    /// <summary>Never fails for want of a database; takes as long as the database's deadline at most.</summary>
    public async Task RaiseAsync(TenantId tenant, Alarm alarm, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(alarm);
        var clean = AlarmText.Cleaned(alarm);
        if (!await TryWriteAsync(tenant, tx => tx.RaiseAlarmAsync(clean), cancellation))
        {
            Keep((tenant, clean.Code, clean.About), clean);
            await TellWithoutDatabaseAsync(tenant, clean, cancellation);
        }
    }

    /// <summary>What was wrong is right again.</summary>
    public async Task ClearAsync(
        TenantId tenant,
        string code,
        string about = "",
        CancellationToken cancellation = default
    )
    {
        if (!await TryWriteAsync(tenant, tx => tx.ClearAlarmAsync(code, about), cancellation))
        {
            Keep((tenant, code, about), null);
        }
        _toldAt.TryRemove((tenant, code, about), out _);
    }

    /// <summary>Writes down what could not be; stops at the first that still cannot.</summary>
    internal async Task WritePendingAsync(CancellationToken cancellation)
    {
        foreach (var (key, alarm) in _pending)
        {
            var isWritten = await TryWriteAsync(
                key.Tenant,
                tx => alarm is null ? tx.ClearAlarmAsync(key.Code, key.About) : tx.RaiseAlarmAsync(alarm),
                cancellation
            );
            if (!isWritten)
            {
                return;
            }
            // Only this word: a newer one stays.
            _pending.TryRemove(KeyValuePair.Create(key, alarm));
        }
    }

    private async Task<bool> TryWriteAsync(
        TenantId tenant,
        Func<Tx, Task> work,
        CancellationToken cancellation
    )
    {
        try
        {
            return await _kernel.Db.SystemAsync(
                Service,
                isWrite: true,
                async tx =>
                {
                    await work(tx);
                    return true;
                },
                tenant,
                cancellation
            );
        }
        catch (DatabaseUnavailableException)
        {
            return false;
        }
    }

    private void Keep((TenantId, string, string) key, Alarm? alarm)
    {
        if (_pending.Count < AlarmLimits.MaxPending || _pending.ContainsKey(key))
        {
            _pending[key] = alarm;
        }
    }

    private async Task TellWithoutDatabaseAsync(TenantId tenant, Alarm alarm, CancellationToken cancellation)
    {
        var (key, now) = ((tenant, alarm.Code, alarm.About), _kernel.Time.GetUtcNow());
        if (_toldAt.TryGetValue(key, out var last) && now - last < AlarmLimits.FallbackEvery)
        {
            return;
        }
        if (_toldAt.Count >= AlarmLimits.MaxPending)
        {
            _toldAt.Clear();
        }
        _toldAt[key] = now;
        DeliveryLog.WithoutDatabase(_log, alarm.Code, alarm.Severity, tenant, alarm.Text);
        if (_command.IsSet)
        {
            var outcome = await _command.RunAsync(tenant, alarm, DeliveryNote.Raised, cancellation);
            if (!outcome.IsReceived)
            {
                DeliveryLog.CommandFailed(_log, outcome.Error);
            }
        }
    }
}
