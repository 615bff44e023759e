namespace Vigil.Trust;

/// <summary>What an invitation's code opens.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="PersonId">Whose account it is or will be.</param>
/// <param name="UserName">Of an account that is there already.</param>
/// <param name="DisplayName">The same.</param>
public sealed record OpenInvitation(
    InvitationKind Kind,
    Guid PersonId,
    string? UserName,
    string? DisplayName
);

/// <summary>Who joins, as they wrote themselves.</summary>
public sealed record Joiner
{
    /// <summary>The invitation's.</summary>
    public required string Code { get; init; }

    /// <summary>Of <see cref="OpenInvitation.PersonId"/>.</summary>
    public required Guid PersonId { get; init; }
    public required string UserName { get; init; }
    public required string DisplayName { get; init; }
    public required SessionClient Client { get; init; }

    public override string ToString() => nameof(Joiner);
}

/// <param name="Token">The cookie's value.</param>
/// <param name="RecoveryCodes">Shown once; none with a passkey.</param>
public sealed record Joined(string Token, IReadOnlyList<string> RecoveryCodes);

/// <summary>From a code to an account and its first session. Used for set-up, invitations and resets alike.</summary>
public sealed class Joining
{
    private readonly Db _db;
    private readonly TimeProvider _time;

    internal Joining(Db db, TimeProvider time) => (_db, _time) = (db, time);

    /// <summary>A new secret for an authenticator app, sealed by the caller's ticket until it is proved.</summary>
    public static byte[] NewAppSecret() => Totp.NewSecret();

    /// <summary>As people type it.</summary>
    public static string TextOf(byte[] secret) => Totp.TextOf(secret);

    /// <summary>As apps take it.</summary>
    public static string LinkOf(byte[] secret, string userName) => Totp.LinkOf(secret, userName);

    /// <exception cref="PeopleException">Not what names are here; the text says what they are.</exception>
    public static void CheckNames(string userName, string displayName) =>
        _ = (Names.UserName(userName), Names.Plain(displayName, "Your name"));

    /// <exception cref="PeopleException">The code opens nothing.</exception>
    public Task<OpenInvitation> OpenAsync(string code, CancellationToken cancellation = default) =>
        _db.SystemAsync(
            "joining",
            isWrite: false,
            async tx =>
            {
                var invitation = await Invitations.FindAsync(tx, code);
                if (invitation.PersonId is not { } personId)
                {
                    return new OpenInvitation(invitation.Kind, tx.NewId(), null, null);
                }
                var person = await People.FindAsync(tx, personId);
                return new OpenInvitation(invitation.Kind, personId, person.UserName, person.DisplayName);
            },
            cancellation: cancellation
        );

    /// <exception cref="PeopleException">A rule was not kept; the text says which.</exception>
    public async Task<Joined> WithPasswordAsync(
        Joiner joiner,
        string password,
        byte[] appSecret,
        string appCode,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(joiner);
        Names.CheckPassword(password, Names.UserName(joiner.UserName));
        var step =
            Totp.StepOf(appSecret, appCode.Trim(), _time.GetUtcNow())
            ?? throw new PeopleException(
                "bad_app_code",
                "The code is not the app's present one: wait for the next and type that."
            );
        var hash = Credentials.HashOf(password);
        return await RunAsync(
            joiner,
            "password and app",
            async (tx, person) =>
            {
                await Credentials.SetPasswordAsync(tx, person.Id, hash);
                await Credentials.SetTotpAsync(tx, person.Id, appSecret, step);
                return await RecoveryCodes.RenewAsync(tx, person.Id);
            },
            cancellation
        );
    }

    /// <exception cref="PeopleException">A rule was not kept; the text says which.</exception>
    public Task<Joined> WithPasskeyAsync(
        Joiner joiner,
        NewPasskey passkey,
        string passkeyName,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(joiner);
        ArgumentNullException.ThrowIfNull(passkey);
        return RunAsync(
            joiner,
            "passkey",
            async (tx, person) =>
            {
                if (person.Id != passkey.PersonId)
                {
                    throw new PeopleException("form_expired", "This took too long: begin again.");
                }
                await Passkeys.AddAsync(tx, passkey, person.Pseudonym, passkeyName);
                return [];
            },
            cancellation
        );
    }

    /// <summary>The account belongs to issuer and subject from now on.</summary>
    /// <exception cref="PeopleException">A rule was not kept; the text says which.</exception>
    public Task<Joined> WithIdentityAsync(
        Joiner joiner,
        ProvedIdentity proved,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(joiner);
        ArgumentNullException.ThrowIfNull(proved);
        return RunAsync(
            joiner,
            SignIn.ByIdentity,
            async (tx, person) =>
            {
                await Identities.AddAsync(tx, person, proved);
                return [];
            },
            cancellation,
            proved.VerifiedAt ?? SignIn.Never
        );
    }

    private Task<Joined> RunAsync(
        Joiner joiner,
        string method,
        Func<Tx, Person, Task<IReadOnlyList<string>>> credentials,
        CancellationToken cancellation,
        DateTimeOffset? verifiedAt = null
    ) =>
        _db.SystemAsync(
            "joining",
            isWrite: true,
            async tx =>
            {
                var invitation = await Invitations.FindAsync(tx, joiner.Code);
                var person = await PersonAsync(tx, invitation, joiner);
                var codes = await credentials(tx, person);
                await Invitations.EndAsync(tx, invitation.Id);
                if (invitation.Kind == InvitationKind.Setup)
                {
                    await ApiKeys.TakeFirstAsync(tx, person.Pseudonym);
                }
                await tx.RecordAsync(
                    new LedgerAct("person.joined", person.Pseudonym)
                    {
                        Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                        {
                            ["invitation"] = invitation.Id.ToString(),
                            ["kind"] = invitation.Kind.ToString(),
                        },
                    }
                );
                return new Joined(
                    await SignIn.BeginAsync(
                        tx,
                        person.Id,
                        person.Pseudonym,
                        method,
                        joiner.Client,
                        null,
                        verifiedAt
                    ),
                    codes
                );
            },
            cancellation: cancellation
        );

    private static async Task<Person> PersonAsync(Tx tx, Invitation invitation, Joiner joiner)
    {
        if (invitation.PersonId is { } known)
        {
            return await People.FindAsync(tx, known);
        }
        if (invitation.Kind == InvitationKind.Setup && await People.CountAsync(tx) > 0)
        {
            throw new PeopleException(
                "set_up",
                "This installation has its first admin: ask them for an invitation."
            );
        }
        // Solo mode may have ended since it was made.
        Role[] roles = [.. invitation.Roles.Split(',').Select(Enum.Parse<Role>)];
        await People.RequireCompatibleAsync(tx, roles, []);
        return await People.CreateAsync(
            tx,
            joiner.PersonId,
            Names.UserName(joiner.UserName),
            Names.Plain(joiner.DisplayName, "Your name"),
            roles
        );
    }
}
