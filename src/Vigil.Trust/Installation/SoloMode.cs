using System.Collections.Concurrent;

namespace Vigil.Trust;

/// <summary>
/// Declared by a team of one: where two persons are asked for, the second becomes a delay of 24 hours with
/// notice. It is an act in the ledger and stands on every page, because it is less than what two persons give.
/// </summary>
public sealed class SoloMode
{
    /// <summary>What stands in for the second person.</summary>
    public static readonly TimeSpan Delay = TimeSpan.FromHours(24);

    private const string Setting = "solo_mode";
    private const string On = "on";

    /// <summary>How long pages may show what was.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private readonly Db _db;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<TenantId, (bool IsOn, long ReadAt)> _known = new();

    internal SoloMode(Db db, TimeProvider time) => (_db, _time) = (db, time);

    public static async Task<bool> IsOnAsync(Tx tx) => await TenantSettings.FindAsync(tx, Setting) == On;

    /// <summary>Turns it on or off, with the reason in the ledger and an alarm to whoever is on call.</summary>
    /// <exception cref="SecondPersonException">Two admins are here: each is the other's second person.</exception>
    public static async Task DeclareAsync(Tx tx, bool isOn, string reason)
    {
        ArgumentNullException.ThrowIfNull(tx);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        if (isOn && await People.AdminsAsync(tx) > 1)
        {
            throw new SecondPersonException(
                "not_alone",
                "Solo mode is for who is alone: there are two admins, and each confirms what the other asks for. "
                    + "Disable the account of who left."
            );
        }
        await TenantSettings.SetAsync(tx, Setting, isOn ? On : "off");
        await tx.RecordAsync(
            new LedgerAct(isOn ? "solo_mode.declared" : "solo_mode.ended", tx.Tenant.Value)
            {
                Reason = reason,
            }
        );
        if (isOn)
        {
            await tx.RaiseAlarmAsync(
                new Alarm(
                    "solo_mode_declared",
                    AlarmSeverity.Urgent,
                    "Solo mode was declared: second persons are replaced by a delay of 24 hours. End it when the team "
                        + "has a second person."
                )
            );
        }
    }

    /// <summary>For pages: at most two seconds old; false when the database does not answer.</summary>
    public async ValueTask<bool> IsOnAsync(TenantId tenant, CancellationToken cancellation = default)
    {
        if (_known.TryGetValue(tenant, out var known) && _time.GetElapsedTime(known.ReadAt) < Fresh)
        {
            return known.IsOn;
        }
        try
        {
            var isOn = await _db.SystemAsync("pages", isWrite: false, IsOnAsync, tenant, cancellation);
            _known[tenant] = (isOn, _time.GetTimestamp());
            return isOn;
        }
        catch (DatabaseUnavailableException)
        {
            return known.IsOn;
        }
    }
}
