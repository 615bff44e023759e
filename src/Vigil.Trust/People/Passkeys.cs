using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Vigil.Trust;

/// <summary>What a browser is asked, and the ticket that comes back with its answer.</summary>
/// <param name="Options">JSON of the Web Authentication API.</param>
/// <param name="Ticket">Sealed challenge.</param>
public sealed record PasskeyQuestion(string Options, string Ticket);

/// <summary>A new passkey, proved and not yet kept.</summary>
public sealed class NewPasskey
{
    internal NewPasskey(UserPasskeyInfo info, Guid personId, Ticket<string> ticket) =>
        (Info, PersonId, Ticket) = (info, personId, ticket);

    internal UserPasskeyInfo Info { get; }
    internal Ticket<string> Ticket { get; }

    public Guid PersonId { get; }
}

/// <summary>A passkey that answered for its person.</summary>
public sealed class ProvedPasskey
{
    internal ProvedPasskey(TenantId tenant, Guid personId, UserPasskeyInfo info, Ticket<string> ticket)
    {
        (Tenant, PersonId, Info) = (tenant, personId, info);
        (TicketDigest, TicketExpiresAt) = (ticket.Digest, ticket.ExpiresAt);
    }

    internal TenantId Tenant { get; }
    internal UserPasskeyInfo Info { get; }
    internal byte[] TicketDigest { get; }
    internal DateTimeOffset TicketExpiresAt { get; }

    public Guid PersonId { get; }
}

/// <summary>
/// Passkeys (Web Authentication level 3), verified by ASP.NET Core Identity's handler. The person is verified by
/// the device each time, so a passkey is two factors in one.
/// </summary>
public sealed class Passkeys
{
    private const string Creation = "passkey creation";
    private const string Request = "passkey request";

    private readonly PersonStore _store;
    private readonly Tickets _tickets;
    private readonly PasskeyHandler<PersonKey> _handler;

    internal Passkeys(Db db, Tickets tickets)
    {
        _store = new PersonStore(db);
        _tickets = tickets;
        var persons = new UserManager<PersonKey>(
            _store,
            Options.Create(new IdentityOptions()),
            new PasswordHasher<PersonKey>(),
            [],
            [],
            new UpperInvariantLookupNormalizer(),
            new IdentityErrorDescriber(),
            null!,
            NullLogger<UserManager<PersonKey>>.Instance
        );
        _handler = new PasskeyHandler<PersonKey>(
            persons,
            Options.Create(
                new IdentityPasskeyOptions
                {
                    UserVerificationRequirement = "required",
                    ResidentKeyRequirement = "required",
                    AttestationConveyancePreference = "none",
                }
            )
        );
    }

    /// <summary>What a browser is asked to make a passkey.</summary>
    public async Task<PasskeyQuestion> AskToCreateAsync(
        HttpContext context,
        Guid personId,
        string userName,
        string displayName
    )
    {
        var made = await _handler.MakeCreationOptionsAsync(
            new PasskeyUserEntity
            {
                Id = personId.ToString(),
                Name = userName,
                DisplayName = displayName,
            },
            context
        );
        return new(made.CreationOptionsJson, _tickets.Seal(Creation, made.AttestationState!));
    }

    /// <exception cref="PeopleException">It does not prove itself.</exception>
    public async Task<NewPasskey> AttestAsync(HttpContext context, string ticket, string credential)
    {
        var opened = _tickets.Open<string>(Creation, ticket);
        var result = await _handler.PerformAttestationAsync(
            new PasskeyAttestationContext
            {
                HttpContext = context,
                CredentialJson = credential,
                AttestationState = opened.Value,
            }
        );
        return
            result.Succeeded
            && result.Passkey is { } passkey
            && Guid.TryParse(result.UserEntity?.Id, out var personId)
            ? new NewPasskey(passkey, personId, opened)
            : throw Refused();
    }

    /// <summary>What a browser is asked to sign in: any passkey of this installation.</summary>
    public async Task<PasskeyQuestion> AskToSignInAsync(HttpContext context)
    {
        var made = await _handler.MakeRequestOptionsAsync(null, context);
        return new(made.RequestOptionsJson, _tickets.Seal(Request, made.AssertionState!));
    }

