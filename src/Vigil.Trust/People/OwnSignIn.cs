namespace Vigil.Trust;

/// <summary>What a person changes about their own sign-in. Each act records itself.</summary>
public sealed class OwnSignIn
{
    private readonly Db _db;
    private readonly TimeProvider _time;

    internal OwnSignIn(Db db, TimeProvider time) => (_db, _time) = (db, time);

    /// <exception cref="PeopleException">A rule was not kept; the text says which.</exception>
    public Task AddPasskeyAsync(
        SignedIn person,
        NewPasskey passkey,
        string name,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(person);
        ArgumentNullException.ThrowIfNull(passkey);
        return ActAsync(
            person,
            async tx =>
            {
                if (passkey.PersonId != person.PersonId)
                {
                    throw new PeopleException("form_expired", "This took too long: begin again.");
                }
                await Passkeys.AddAsync(tx, passkey, person.Pseudonym, name);
                return true;
            },
            cancellation
        );
    }

    /// <exception cref="PeopleException">It is the last that the person can sign in with.</exception>
    public Task RemovePasskeyAsync(
        SignedIn person,
        byte[] credentialId,
        CancellationToken cancellation = default
    ) =>
        ActAsync(
            person,
            async tx =>
            {
                await RequireAnotherWayAsync(tx, person);
                await tx.ExecuteAsync(
                    """
                    delete from person_passkey
                    where tenant = @tenant and person_id = @personId and credential_id = @credentialId
                    """,
                    new { personId = person.PersonId, credentialId }
                );
                await tx.RecordAsync(new LedgerAct("passkey.removed", person.Pseudonym));
                return true;
            },
            cancellation
        );

    /// <summary>The account at the organisation's provider opens this one too.</summary>
    /// <exception cref="PeopleException">It belongs to another account, or began in another session.</exception>
    public Task AddIdentityAsync(
        SignedIn person,
        ProvedIdentity proved,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(person);
        ArgumentNullException.ThrowIfNull(proved);
        return ActAsync(
            person,
            async tx =>
            {
                if (proved.Attempt.SessionId != person.SessionId)
                {
                    throw new PeopleException("form_expired", "This took too long: begin again.");
                }
                await Identities.AddAsync(tx, await People.FindAsync(tx, person.PersonId), proved);
                return true;
            },
            cancellation
        );
    }

    /// <exception cref="PeopleException">It is the last that the person can sign in with.</exception>
    public Task RemoveIdentitiesAsync(SignedIn person, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(person);
        return ActAsync(
            person,
            async tx =>
            {
                await RequireAnotherWayAsync(tx, person);
                await Identities.RemoveAllAsync(tx, person.PersonId);
                await tx.RecordAsync(new LedgerAct("identity.unlinked", person.Pseudonym));
                return true;
            },
            cancellation
        );
    }

    /// <summary>Sets password and app anew, gives new recovery codes, and ends the person's other sessions.</summary>
    /// <exception cref="PeopleException">A rule was not kept; the text says which.</exception>
    public async Task<IReadOnlyList<string>> SetPasswordAsync(
        SignedIn person,
        string password,
        byte[] appSecret,
        string appCode,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(person);
        var step =
            Totp.StepOf(appSecret, appCode.Trim(), _time.GetUtcNow())
            ?? throw new PeopleException(
                "bad_app_code",
                "The code is not the app's present one: wait for the next and type that."
            );
        var userName = await _db.ReadAsync(
            person.Actor,
            Permission.OwnAccount,
            async tx => (await People.FindAsync(tx, person.PersonId)).UserName,
            cancellation
        );
        Names.CheckPassword(password, userName);
        var hash = Credentials.HashOf(password);
        return await ActAsync(
            person,
            async tx =>
            {
                await Credentials.SetPasswordAsync(tx, person.PersonId, hash);
                await Credentials.SetTotpAsync(tx, person.PersonId, appSecret, step);
                await tx.ExecuteAsync(
                    """
                    update person_session set ended_at = @now
                    where tenant = @tenant and person_id = @personId and id <> @own and ended_at is null
                    """,
                    new
                    {
                        now = tx.Now,
                        personId = person.PersonId,
                        own = person.SessionId,
                    }
                );
                await tx.RecordAsync(new LedgerAct("password.set", person.Pseudonym));
                return await RecoveryCodes.RenewAsync(tx, person.PersonId);
            },
            cancellation
        );
    }

    /// <summary>The old ones are worth nothing any more.</summary>
    public Task<IReadOnlyList<string>> RenewRecoveryCodesAsync(
        SignedIn person,
        CancellationToken cancellation = default
    ) =>
        ActAsync(
            person,
            async tx =>
            {
                await tx.RecordAsync(new LedgerAct("recovery_codes.renewed", person.Pseudonym));
                return await RecoveryCodes.RenewAsync(tx, person.PersonId);
            },
            cancellation
        );

    /// <summary>One of the person's own.</summary>
    public Task<bool> EndSessionAsync(SignedIn person, Guid id, CancellationToken cancellation = default) =>
        ActAsync(
            person,
            async tx =>
            {
                var own = await Sessions.ListAsync(tx, person.PersonId);
                await tx.RecordAsync(new LedgerAct("session.ended_by_owner", id.ToString()));
                return own.Any(session => session.Id == id) && await Sessions.RevokeAsync(tx, id);
            },
            cancellation
        );

    /// <summary>Unused recovery codes.</summary>
    public static Task<long> RecoveryCodesLeftAsync(Tx tx, Guid personId) =>
        RecoveryCodes.LeftAsync(tx, personId);

    private static async Task RequireAnotherWayAsync(Tx tx, SignedIn person)
    {
        var now = await People.FindAsync(tx, person.PersonId);
        if (now.Passkeys + (now.HasPassword ? 1 : 0) + (now.HasSingleSignOn ? 1 : 0) <= 1)
        {
            throw new PeopleException(
                "last_credential",
                "This is the last that you can sign in with: add another first."
            );
        }
    }

    private Task<T> ActAsync<T>(SignedIn person, Func<Tx, Task<T>> work, CancellationToken cancellation) =>
        _db.ActAsync(person.Actor, Permission.OwnAccount, work, cancellation);
}
