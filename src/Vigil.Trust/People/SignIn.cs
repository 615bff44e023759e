using System.Text;

namespace Vigil.Trust;

/// <summary>One try with a password. Not a record: it must not be printed.</summary>
public sealed class PasswordTry
{
    public required string UserName { get; init; }
    public required string Password { get; init; }

    /// <summary>Of the authenticator app, or a recovery code.</summary>
    public required string Code { get; init; }

    /// <summary>The browser that the session will be bound to.</summary>
    public required SessionClient Client { get; init; }

    /// <summary>The session that this one takes the place of.</summary>
    public string? Replaces { get; init; }
}

/// <summary>
/// Proves who a person is and begins their session. One answer for every failure, after the same work: nobody
/// learns which names exist, whether the password was right, or whether the name is locked.
/// </summary>
public sealed class SignIn
{
    internal const string ByIdentity = "single sign-on";

    /// <summary>A proof that nobody vouched for.</summary>
    internal static readonly DateTimeOffset Never = DateTimeOffset.UnixEpoch;

    /// <summary>What the provider's clock may be behind when it says that somebody just signed in.</summary>
    private static readonly TimeSpan ProviderClock = TimeSpan.FromSeconds(60);

    private readonly Db _db;
    private readonly TimeProvider _time;
    private readonly Sessions _sessions;

    /// <summary>The race it prevents: a flood of tries, each a slow hash, that takes all processors.</summary>
    private readonly SemaphoreSlim _hashing = new(2, 2);

    internal SignIn(Db db, TimeProvider time, Sessions sessions) =>
        (_db, _time, _sessions) = (db, time, sessions);

    /// <summary>The cookie's value; null: refused.</summary>
    public async Task<string?> WithPasswordAsync(
        PasswordTry attempt,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(attempt);
        var name = attempt.UserName.Trim().ToLowerInvariant();
        var known = await FindAsync(name, cancellation);
        return await TryAsync(
            TenantId.Default,
            new Claimed(name, attempt.Password, attempt.Code, known),
            (tx, method) =>
                BeginAsync(tx, known!.Id, known.Pseudonym, method, attempt.Client, attempt.Replaces),
            cancellation
        );
    }

    /// <summary>The person of a session proves again who it is. The cookie's new value; null: refused.</summary>
    public async Task<string?> VerifyWithPasswordAsync(
        SignedIn person,
        string password,
        string code,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(person);
        var (name, known) = await _db.SystemAsync(
            "sign-in",
            isWrite: false,
            async tx =>
                (
                    (await People.FindAsync(tx, person.PersonId)).UserName,
                    await tx.FindAsync<Stored>(
                        """
                        select id, pseudonym, password_hash, totp_secret, stamp from person
                        where tenant = @tenant and id = @id and state = 'Active'
                        """,
                        new { id = person.PersonId }
                    )
                ),
            person.Actor.Tenant,
            cancellation
        );
        return await TryAsync(
            person.Actor.Tenant,
            new Claimed(name, password, code, known),
            (tx, method) => Sessions.VerifiedAsync(tx, person, method),
            cancellation
        );
    }

    /// <summary>The same with a passkey, after <see cref="Passkeys.AssertAsync"/>.</summary>
    public async Task<string?> VerifyWithPasskeyAsync(
        SignedIn person,
        ProvedPasskey proved,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(person);
        ArgumentNullException.ThrowIfNull(proved);
        if (proved.PersonId != person.PersonId || proved.Tenant != person.Actor.Tenant)
        {
            return null;
        }
        return await WriteAsync(
            async tx =>
                await Tickets.SpendAsync(tx, proved.TicketDigest, proved.TicketExpiresAt)
                && await Passkeys.NoteUseAsync(tx, proved)
                    ? await Sessions.VerifiedAsync(tx, person, "passkey")
                    : null,
            proved.Tenant,
            cancellation
        );
    }