    /// <exception cref="PeopleException">It does not prove itself.</exception>
    public async Task<ProvedPasskey> AssertAsync(HttpContext context, string ticket, string credential)
    {
        ArgumentNullException.ThrowIfNull(context);
        var opened = _tickets.Open<string>(Request, ticket);
        var result = await _handler.PerformAssertionAsync(
            new PasskeyAssertionContext
            {
                HttpContext = context,
                CredentialJson = credential,
                AssertionState = opened.Value,
            }
        );
        if (!result.Succeeded || result.Passkey is not { } passkey || result.User is not { } user)
        {
            throw Refused();
        }
        var tenant = await _store.TenantOfAsync(passkey.CredentialId, context.RequestAborted);
        return new ProvedPasskey(tenant, user.Id, passkey, opened);
    }

    /// <summary>Of one person, oldest first.</summary>
    public static async Task<IReadOnlyList<Passkey>> ListAsync(Tx tx, Guid personId)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var rows = await tx.QueryAsync<Row>(
            """
            select credential_id, name, is_backed_up, created_at, used_at from person_passkey
            where tenant = @tenant and person_id = @personId order by created_at limit 100
            """,
            new { personId }
        );
        return
        [
            .. rows.Select(row => new Passkey
            {
                CredentialId = row.CredentialId,
                Name = row.Name,
                IsSynced = row.IsBackedUp,
                CreatedAt = row.CreatedAt,
                UsedAt = row.UsedAt,
            }),
        ];
    }

    /// <summary>Records itself.</summary>
    /// <exception cref="PeopleException">Sent twice, too many, or known already.</exception>
    internal static async Task AddAsync(Tx tx, NewPasskey made, string pseudonym, string name)
    {
        if (!await Tickets.SpendAsync(tx, made.Ticket.Digest, made.Ticket.ExpiresAt))
        {
            throw Refused();
        }
        if ((await ListAsync(tx, made.PersonId)).Count >= PeopleLimits.MaxPasskeysEach)
        {
            throw new PeopleException(
                "too_many_passkeys",
                $"An account has up to {PeopleLimits.MaxPasskeysEach} passkeys: remove one first."
            );
        }
        var info = made.Info;
        var added = await tx.ExecuteAsync(
            """
            insert into person_passkey (tenant, credential_id, person_id, name, public_key, sign_count, transports,
                is_user_verified, is_backup_eligible, is_backed_up, attestation, client_data, created_at)
            values (@tenant, @credentialId, @personId, @name, @publicKey, @signCount, @transports,
                @isUserVerified, @isBackupEligible, @isBackedUp, @attestation, @clientData, @now)
            on conflict (tenant, credential_id) do nothing
            """,
            new
            {
                credentialId = info.CredentialId,
                personId = made.PersonId,
                name = Names.Plain(name, "A passkey's name"),
                publicKey = info.PublicKey,
                signCount = (long)info.SignCount,
                transports = string.Join(',', info.Transports ?? []),
                isUserVerified = info.IsUserVerified,
                isBackupEligible = info.IsBackupEligible,
                isBackedUp = info.IsBackedUp,
                attestation = info.AttestationObject,
                clientData = info.ClientDataJson,
                now = tx.Now,
            }
        );
        if (added == 0)
        {
            throw Refused();
        }
        await tx.RecordAsync(new LedgerAct("passkey.added", pseudonym));
    }

    /// <summary>False: it was removed since.</summary>
    internal static async Task<bool> NoteUseAsync(Tx tx, ProvedPasskey proved) =>
        await tx.ExecuteAsync(
            """
            update person_passkey set sign_count = @signCount, is_backed_up = @isBackedUp, used_at = @now
            where tenant = @tenant and credential_id = @credentialId and person_id = @personId
            """,
            new
            {
                signCount = (long)proved.Info.SignCount,
                isBackedUp = proved.Info.IsBackedUp,
                now = tx.Now,
                credentialId = proved.Info.CredentialId,
                personId = proved.PersonId,
            }
        ) == 1;

    private static PeopleException Refused() =>
        new("passkey_refused", "This passkey was not accepted here: begin again, or use another.");

    private sealed class Row
    {
        public byte[] CredentialId { get; init; } = [];
        public string Name { get; init; } = "";
        public bool IsBackedUp { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset? UsedAt { get; init; }
    }
}
