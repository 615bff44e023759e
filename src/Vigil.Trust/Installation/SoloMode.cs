using System.Collections.Concurrent;
using System.Globalization;

namespace Vigil.Trust;

/// <summary>Solo mode as it was declared.</summary>
/// <param name="From">It counts from then on; until then two persons are two.</param>
/// <param name="IsOn">It counts.</param>
public sealed record SoloStanding(DateTimeOffset From, bool IsOn);

/// <summary>
/// Declared by a team of one: where two persons are asked for, the second becomes a delay of 24 hours with
/// notice. It is an act in the ledger and stands on every page, because it is less than what two persons give. Where
/// another was an admin until lately, the declaration itself takes the delay: nobody makes a team of one alone.
/// </summary>
public sealed class SoloMode
{
    /// <summary>What stands in for the second person.</summary>
    public static readonly TimeSpan Delay = TimeSpan.FromHours(24);

    /// <summary>Told to every channel, also those of people who are off duty or cannot come in.</summary>
    public const string DeclaredAlarm = "solo_mode_declared";

    private const string Setting = "solo_mode";
    private const string On = "on";
    private const string OnFrom = "on from ";

    /// <summary>How long pages may show what was.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private readonly Db _db;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<TenantId, (DateTimeOffset? From, long ReadAt)> _known = new();

    internal SoloMode(Db db, TimeProvider time) => (_db, _time) = (db, time);

    /// <summary>It counts now.</summary>
    public static async Task<bool> IsOnAsync(Tx tx) => await FindAsync(tx) is { IsOn: true };

    /// <summary>Null: it is not declared.</summary>
    public static async Task<SoloStanding?> FindAsync(Tx tx)
    {
        ArgumentNullException.ThrowIfNull(tx);
        return await FromAsync(tx) is { } from ? new SoloStanding(from, from <= tx.Now) : null;
    }

    /// <summary>
    /// Turns it on or off, with the reason in the ledger and an alarm to every channel. Declared again it counts no
    /// sooner, and no later.
    /// </summary>
    /// <exception cref="SecondPersonException">Two admins are here: each is the other's second person.</exception>
    public static async Task DeclareAsync(Tx tx, bool isOn, string reason)
    {
        ArgumentNullException.ThrowIfNull(tx);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        if (!isOn)
        {
            await EndAsync(tx, reason);
            return;
        }
        if (await People.AdminsAsync(tx) > 1)
        {
            throw new SecondPersonException(
                "not_alone",
                "Solo mode is for who is alone: there are two admins, and each confirms what the other asks for. "
                    + "Disable the account of who left."
            );
        }
        var former = await FormerAdmins.OfLateAsync(tx);
        var from = await FromAsync(tx);
        if (from is null)
        {
            from = former.Count == 0 ? tx.Now : tx.Now + Delay;
            await TenantSettings.SetAsync(
                tx,
                Setting,
                former.Count == 0 ? On : OnFrom + from.Value.ToString("O", CultureInfo.InvariantCulture)
            );
        }
        await RecordAsync(tx, "solo_mode.declared", reason, from);
        await tx.RaiseAlarmAsync(
            new Alarm(DeclaredAlarm, AlarmSeverity.Urgent, TextOf(from.Value, former, tx.Now))
        );
    }

    /// <summary>
    /// While it does not count yet: anybody who is here calls it off, for where somebody else objects there is no team
    /// of one. Records itself.
    /// </summary>
    /// <exception cref="SecondPersonException">It is not declared, or counts already.</exception>
    public static async Task WithdrawAsync(Tx tx, string reason)
    {
        if (await FindAsync(tx) is not { IsOn: false })
        {
            throw new SecondPersonException(
                "nothing_requested",
                "No declaration of solo mode waits: once it counts, an admin ends it on the tenants' page."
            );
        }
        await EndAsync(tx, reason);
    }

    /// <summary>A second admin came: from now on the two are each other's second person.</summary>
    /// <returns>Whether it ended now.</returns>
    internal static async Task<bool> EndIfTwoAsync(Tx tx)
    {
        if (await FromAsync(tx) is null || await People.AdminsAsync(tx) <= 1)
        {
            return false;
        }
        await EndAsync(tx, "There are two admins now.");
        return true;
    }

    /// <summary>For pages: at most two seconds old; as it was when the database does not answer.</summary>
    public async ValueTask<SoloStanding?> FindAsync(TenantId tenant, CancellationToken cancellation = default)
    {
        if (!_known.TryGetValue(tenant, out var known) || _time.GetElapsedTime(known.ReadAt) >= Fresh)
        {
            try
            {
                known = (
                    await _db.SystemAsync("pages", isWrite: false, FromAsync, tenant, cancellation),
                    _time.GetTimestamp()
                );
                _known[tenant] = known;
            }
            catch (DatabaseUnavailableException)
            {
                // What was known is shown.
            }
        }
        return known.From is { } from ? new SoloStanding(from, from <= _time.GetUtcNow()) : null;
    }

    private static async Task EndAsync(Tx tx, string reason)
    {
        await TenantSettings.SetAsync(tx, Setting, "off");
        await RecordAsync(tx, "solo_mode.ended", reason, null);
        await tx.ClearAlarmAsync(DeclaredAlarm);
    }

    private static Task RecordAsync(Tx tx, string action, string reason, DateTimeOffset? from) =>
        tx.RecordAsync(
            new LedgerAct(action, tx.Tenant.Value)
            {
                Reason = reason,
                Facts = from is { } at
                    ? new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        ["from"] = at.ToString("u", CultureInfo.InvariantCulture),
                    }
                    : new Dictionary<string, string>(),
            }
        );

    private static string TextOf(DateTimeOffset from, IReadOnlyList<string> former, DateTimeOffset now) =>
        from <= now
            ? "Solo mode was declared: second persons are replaced by a delay of 24 hours. End it when the team "
                + "has a second person."
            : $"Solo mode was declared and counts from {from:yyyy-MM-dd HH:mm} UTC on. Until lately "
                + $"{string.Join(", ", former)} had an admin's role too. Who is still of the team, or knows that they "
                + "are, withdraws it until then: whoever can sign in finds that on every page of the console.";

    /// <summary>From when it counts; null: not declared.</summary>
    private static async Task<DateTimeOffset?> FromAsync(Tx tx)
    {
        var row = await tx.FindAsync<Stored>(
            "select value, changed_at from setting where tenant = @tenant and name = @name",
            new { name = Setting }
        );
        return row?.Value == On ? row.ChangedAt
            : row?.Value.StartsWith(OnFrom, StringComparison.Ordinal) == true
                ? DateTimeOffset.ParseExact(row.Value[OnFrom.Length..], "O", CultureInfo.InvariantCulture)
            : null;
    }

    private sealed class Stored
    {
        public string Value { get; init; } = "";
        public DateTimeOffset ChangedAt { get; init; }
    }
}
