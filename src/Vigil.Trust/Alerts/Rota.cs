using System.Globalization;

namespace Vigil.Trust;

/// <summary>Somebody's hours of every week, in UTC.</summary>
public sealed class RotaTurn
{
    public Guid Id { get; init; }

    /// <summary>Pseudonym.</summary>
    public string Person { get; init; } = "";

    /// <summary>1 is told first; each next when nobody acknowledged.</summary>
    public int Step { get; init; }

    /// <summary>Minute of the week from Monday 00:00 on; 0 to 10,079.</summary>
    public int FromMinute { get; init; }

    /// <summary>1 to 10,080; not after the begin: over the end of the week.</summary>
    public int UntilMinute { get; init; }

    /// <summary>Whether the minute is one of these hours.</summary>
    public bool Covers(int minute) =>
        FromMinute < UntilMinute
            ? minute >= FromMinute && minute < UntilMinute
            : minute >= FromMinute || minute < UntilMinute;
}

/// <summary>Somebody takes another's hours once.</summary>
public sealed class RotaOverride
{
    public Guid Id { get; init; }

    /// <summary>Pseudonym.</summary>
    public string Person { get; init; } = "";
    public int Step { get; init; }
    public DateTimeOffset FromAt { get; init; }
    public DateTimeOffset Until { get; init; }
}

/// <summary>The whole rota of a tenant.</summary>
/// <param name="Turns">Every week.</param>
/// <param name="Overrides">Present and coming, the newest last.</param>
/// <param name="Able">Pseudonyms of the people who may come in: others are on duty for nobody.</param>
public sealed record RotaPlan(
    IReadOnlyList<RotaTurn> Turns,
    IReadOnlyList<RotaOverride> Overrides,
    IReadOnlySet<string> Able
)
{
    /// <summary>Somebody planned something; without it alarms go to every channel.</summary>
    public bool Exists => Turns.Count + Overrides.Count > 0;

    public int Steps =>
        Turns.Select(turn => turn.Step).Concat(Overrides.Select(one => one.Step)).DefaultIfEmpty(0).Max();

    /// <summary>Who is on duty; null: nobody who can act.</summary>
    public string? At(DateTimeOffset at, int step)
    {
        var instead = Overrides.LastOrDefault(one => one.Step == step && one.FromAt <= at && at < one.Until);
        var minute = MinuteOf(at);
        var person =
            instead?.Person ?? Turns.FirstOrDefault(turn => turn.Step == step && turn.Covers(minute))?.Person;
        return person is not null && Able.Contains(person) ? person : null;
    }

    /// <summary>The first moment within a week when nobody is on duty, to the quarter of an hour; null: none.</summary>
    public DateTimeOffset? FirstGap(DateTimeOffset now)
    {
        var look = TimeSpan.FromMinutes(15);
        for (var at = now; at < now.AddDays(7); at += look)
        {
            if (At(at, 1) is null)
            {
                return at;
            }
        }
        return null;
    }

    public static int MinuteOf(DateTimeOffset at)
    {
        var time = at.UtcDateTime;
        return ((((int)time.DayOfWeek + 6) % 7) * 24 * 60) + (time.Hour * 60) + time.Minute;
    }
}

/// <summary>
/// Who is told of alarms when: a weekly plan with overrides, by pseudonym, in steps. Every change records itself.
/// </summary>
public static class Rota
{
    public const int MaxTurns = 200;
    public const int MaxOverrides = 200;
    public const int MaxSteps = 5;
    public const int MinutesOfWeek = 7 * 24 * 60;

    /// <summary>Minutes without acknowledgement before the next is told (setting "alarm.escalateMinutes").</summary>
    public const int EscalateMinutes = 15;

    /// <summary>The alarm about a rota that has a hole now.</summary>
    public const string NobodyCode = "nobody_on_duty";

    public static async Task<RotaPlan> ReadAsync(Tx tx)
    {
        ArgumentNullException.ThrowIfNull(tx);
        return new RotaPlan(
            await tx.QueryAsync<RotaTurn>(
                $"""
                select id, person, step, from_minute, until_minute from rota_turn
                where tenant = @tenant order by step, from_minute, id limit {MaxTurns}
                """
            ),
            await tx.QueryAsync<RotaOverride>(
                $"""
                select id, person, step, from_at, until from rota_override
                where tenant = @tenant and until > @now order by id limit {MaxOverrides}
                """,
                new { now = tx.Now }
            ),
            (
                await tx.QueryAsync<string>(
                    $"""
                    select pseudonym from person_known where tenant = @tenant and state = 'Active'
                    limit {PeopleLimits.MaxPersons}
                    """
                )
            ).ToHashSet(StringComparer.Ordinal)
        );
    }

    /// <summary>
    /// Whether somebody who may do this is on duty now, in any step; without a rota, whether there is such a person.
    /// </summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="permission">What is to be done.</param>
    /// <param name="except">Actors, "person:…", who may not be the one; null: nobody is left out.</param>
    public static async Task<bool> IsSomebodyThereAsync(
        Tx tx,
        Permission permission,
        IReadOnlySet<string>? except = null
    )
    {
        ArgumentNullException.ThrowIfNull(tx);
        var plan = await ReadAsync(tx);
        var roles = await tx.QueryAsync<(string Person, string Role)>(
            """
            select p.pseudonym, r.role from person p
            join person_role r on r.tenant = @tenant and r.person_id = p.id
            where p.tenant = @tenant and p.state = 'Active'
            union
            select p.pseudonym, s.role from person p
            join stand_in s on s.tenant = @tenant and s.person_id = p.id and s.ended_at is null
                and s.from_at <= @now and s.until > @now
            where p.tenant = @tenant and p.state = 'Active'
            """,
            new { now = tx.Now }
        );
        var able = roles
            .Where(row => Grants.Of([Enum.Parse<Role>(row.Role)]).Contains(permission))
            .Select(row => row.Person)
            .Where(person => except?.Contains($"person:{person}") != true)
            .ToHashSet(StringComparer.Ordinal);
        return plan.Exists
            ? Enumerable
                .Range(1, plan.Steps)
                .Any(step => plan.At(tx.Now, step) is { } person && able.Contains(person))
            : able.Count > 0;
    }