    /// <summary>After <see cref="Passkeys.AssertAsync"/>. The cookie's value; null: refused.</summary>
    public async Task<string?> WithPasskeyAsync(
        ProvedPasskey proved,
        SessionClient client,
        string? replaces,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(proved);
        return await WriteAsync(
            async tx =>
            {
                var pseudonym = await tx.FindAsync<string>(
                    "select pseudonym from person where tenant = @tenant and id = @id and state = 'Active'",
                    new { id = proved.PersonId }
                );
                return
                    pseudonym is not null
                    && await Tickets.SpendAsync(tx, proved.TicketDigest, proved.TicketExpiresAt)
                    && await Passkeys.NoteUseAsync(tx, proved)
                    ? await BeginAsync(tx, proved.PersonId, pseudonym, "passkey", client, replaces)
                    : null;
            },
            proved.Tenant,
            cancellation
        );
    }

    /// <summary>
    /// After <see cref="SingleSignOn.ProveAsync"/>. The cookie's value; null: no account belongs to it. Sensitive
    /// acts are open only where the provider said that two factors were proved, and when.
    /// </summary>
    public async Task<string?> WithIdentityAsync(
        ProvedIdentity proved,
        SessionClient client,
        string? replaces,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(proved);
        return await WriteAsync(
            async tx =>
                await Identities.FindAsync(tx, proved) is var (id, pseudonym)
                    ? await BeginAsync(
                        tx,
                        id,
                        pseudonym,
                        ByIdentity,
                        client,
                        replaces,
                        proved.VerifiedAt ?? Never
                    )
                    : null,
            TenantId.Default,
            cancellation
        );
    }

    /// <summary>
    /// The person of a session proves again who it is, by a sign-in at the provider of just now. The cookie's new
    /// value; null: somebody else, or the provider does not say that two factors were proved.
    /// </summary>
    public async Task<string?> VerifyWithIdentityAsync(
        SignedIn person,
        ProvedIdentity proved,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(person);
        ArgumentNullException.ThrowIfNull(proved);
        if (
            proved.VerifiedAt is not { } at
            || at < proved.Attempt.BeganAt - ProviderClock
            || proved.Attempt.SessionId != person.SessionId
        )
        {
            return null;
        }
        return await WriteAsync(
            async tx =>
                await Identities.FindAsync(tx, proved) is var (id, _) && id == person.PersonId
                    ? await Sessions.VerifiedAsync(tx, person, ByIdentity)
                    : null,
            person.Actor.Tenant,
            cancellation
        );
    }

    /// <summary>
    /// Records why the provider's word was not taken, for the operator. What strangers can bring about without the
    /// provider is not recorded: they could fill the ledger.
    /// </summary>
    public Task<bool> NoteRefusedAsync(SignOnException refusal, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return refusal.Cause is "no_attempt" or "wrong_state" or "provider_refused"
            ? Task.FromResult(false)
            : _db.SystemAsync(
                "sign-in",
                isWrite: true,
                async tx =>
                {
                    await tx.RecordAsync(
                        new LedgerAct("sign_in.refused", ByIdentity)
                        {
                            Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                            {
                                ["cause"] = refusal.Cause,
                            },
                        }
                    );
                    return true;
                },
                cancellation: cancellation
            );
    }

