namespace Vigil.Trust;

/// <summary>Somebody has a colleague's role for a while: a filing officer is away, a report's clock is not.</summary>
public sealed class StandIn
{
    public Guid Id { get; init; }

    /// <summary>Pseudonym of who stands in.</summary>
    public string Person { get; init; } = "";

    /// <summary>Pseudonym of who is away.</summary>
    public string For { get; init; } = "";

    /// <summary>Name of a <see cref="Trust.Role"/>.</summary>
    public string Role { get; init; } = "";
    public DateTimeOffset FromAt { get; init; }
    public DateTimeOffset Until { get; init; }
    public string Reason { get; init; } = "";
}

/// <summary>
/// Roles for a while. They begin and end by themselves; each is an act in the ledger. One that reads cases, exports
/// lists or ends holds is given by a person alone, never by a key.
/// </summary>
public static class StandIns
{
    /// <summary>Records itself. In force within two seconds of <paramref name="from"/>.</summary>
    /// <param name="tx">Of the act.</param>
    /// <param name="personId">Who stands in.</param>
    /// <param name="forId">Who has the role.</param>
    /// <param name="role">Any but an admin's.</param>
    /// <param name="from">When it begins.</param>
    /// <param name="until">At most <see cref="PeopleLimits.MaxGrant"/> later.</param>
    /// <param name="reason">Stands in the ledger.</param>
    /// <exception cref="PeopleException">A rule was not kept; the text says which.</exception>
    public static async Task<Guid> GiveAsync(
        Tx tx,
        Guid personId,
        Guid forId,
        Role role,
        DateTimeOffset from,
        DateTimeOffset until,
        string reason
    )
    {
        var person = await People.FindAsync(tx, personId);
        var absent = await People.FindAsync(tx, forId);
        await CheckAsync(tx, person, absent, role);
        if (until <= from || until <= tx.Now || until - from > PeopleLimits.MaxGrant)
        {
            throw new PeopleException(
                "bad_until",
                $"A stand-in ends later than it begins, within {PeopleLimits.MaxGrant.TotalDays:0} days."
            );
        }
        var id = tx.NewId();
        await tx.ExecuteAsync(
            """
            insert into stand_in (tenant, id, person_id, for_id, role, from_at, until, reason, given_at, given_by)
            values (@tenant, @id, @personId, @forId, @role, @from, @until, @reason, @now, @by)
            """,
            new
            {
                id,
                personId,
                forId,
                role = role.ToString(),
                from,
                until,
                reason = Names.Plain(reason, "A reason"),
                now = tx.Now,
                by = tx.Actor.Name,
            }
        );
        await tx.RecordAsync(
            new LedgerAct("person.stands_in", person.Pseudonym)
            {
                Reason = reason.Trim(),
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["for"] = absent.Pseudonym,
                    ["role"] = role.ToString(),
                    ["from"] = from.ToString("u"),
                    ["until"] = until.ToString("u"),
                },
            }
        );
        return id;
    }

    /// <summary>False: none of this id, or it is over. Records itself.</summary>
    public static async Task<bool> EndAsync(Tx tx, Guid id)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var ended = await tx.QueryAsync<string>(
            """
            update stand_in set ended_at = @now, ended_by = @by
            where tenant = @tenant and id = @id and ended_at is null returning role
            """,
            new
            {
                id,
                now = tx.Now,
                by = tx.Actor.Name,
            }
        );
        await LastGone.NoteAsync(tx, Grants.Of(ended.Select(Enum.Parse<Role>)));
        await tx.RecordAsync(new LedgerAct("person.stand_in_ended", id.ToString()));
        return ended.Count == 1;
    }

    /// <summary>Present and coming ones, the first to end on top.</summary>
    public static Task<IReadOnlyList<StandIn>> ListAsync(Tx tx)
    {
        ArgumentNullException.ThrowIfNull(tx);
        return tx.QueryAsync<StandIn>(
            """
            select s.id, p.pseudonym as person, f.pseudonym as "for", s.role, s.from_at, s.until, s.reason
            from stand_in s
            join person p on p.tenant = s.tenant and p.id = s.person_id
            join person f on f.tenant = s.tenant and f.id = s.for_id
            where s.tenant = @tenant and s.ended_at is null and s.until > @now
            order by s.until, s.id limit 1000
            """,
            new { now = tx.Now }
        );
    }

    /// <summary>These people with the roles they have for a while besides their own, as in their sessions.</summary>
    public static async Task<IReadOnlyList<Person>> AddRolesAsync(Tx tx, IReadOnlyList<Person> people)
    {
        ArgumentNullException.ThrowIfNull(tx);
        ArgumentNullException.ThrowIfNull(people);
        var roles = (
            await tx.QueryAsync<RoleNow>(
                """
                select person_id, role from stand_in
                where tenant = @tenant and ended_at is null and from_at <= @now and until > @now limit 10000
                """,
                new { now = tx.Now }
            )
        ).ToLookup(row => row.PersonId, row => Enum.Parse<Role>(row.Role));
        return
        [
            .. people.Select(person =>
                person with
                {
                    Roles = [.. person.Roles.Union(roles[person.Id]).Order()],
                }
            ),
        ];
    }

    /// <summary>Roles that this person has for a while, now or soon.</summary>
    internal static async Task<IReadOnlyCollection<Role>> RolesOfAsync(Tx tx, Guid personId) =>
        [
            .. (
                await tx.QueryAsync<string>(
                    """
                    select role from stand_in
                    where tenant = @tenant and person_id = @personId and ended_at is null and until > @now
                    """,
                    new { personId, now = tx.Now }
                )
            ).Select(Enum.Parse<Role>),
        ];

    private static async Task CheckAsync(Tx tx, Person person, Person absent, Role role)
    {
        if (await KeyMakers.IsOwnAsync(tx, $"person:{person.Pseudonym}"))
        {
            throw new PeopleException("own_account", "Nobody gives themselves a role: ask another admin.");
        }
        if (tx.Actor.Kind == ActorKind.ApiKey && Grants.TakesAnother(Grants.Of([role])).Any())
        {
            throw new PeopleException(
                "person_needed",
                "An admin who is signed in gives a role that reads cases, exports lists or ends holds: "
                    + "who has a key is known to nobody."
            );
        }
        if (role == Role.Admin || !absent.Roles.Contains(role) || person.Roles.Contains(role))
        {
            throw new PeopleException(
                "bad_stand_in",
                "Choose a role that the one has and the other has not; an admin has no stand-in, name two admins."
            );
        }
        if (person.State != PersonState.Active)
        {
            throw new PeopleException("bad_stand_in", "A disabled account stands in for nobody.");
        }
        await People.RequireCompatibleAsync(tx, [.. person.Roles, role], await RolesOfAsync(tx, person.Id));
    }

    private sealed class RoleNow
    {
        public Guid PersonId { get; init; }
        public string Role { get; init; } = "";
    }
}