    /// <exception cref="DeliveryInputException">No such hours, person or step, or too many.</exception>
    public static async Task<Guid> AddTurnAsync(Tx tx, RotaTurn turn)
    {
        ArgumentNullException.ThrowIfNull(turn);
        var plan = await CheckedAsync(tx, turn.Person, turn.Step);
        if (
            turn.FromMinute is < 0 or >= MinutesOfWeek
            || turn.UntilMinute is <= 0 or > MinutesOfWeek
            || turn.FromMinute == turn.UntilMinute
        )
        {
            throw new DeliveryInputException("bad_hours", "A turn begins and ends at two times of the week.");
        }
        if (plan.Turns.Count >= MaxTurns)
        {
            throw new DeliveryInputException("too_many_turns", $"A rota has at most {MaxTurns} turns.");
        }
        var id = tx.NewId();
        await tx.ExecuteAsync(
            """
            insert into rota_turn (tenant, id, person, step, from_minute, until_minute)
            values (@tenant, @id, @person, @step, @from, @until)
            """,
            new
            {
                id,
                person = turn.Person,
                step = turn.Step,
                from = turn.FromMinute,
                until = turn.UntilMinute,
            }
        );
        await RecordAsync(tx, "rota.turn_added", id, turn.Person, turn.Step);
        return id;
    }

    /// <exception cref="DeliveryInputException">No such time, person or step, or too many.</exception>
    public static async Task<Guid> AddOverrideAsync(Tx tx, RotaOverride one)
    {
        ArgumentNullException.ThrowIfNull(one);
        var plan = await CheckedAsync(tx, one.Person, one.Step);
        if (one.Until <= one.FromAt || one.Until <= tx.Now || one.Until > one.FromAt + PeopleLimits.MaxGrant)
        {
            throw new DeliveryInputException(
                "bad_hours",
                "An override ends later than it begins, in the future, within 90 days."
            );
        }
        if (plan.Overrides.Count >= MaxOverrides)
        {
            throw new DeliveryInputException(
                "too_many_turns",
                $"A rota has at most {MaxOverrides} overrides."
            );
        }
        await tx.ExecuteAsync(
            "delete from rota_override where tenant = @tenant and until < @before",
            new { before = tx.Now - PeopleLimits.Remembered }
        );
        var id = tx.NewId();
        await tx.ExecuteAsync(
            """
            insert into rota_override (tenant, id, person, step, from_at, until, made_at, made_by)
            values (@tenant, @id, @person, @step, @from, @until, @now, @by)
            """,
            new
            {
                id,
                person = one.Person,
                step = one.Step,
                from = one.FromAt,
                until = one.Until,
                now = tx.Now,
                by = tx.Actor.Name,
            }
        );
        await RecordAsync(tx, "rota.override_added", id, one.Person, one.Step);
        return id;
    }

    /// <summary>A turn or an override. False: none of this id.</summary>
    public static async Task<bool> RemoveAsync(Tx tx, Guid id)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var removed =
            await tx.ExecuteAsync("delete from rota_turn where tenant = @tenant and id = @id", new { id })
            + await tx.ExecuteAsync(
                "delete from rota_override where tenant = @tenant and id = @id",
                new { id }
            );
        await tx.RecordAsync(new LedgerAct("rota.removed", id.ToString()));
        return removed > 0;
    }

    /// <summary>Raises or clears the alarm that nobody is on duty now.</summary>
    internal static async Task<bool> WatchAsync(Tx tx)
    {
        var plan = await ReadAsync(tx);
        if (!plan.Exists || plan.At(tx.Now, 1) is not null)
        {
            return await tx.ClearAlarmAsync(NobodyCode);
        }
        return await tx.RaiseAlarmOnceAsync(
            new Alarm(
                NobodyCode,
                AlarmSeverity.Page,
                "The rota names nobody for now who can act: alarms go to every channel. Put somebody on duty on the "
                    + "alarms page."
            )
        );
    }

    internal static async Task<TimeSpan> EscalateAfterAsync(Tx tx) =>
        TimeSpan.FromMinutes(
            int.TryParse(
                await TenantSettings.FindAsync(tx, "alarm.escalateMinutes"),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var minutes
            )
            && minutes > 0
                ? minutes
                : EscalateMinutes
        );

    private static async Task<RotaPlan> CheckedAsync(Tx tx, string person, int step)
    {
        var plan = await ReadAsync(tx);
        if (!plan.Able.Contains(person))
        {
            throw new DeliveryInputException("no_such_person", "Nobody of this pseudonym can sign in here.");
        }
        return step is >= 1 and <= MaxSteps
            ? plan
            : throw new DeliveryInputException("bad_step", $"A step is 1 to {MaxSteps}; 1 is told first.");
    }

    private static Task RecordAsync(Tx tx, string action, Guid id, string person, int step) =>
        tx.RecordAsync(
            new LedgerAct(action, id.ToString())
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["person"] = person,
                    ["step"] = step.ToString(CultureInfo.InvariantCulture),
                },
            }
        );
}