    internal static async Task<string> BeginAsync(
        Tx tx,
        Guid personId,
        string pseudonym,
        string method,
        SessionClient client,
        string? replaces,
        DateTimeOffset? verifiedAt = null
    )
    {
        await Sessions.EndOfTokenAsync(tx, replaces);
        var token = await Sessions.BeginAsync(tx, personId, method, client, verifiedAt);
        await tx.ExecuteAsync(
            "update person set signed_in_at = @now where tenant = @tenant and id = @personId",
            new { personId, now = tx.Now }
        );
        await tx.RecordAsync(
            new LedgerAct("session.began", pseudonym)
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["method"] = method },
            }
        );
        return token;
    }

    /// <summary>Whatever was decided, what is remembered of sessions is read again.</summary>
    private async Task<string?> WriteAsync(
        Func<Tx, Task<string?>> work,
        TenantId tenant,
        CancellationToken cancellation
    )
    {
        var token = await _db.SystemAsync("sign-in", isWrite: true, work, tenant, cancellation);
        _sessions.Forget();
        return token;
    }

    private async Task<string?> TryAsync(
        TenantId tenant,
        Claimed claimed,
        Func<Tx, string, Task<string>> proved,
        CancellationToken cancellation
    )
    {
        // Neither a try that is out of bounds nor an unknown name skips the slow part.
        var isRight =
            await VerifyAsync(claimed.Known?.PasswordHash, claimed.Password, cancellation)
            && claimed.Name.Length <= PeopleLimits.MaxNameCharacters;
        var step = StepOf(tenant, claimed.Known, claimed.Code);
        return await WriteAsync(tx => DecideAsync(tx, claimed, isRight, step, proved), tenant, cancellation);
    }

    private static async Task<string?> DecideAsync(
        Tx tx,
        Claimed claimed,
        bool isRight,
        long? step,
        Func<Tx, string, Task<string>> proved
    )
    {
        var nameDigest = Names.DigestOf(tx.Secrets, claimed.Name);
        if (await SignInGuard.IsLockedAsync(tx, nameDigest))
        {
            return null;
        }
        if (
            isRight
            && claimed.Known is { } known
            && await SpendAsync(tx, known, claimed.Code, step) is { } method
        )
        {
            await SignInGuard.SucceededAsync(tx, nameDigest);
            return await proved(tx, method);
        }
        if (await SignInGuard.FailedAsync(tx, nameDigest))
        {
            await tx.RecordAsync(new LedgerAct("sign_in.locked", "user name") { Secret = claimed.Name });
        }
        return null;
    }

    /// <summary>Uses the second factor up, if nothing changed since it was looked at. How; null: refused.</summary>
    private static async Task<string?> SpendAsync(Tx tx, Stored known, string code, long? step)
    {
        var isSame = await tx.FindAsync<long>(
            """
            select count(*) from person
            where tenant = @tenant and id = @id and stamp = @stamp and state = 'Active'
            """,
            new { id = known.Id, stamp = known.Stamp }
        );
        if (isSame == 0)
        {
            return null;
        }
        if (step is null)
        {
            return await RecoveryCodes.SpendAsync(tx, known.Id, code) ? "recovery code" : null;
        }
        var spent = await tx.ExecuteAsync(
            "update person set totp_step = @step where tenant = @tenant and id = @id and totp_step < @step",
            new { id = known.Id, step }
        );
        return spent == 1 ? "password and app" : null;
    }

    private Task<Stored?> FindAsync(string name, CancellationToken cancellation) =>
        _db.SystemAsync(
            "sign-in",
            isWrite: false,
            tx =>
                tx.FindAsync<Stored>(
                    """
                    select id, pseudonym, password_hash, totp_secret, stamp from person
                    where tenant = @tenant and user_name_digest = @nameDigest and state = 'Active'
                    """,
                    new { nameDigest = Names.DigestOf(tx.Secrets, name) }
                ),
            cancellation: cancellation
        );

    private async Task<bool> VerifyAsync(string? hash, string password, CancellationToken cancellation)
    {
        await _hashing.WaitAsync(cancellation);
        try
        {
            var isInBounds = password.Length <= PeopleLimits.MaxPasswordCharacters;
            return await Task.Run(
                () => Credentials.Verify(hash, isInBounds ? password : ""),
                CancellationToken.None
            );
        }
        finally
        {
            _hashing.Release();
        }
    }

    private long? StepOf(TenantId tenant, Stored? known, string code)
    {
        var plain = new StringBuilder().AppendJoin("", code.Where(char.IsAsciiDigit)).ToString();
        return known?.TotpSecret is { } value
            ? Totp.StepOf(
                Credentials.OpenTotp(_db.SecretsOf(tenant), value, known.Id),
                plain,
                _time.GetUtcNow()
            )
            : null;
    }

    /// <summary>Not a record: it must not be printed.</summary>
    private sealed class Claimed(string name, string password, string code, Stored? known)
    {
        public string Name => name;
        public string Password => password;
        public string Code => code;
        public Stored? Known => known;
    }

    private sealed class Stored
    {
        public Guid Id { get; init; }
        public string Pseudonym { get; init; } = "";
        public string? PasswordHash { get; init; }
        public byte[]? TotpSecret { get; init; }
        public byte[] Stamp { get; init; } = [];
    }
}
