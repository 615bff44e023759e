namespace Vigil.Trust;

/// <summary>How features raise alarms in the transaction of what is wrong.</summary>
public static class TxAlarms
{
    public static Task RaiseAlarmAsync(this Tx tx, Alarm alarm)
    {
        ArgumentNullException.ThrowIfNull(tx);
        ArgumentNullException.ThrowIfNull(alarm);
        return Task.CompletedTask;
    }
}
