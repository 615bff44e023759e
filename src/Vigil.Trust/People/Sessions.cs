using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Vigil.Trust.Data;

namespace Vigil.Trust;

/// <summary>
/// Sessions of the console: 256 random bits in a cookie, their SHA-256 in the table. Each request is checked
/// against the table, read again every two seconds: a revoked session is out within five.
/// </summary>
public sealed class Sessions
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    /// <summary>Between two notes that a session is in use.</summary>
    private static readonly TimeSpan SeenEvery = TimeSpan.FromSeconds(30);
    private const int SecretBytes = 32;
    private const int MaxCached = 10_000;
    private const int MaxDeviceCharacters = 60;

    private readonly Db _db;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, Entry> _cache = new(StringComparer.Ordinal);

    internal Sessions(Db db, TimeProvider time) => (_db, _time) = (db, time);

    /// <summary>
    /// Who presents this cookie; null when it is none, ended, too old, idle for too long, or comes from another
    /// browser than it was given to: then it ends, because somebody else has it.
    /// </summary>
    /// <exception cref="DatabaseUnavailableException">Nobody can tell now.</exception>
    public async ValueTask<SignedIn?> FindAsync(
        string token,
        SessionClient client,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(client);
        if (token.Length is < 40 or > 50)
        {
            return null;
        }
        var digest = DigestOf(token);
        var key = Convert.ToHexString(digest);
        if (!_cache.TryGetValue(key, out var entry) || _time.GetElapsedTime(entry.ReadAt) > Fresh)
        {
            var readAt = _time.GetTimestamp();
            if (await ReadAsync(digest, cancellation) is not { } found)
            {
                _cache.TryRemove(key, out _);
                return null;
            }
            if (_cache.Count >= MaxCached)
            {
                _cache.Clear();
            }
            entry = new Entry(found.Person, readAt, found.SeenAt, found.ClientDigest);
            _cache[key] = entry;
        }
        // Begun before sessions were bound to a browser: nobody took it, and nobody can tell whose it is.
        if (entry.ClientDigest.Length == 0)
        {
            return null;
        }
        if (!CryptographicOperations.FixedTimeEquals(entry.ClientDigest, client.Digest))
        {
            await EndStolenAsync(entry.Person, cancellation);
            return null;
        }
        var now = _time.GetUtcNow();
        if (now >= entry.Person.ExpiresAt || now - entry.SeenAt >= entry.Person.Idle)
        {
            return null;
        }
        if (now - entry.SeenAt > SeenEvery)
        {
            entry.SeenAt = now;
            await NoteAsync(entry.Person, cancellation);
        }
        return entry.Person;
    }

    /// <summary>Ends the session of a cookie; records itself. Signing out twice is no error.</summary>
    public async Task EndAsync(SignedIn person, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(person);
        await _db.ActAsync(
            person.Actor,
            Permission.OwnAccount,
            tx => RevokeAsync(tx, person.SessionId),
            cancellation
        );
        Forget();
    }

    /// <summary>
    /// The person proved again who it is: sensitive acts are open for a while. Gives the cookie's new value; the
    /// one before is worth nothing.
    /// </summary>
    internal static async Task<string> VerifiedAsync(Tx tx, SignedIn person, string method)
    {
        var token = NewToken();
        await tx.ExecuteAsync(
            """
            update person_session set verified_at = @now, digest = @digest
            where tenant = @tenant and id = @id and ended_at is null
            """,
            new
            {
                id = person.SessionId,
                digest = DigestOf(token),
                now = tx.Now,
            }
        );
        await tx.RecordAsync(
            new LedgerAct("session.verified", person.Pseudonym)
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["method"] = method },
            }
        );
        return token;
    }

    /// <summary>Ends one session, by its owner or an admin; records itself.</summary>
    public static async Task<bool> RevokeAsync(Tx tx, Guid id)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var changed = await tx.ExecuteAsync(
            "update person_session set ended_at = @now where tenant = @tenant and id = @id and ended_at is null",
            new { id, now = tx.Now }
        );
        await tx.RecordAsync(new LedgerAct("session.ended", id.ToString()));
        return changed == 1;
    }

    /// <summary>Live ones of a person, newest first.</summary>
    public static Task<IReadOnlyList<SessionRow>> ListAsync(Tx tx, Guid personId)
    {
        ArgumentNullException.ThrowIfNull(tx);
        return tx.QueryAsync<SessionRow>(
            """
            select id, person_id, device, method, created_at, seen_at, expires_at from person_session
            where tenant = @tenant and person_id = @personId and ended_at is null
                and expires_at > @now and seen_at + idle_ms > @now
            order by created_at desc limit 100
            """,
            new { personId, now = tx.Now }
        );
    }

    /// <summary>What was read is read again at the next request; for the process that changed it.</summary>
    public void Forget() => _cache.Clear();

    /// <summary>Begins a session in the transaction that proved who it is. Gives the cookie's value.</summary>
    /// <param name="tx">That proved it.</param>
    /// <param name="personId">Who.</param>
    /// <param name="method">How, as people read it.</param>
    /// <param name="client">The browser that the session is bound to.</param>
    /// <param name="verifiedAt">When two factors were proved; null: now.</param>
    internal static async Task<string> BeginAsync(
        Tx tx,
        Guid personId,
        string method,
        SessionClient client,
        DateTimeOffset? verifiedAt = null
    )
    {
        var token = NewToken();
        var id = tx.NewId();
        await tx.ExecuteAsync(
            """
            insert into person_session
                (tenant, id, digest, client_digest, person_id, device, method, created_at, seen_at, verified_at,
                expires_at, idle_ms)
            values (@tenant, @id, @digest, @clientDigest, @personId, @device, @method, @now, @now, @verifiedAt,
                @expiresAt, @idleMs)
            """,
            new
            {
                id,
                digest = DigestOf(token),
                personId,
                clientDigest = client.Digest,
                device = client.Name[..Math.Min(client.Name.Length, MaxDeviceCharacters)],
                method,
                now = tx.Now,
                verifiedAt = verifiedAt ?? tx.Now,
                expiresAt = tx.Now.AddHours(
                    await NumberAsync(tx, "session.hours", PeopleLimits.SessionHours)
                ),
                idleMs = (long)
                    TimeSpan
                        .FromMinutes(
                            await NumberAsync(tx, "session.idleMinutes", PeopleLimits.SessionIdleMinutes)
                        )
                        .TotalMilliseconds,
            }
        );
        await EndOldestAsync(tx, personId);
        await tx.ExecuteAsync(
            "delete from person_session where tenant = @tenant and expires_at < @before",
            new { before = tx.Now - PeopleLimits.Remembered }
        );
        return token;
    }

    internal static Task<int> EndAllAsync(Tx tx, Guid personId) =>
        tx.ExecuteAsync(
            """
            update person_session set ended_at = @now
            where tenant = @tenant and person_id = @personId and ended_at is null
            """,
            new { personId, now = tx.Now }
        );

    /// <summary>The session that a new sign-in takes the place of.</summary>
    internal static Task<int> EndOfTokenAsync(Tx tx, string? token) =>
        token is null
            ? Task.FromResult(0)
            : tx.ExecuteAsync(
                """
                update person_session set ended_at = @now
                where tenant = @tenant and digest = @digest and ended_at is null
                """,
                new { digest = DigestOf(token), now = tx.Now }
            );

    private static Task<int> EndOldestAsync(Tx tx, Guid personId) =>
        tx.ExecuteAsync(
            """
            update person_session set ended_at = @now
            where tenant = @tenant and person_id = @personId and ended_at is null and id not in (
                select id from person_session
                where tenant = @tenant and person_id = @personId and ended_at is null
                order by created_at desc, id desc limit @most)
            """,
            new
            {
                personId,
                now = tx.Now,
                most = PeopleLimits.MaxSessionsEach,
            }
        );

    private static async Task<int> NumberAsync(Tx tx, string setting, int otherwise) =>
        NumberOf(await TenantSettings.FindAsync(tx, setting), otherwise);

    private static int NumberOf(string? value, int otherwise) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : otherwise;

    private static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));

    private static byte[] DigestOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>Who has the cookie is not whom it was given to: the session is of no use to either.</summary>
    private async Task EndStolenAsync(SignedIn person, CancellationToken cancellation)
    {
        await _db.SystemAsync(
            "sessions",
            isWrite: true,
            async tx =>
            {
                var ended = await tx.ExecuteAsync(
                    """
                    update person_session set ended_at = @now
                    where tenant = @tenant and id = @id and ended_at is null
                    """,
                    new { id = person.SessionId, now = tx.Now }
                );
                if (ended == 1)
                {
                    await tx.RecordAsync(new LedgerAct("session.used_elsewhere", person.Pseudonym));
                    await tx.RaiseAlarmAsync(StolenAlarm(person));
                }
                return ended;
            },
            person.Actor.Tenant,
            cancellation
        );
        Forget();
    }

    private static Alarm StolenAlarm(SignedIn person) =>
        new(
            "session_used_elsewhere",
            AlarmSeverity.Urgent,
            "A session's cookie came from another browser than it was given to; the session was ended. Ask its owner "
                + "whether that was them; if not, their machine may be in somebody else's hands."
        )
        {
            About = person.Pseudonym,
        };

    private async Task NoteAsync(SignedIn person, CancellationToken cancellation)
    {
        try
        {
            await _db.SystemAsync(
                "sessions",
                isWrite: true,
                tx =>
                    tx.ExecuteAsync(
                        "update person_session set seen_at = @now where tenant = @tenant and id = @id",
                        new { id = person.SessionId, now = tx.Now }
                    ),
                person.Actor.Tenant,
                cancellation
            );
        }
        catch (DatabaseUnavailableException)
        {
            // A note that is missed ends the session early at worst.
        }
    }

    private Task<Found?> ReadAsync(byte[] digest, CancellationToken cancellation) =>
        _db.SystemAsync(
            "sessions",
            isWrite: false,
            async tx =>
            {
                var row = await tx.FindAsync<Stored>(
                    """
                    select s.tenant, s.id, s.person_id, s.created_at, s.seen_at, s.verified_at, s.expires_at,
                        s.idle_ms, s.client_digest, p.pseudonym, p.display_name, p.vendor, u.value as step_up_minutes
                    from person_session s
                    join person p on p.tenant = s.tenant and p.id = s.person_id
                    join tenant t on t.tenant = s.tenant
                    left join setting u on u.tenant = s.tenant and u.name = 'session.stepUpMinutes'
                    where s.digest = @digest and s.ended_at is null and p.state = 'Active' and t.state = 'Active'
                    """,
                    new { digest }
                );
                if (row is null)
                {
                    return null;
                }
                var roles = await tx.QueryAsync<string>(
                    """
                    select role from person_role where tenant = @of and person_id = @personId
                    union
                    select role from stand_in where tenant = @of and person_id = @personId
                        and ended_at is null and from_at <= @now and until > @now
                    """,
                    new
                    {
                        of = row.Tenant,
                        personId = row.PersonId,
                        now = tx.Now,
                    }
                );
                return row.ToFound(tx.Kernel.Vault, [.. roles.Select(Enum.Parse<Role>).Order()]);
            },
            cancellation: cancellation
        );

    /// <summary>Many requests at once write when it was last used; which of them wins does not matter.</summary>
    private sealed class Entry(SignedIn person, long readAt, DateTimeOffset seenAt, byte[] clientDigest)
    {
        public byte[] ClientDigest { get; } = clientDigest;
        public SignedIn Person { get; } = person;
        public long ReadAt { get; } = readAt;
        public DateTimeOffset SeenAt { get; set; } = seenAt;
    }

    private sealed record Found(SignedIn Person, DateTimeOffset SeenAt, byte[] ClientDigest);

    private sealed class Stored
    {
        public string Tenant { get; init; } = "";
        public Guid Id { get; init; }
        public Guid PersonId { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset SeenAt { get; init; }
        public DateTimeOffset ExpiresAt { get; init; }
        public long IdleMs { get; init; }
        public string Pseudonym { get; init; } = "";
        public byte[] DisplayName { get; init; } = [];
        public DateTimeOffset VerifiedAt { get; init; }

        /// <summary>Null: begun by a version that bound no sessions; it fits nobody.</summary>
        public byte[]? ClientDigest { get; init; }
        public string? Vendor { get; init; }
        public string? StepUpMinutes { get; init; }

        public Found ToFound(Vault vault, IReadOnlyList<Role> roles)
        {
            var tenant = new TenantId(Tenant);
            return new Found(
                new SignedIn
                {
                    Actor = new Actor(tenant, ActorKind.Person, $"person:{Pseudonym}", Grants.Of(roles))
                    {
                        Fence = Grants.SeesAllCases(roles) ? null : new CaseFence(PersonId, Vendor),
                    },
                    SessionId = Id,
                    PersonId = PersonId,
                    Pseudonym = Pseudonym,
                    DisplayName = SealedName.Open(vault.Of(tenant), DisplayName, PersonId),
                    Roles = roles,
                    CreatedAt = CreatedAt,
                    VerifiedAt = VerifiedAt,
                    StepUpFor = TimeSpan.FromMinutes(NumberOf(StepUpMinutes, PeopleLimits.StepUpMinutes)),
                    ExpiresAt = ExpiresAt,
                    Idle = TimeSpan.FromMilliseconds(IdleMs),
                },
                SeenAt,
                ClientDigest ?? []
            );
        }
    }
}

/// <summary>Names of people are read by this installation only.</summary>
internal static class SealedName
{
    public static byte[] Seal(TenantSecrets secrets, string name, Guid personId) =>
        secrets.Sealer("person name").Seal(Encoding.UTF8.GetBytes(name), personId.ToByteArray());

    public static string Open(TenantSecrets secrets, byte[] name, Guid personId) =>
        Encoding.UTF8.GetString(secrets.Sealer("person name").Open(name, personId.ToByteArray()));
}
