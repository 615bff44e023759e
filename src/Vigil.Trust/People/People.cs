namespace Vigil.Trust;

/// <summary>The people of a tenant: who they are, what they may do, whether they may come in.</summary>
public static class People
{
    private const string Columns = """
        select p.id, p.pseudonym, p.user_name, p.display_name, p.state, p.created_at, p.signed_in_at,
            case when p.password_hash is null then 0 else 1 end as has_password,
            (select count(*) from person_passkey k where k.tenant = p.tenant and k.person_id = p.id) as passkeys,
            (select count(*) from person_identity i where i.tenant = p.tenant and i.person_id = p.id) as identities,
            p.vendor
        from person p
        """;

    /// <summary>In order of their numbers.</summary>
    public static async Task<IReadOnlyList<Person>> ListAsync(Tx tx)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var rows = await tx.QueryAsync<Stored>(
            $"{Columns} where p.tenant = @tenant order by p.number limit 10000"
        );
        var roles = (
            await tx.QueryAsync<RoleRow>(
                "select person_id, role from person_role where tenant = @tenant limit 100000"
            )
        ).ToLookup(row => row.PersonId, row => Enum.Parse<Role>(row.Role));
        return [.. rows.Select(row => row.ToPerson(tx.Secrets, [.. roles[row.Id].Order()]))];
    }

    /// <exception cref="PeopleException">There is none.</exception>
    public static async Task<Person> FindAsync(Tx tx, Guid id)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var row =
            await tx.FindAsync<Stored>($"{Columns} where p.tenant = @tenant and p.id = @id", new { id })
            ?? throw new PeopleException("no_such_person", "There is no such person here.");
        return row.ToPerson(tx.Secrets, await RolesAsync(tx, id));
    }

    /// <param name="tx">The transaction.</param>
    /// <param name="pseudonym">As "reviewer-7".</param>
    /// <exception cref="PeopleException">There is none.</exception>
    public static async Task<Person> FindByPseudonymAsync(Tx tx, string pseudonym)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var found = await tx.QueryAsync<Guid>(
            "select id from person where tenant = @tenant and pseudonym = @pseudonym",
            new { pseudonym = pseudonym.Trim() }
        );
        return found.Count == 1
            ? await FindAsync(tx, found[0])
            : throw new PeopleException("no_such_person", "There is no person of this pseudonym here.");
    }

    /// <summary>
    /// In force within two seconds, also for open sessions. Records itself. Nobody gives themselves a role that reads
    /// cases, exports lists or ends holds: who runs an installation would open contents alone, or end what an authority
    /// has kept. In solo mode it takes a day (<see cref="RoleGains"/>).
    /// </summary>
    /// <returns>What waits for its delay, and nothing is changed yet; null: it is done.</returns>
    /// <exception cref="PeopleException">
    /// No role, roles that must not meet, one's own account, or no admin would be left.
    /// </exception>
    /// <exception cref="SecondPersonException">It was asked for in solo mode, and the delay is not over.</exception>
    public static async Task<SecondPersonRequest?> SetRolesAsync(
        Tx tx,
        Guid id,
        IReadOnlyCollection<Role> roles
    )
    {
        ArgumentNullException.ThrowIfNull(roles);
        var person = await FindAsync(tx, id);
        if (roles.Count == 0)
        {
            throw new PeopleException("no_role", "Choose at least one role, or disable the account.");
        }
        await RequireCompatibleAsync(tx, roles, await StandIns.RolesOfAsync(tx, id));
        if (await MayGainAsync(tx, person, roles) is { } waits)
        {
            return waits;
        }
        await ReplaceRolesAsync(tx, id, roles);
        await RequireAdminAsync(tx);
        if (person.State == PersonState.Active)
        {
            await LastGone.NoteAsync(tx, Grants.Of(person.Roles).Except(Grants.Of(roles)));
            if (person.Roles.Contains(Role.Admin) && !roles.Contains(Role.Admin))
            {
                await FormerAdmins.NoteAsync(tx, id);
            }
        }
        if (await SoloMode.EndIfTwoAsync(tx))
        {
            // What only a team of one may hold together is not given by the act that ends it.
            await RequireCompatibleAsync(tx, roles, await StandIns.RolesOfAsync(tx, id));
        }
        await tx.RecordAsync(
            new LedgerAct("person.roles_changed", person.Pseudonym)
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["before"] = string.Join(',', person.Roles),
                    ["after"] = string.Join(',', roles.Distinct().Order()),
                },
            }
        );
        return null;
    }

    /// <returns>What waits for its delay; null: the roles may be given now.</returns>
    private static async Task<SecondPersonRequest?> MayGainAsync(
        Tx tx,
        Person person,
        IReadOnlyCollection<Role> roles
    )
    {
        if (!roles.Except(person.Roles).Any(role => Grants.TakesAnother(Grants.Of([role])).Any()))
        {
            return null;
        }
        if (await SoloMode.IsOnAsync(tx))
        {
            return await RoleGains.DelayAsync(tx, person, roles);
        }
        if (tx.Actor.Kind == ActorKind.ApiKey)
        {
            throw new PeopleException(
                "person_needed",
                "An admin who is signed in gives a role that reads cases, exports lists or ends holds: "
                    + "who has a key is known to nobody."
            );
        }
        if (await KeyMakers.IsOwnAsync(tx, $"person:{person.Pseudonym}"))
        {
            throw new PeopleException(
                "own_account",
                "Nobody gives themselves a role that reads cases, exports lists or ends holds: ask another admin. "
                    + "A team of one declares solo mode first."
            );
        }
        return null;
    }

    /// <summary>
    /// A disabled person's sessions end, and what they asked a second person for is called off. Their keys go on, since
    /// a platform may rest on them: an alarm names them. Records itself.
    /// </summary>
    /// <exception cref="PeopleException">The last admin would be gone.</exception>
    public static async Task SetStateAsync(Tx tx, Guid id, PersonState state)
    {
        var person = await FindAsync(tx, id);
        await tx.ExecuteAsync(
            "update person set state = @state where tenant = @tenant and id = @id",
            new { id, state = state.ToString() }
        );
        if (state == PersonState.Disabled)
        {
            await Sessions.EndAllAsync(tx, id);
            await RequireAdminAsync(tx);
            if (person.State == PersonState.Active)
            {
                await LeaveAsync(tx, person);
            }
            var name = $"person:{person.Pseudonym}";
            await SecondPerson.WithdrawOfAsync(tx, name, "Who asked for it was disabled.");
            await TellOfKeysAsync(tx, person.Pseudonym, await KeyMakers.LivingOfAsync(tx, name));
            await tx.RaiseAsync(new PersonDisabled(name));
        }
        else
        {
            await SoloMode.EndIfTwoAsync(tx);
        }
        await tx.RecordAsync(
            new LedgerAct(
                state == PersonState.Disabled ? "person.disabled" : "person.enabled",
                person.Pseudonym
            )
        );
    }

    /// <summary>What solo mode waits for after somebody went.</summary>
    private static async Task LeaveAsync(Tx tx, Person person)
    {
        var forWhile = await StandIns.RolesOfAsync(tx, person.Id);
        await LastGone.NoteAsync(tx, Grants.Of([.. person.Roles, .. forWhile]));
        if (person.Roles.Contains(Role.Admin))
        {
            await FormerAdmins.NoteAsync(tx, person.Id);
        }
    }

    /// <summary>What the alarm about keys of a disabled person is called; about their pseudonym.</summary>
    public const string KeysOfDisabled = "keys_of_disabled";

    private static async Task TellOfKeysAsync(Tx tx, string pseudonym, IReadOnlyList<string> keys)
    {
        const int named = 20;
        if (keys.Count > 0)
        {
            await tx.RaiseAlarmAsync(
                new Alarm(
                    KeysOfDisabled,
                    AlarmSeverity.Urgent,
                    $"{pseudonym} was disabled, and {keys.Count} keys made by them, whose secrets they saw, are still "
                        + $"heard: {string.Join(", ", keys.Take(named))}{(keys.Count > named ? ", and others" : "")}. "
                        + "Put others in their place and revoke them: /console/keys. Close this when that is done."
                )
                {
                    About = pseudonym,
                }
            );
        }
    }

    /// <exception cref="PeopleException">The name is taken, or too many are here.</exception>
    internal static async Task<Person> CreateAsync(
        Tx tx,
        Guid id,
        string userName,
        string displayName,
        IReadOnlyCollection<Role> roles
    )
    {
        var number =
            1
            + await tx.FindAsync<long>("select coalesce(max(number), 0) from person where tenant = @tenant");
        if (number > PeopleLimits.MaxPersons)
        {
            throw new PeopleException("too_many_people", "This installation has all the people it can hold.");
        }
        var nameDigest = Names.DigestOf(tx.Secrets, userName);
        var pseudonym = $"{KebabOf(roles.Min())}-{number}";
        var added = await tx.ExecuteAsync(
            """
            insert into person (tenant, id, number, pseudonym, user_name_digest, user_name, display_name,
                totp_step, stamp, state, created_at)
            values (@tenant, @id, @number, @pseudonym, @nameDigest, @userName, @displayName, 0, @stamp,
                'Active', @now)
            on conflict (tenant, user_name_digest) do nothing
            """,
            new
            {
                id,
                number = (int)number,
                pseudonym,
                nameDigest,
                userName = SealedName.Seal(tx.Secrets, userName, id),
                displayName = SealedName.Seal(tx.Secrets, displayName, id),
                stamp = Credentials.NewStamp(),
                now = tx.Now,
            }
        );
        if (added == 0)
        {
            throw new PeopleException("user_name_taken", "Somebody here has this user name: choose another.");
        }
        await ReplaceRolesAsync(tx, id, roles);
        if (await SoloMode.EndIfTwoAsync(tx))
        {
            await RequireCompatibleAsync(tx, roles, []);
        }
        return await FindAsync(tx, id);
    }

    internal static async Task<IReadOnlyList<Role>> RolesAsync(Tx tx, Guid id) =>
        [
            .. (
                await tx.QueryAsync<string>(
                    "select role from person_role where tenant = @tenant and person_id = @id",
                    new { id }
                )
            )
                .Select(Enum.Parse<Role>)
                .Order(),
        ];

    internal static Task<long> CountAsync(Tx tx) =>
        tx.FindAsync<long>("select count(*) from person where tenant = @tenant");

    /// <summary>How many may sign in now.</summary>
    internal static Task<long> AdminsAsync(Tx tx) =>
        tx.FindAsync<long>(
            """
            select count(*) from person p
            join person_role r on r.tenant = p.tenant and r.person_id = p.id and r.role = 'Admin'
            where p.tenant = @tenant and p.state = 'Active'
            """
        );

    private static async Task ReplaceRolesAsync(Tx tx, Guid id, IEnumerable<Role> roles)
    {
        await tx.ExecuteAsync(
            "delete from person_role where tenant = @tenant and person_id = @id",
            new { id }
        );
        foreach (var role in roles.Distinct())
        {
            await tx.ExecuteAsync(
                "insert into person_role (tenant, person_id, role) values (@tenant, @id, @role)",
                new { id, role = role.ToString() }
            );
        }
    }

    /// <param name="tx">The transaction.</param>
    /// <param name="roles">The person's own.</param>
    /// <param name="forWhile">Those that they stand in with, now or soon.</param>
    /// <exception cref="PeopleException">They must not meet in one person; the text says why.</exception>
    internal static async Task RequireCompatibleAsync(
        Tx tx,
        IReadOnlyCollection<Role> roles,
        IReadOnlyCollection<Role> forWhile
    )
    {
        if (Grants.Conflict([.. roles, .. forWhile], await SoloMode.IsOnAsync(tx)) is { } conflict)
        {
            throw new PeopleException(
                "roles_conflict",
                forWhile.Count == 0 ? conflict : $"{conflict} Stand-ins count too: end them first."
            );
        }
    }

    private static async Task RequireAdminAsync(Tx tx)
    {
        if (await AdminsAsync(tx) == 0)
        {
            throw new PeopleException(
                "last_admin",
                "The last admin stays one: make somebody else an admin first."
            );
        }
    }

    private static string KebabOf(Role role) =>
        System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(role.ToString());

    private sealed class RoleRow
    {
        public Guid PersonId { get; init; }
        public string Role { get; init; } = "";
    }

    private sealed class Stored
    {
        public Guid Id { get; init; }
        public string Pseudonym { get; init; } = "";
        public byte[] UserName { get; init; } = [];
        public byte[] DisplayName { get; init; } = [];
        public string State { get; init; } = "";
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset? SignedInAt { get; init; }
        public int HasPassword { get; init; }
        public long Passkeys { get; init; }
        public long Identities { get; init; }
        public string? Vendor { get; init; }

        public Person ToPerson(TenantSecrets secrets, IReadOnlyList<Role> roles) =>
            new()
            {
                Id = Id,
                Pseudonym = Pseudonym,
                UserName = SealedName.Open(secrets, UserName, Id),
                DisplayName = SealedName.Open(secrets, DisplayName, Id),
                State = Enum.Parse<PersonState>(State),
                Roles = roles,
                HasPassword = HasPassword == 1,
                Passkeys = (int)Passkeys,
                HasSingleSignOn = Identities > 0,
                Vendor = Vendor,
                CreatedAt = CreatedAt,
                SignedInAt = SignedInAt,
            };
    }
}
