using System.Security.Cryptography;
using System.Text;

namespace Vigil.Trust;

public enum InvitationKind
{
    /// <summary>The first admin of an installation that has nobody.</summary>
    Setup,

    /// <summary>A new person.</summary>
    Invite,

    /// <summary>A person who lost what they sign in with chooses anew.</summary>
    Reset,
}

/// <summary>An invitation as the people page shows it; its code is shown once.</summary>
public sealed record Invitation
{
    public Guid Id { get; init; }
    public InvitationKind Kind { get; init; }

    /// <summary>For <see cref="InvitationKind.Reset"/>: whose.</summary>
    public Guid? PersonId { get; init; }

    /// <summary>Names of <see cref="Role"/>, with commas.</summary>
    public string Roles { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }
    public string CreatedBy { get; init; } = "";
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>A second admin has not confirmed it yet: its code does not exist.</summary>
    public bool IsWaiting => State == "Waiting";
    public string State { get; init; } = "";
}

/// <summary>An invitation or a reset as far as it is.</summary>
/// <param name="Id">Of the invitation.</param>
/// <param name="Code">Shown once; null: it waits for a second admin.</param>
/// <param name="Waits">What the second admin confirms.</param>
public sealed record InvitationStep(Guid Id, string? Code, SecondPersonRequest? Waits)
{
    public override string ToString() => nameof(InvitationStep);
}

/// <summary>
/// Invitations and resets: a code of 100 random bits, kept as SHA-256, used once. They take two admins: one asks,
/// the other confirms and is shown the code. The first admin, as long as nobody else is here, acts alone.
/// </summary>
public static class Invitations
{
    /// <summary>The acts that take two admins, as they stand in the ledger.</summary>
    public const string InviteAct = "invitation.created";
    public const string ResetAct = "person.sign_in_reset";

    private const string Columns = "id, kind, person_id, roles, created_at, created_by, expires_at, state";
    private const string Letters = "abcdefghjkmnpqrstuvwxyz23456789";
    private const int Characters = 20;

    /// <summary>Records itself, and gives notice where a second admin is asked for.</summary>
    /// <exception cref="PeopleException">
    /// No role, roles that must not meet, too many open, or a tenant in which nobody signs in.
    /// </exception>
    public static async Task<InvitationStep> InviteAsync(Tx tx, IReadOnlyCollection<Role> roles)
    {
        ArgumentNullException.ThrowIfNull(tx);
        ArgumentNullException.ThrowIfNull(roles);
        RequirePeople(tx.Tenant);
        if (roles.Count == 0)
        {
            throw new PeopleException("no_role", "Choose at least one role.");
        }
        await People.RequireCompatibleAsync(tx, roles, []);
        var open = await OpenAsync(tx);
        if (open.Count >= PeopleLimits.MaxOpenInvitations)
        {
            throw new PeopleException(
                "too_many_invitations",
                $"There are {PeopleLimits.MaxOpenInvitations} open invitations: withdraw some first."
            );
        }
        if (await People.CountAsync(tx) <= 1)
        {
            var (made, code) = await CreateAsync(
                tx,
                InvitationKind.Invite,
                null,
                roles,
                PeopleLimits.InvitationLife
            );
            return new InvitationStep(made, code, null);
        }
        var id = await InsertAsync(tx, InvitationKind.Invite, null, roles, null, SecondPerson.Life);
        return new InvitationStep(
            id,
            null,
            await SecondPerson.RequestAsync(tx, InviteAct, id.ToString(), $"roles: {Named(roles)}", default)
        );
    }

    /// <summary>People sign in to the default tenant alone; a code of another would open nothing.</summary>
    private static void RequirePeople(TenantId tenant)
    {
        if (tenant != TenantId.Default)
        {
            throw new PeopleException(
                "no_people_here",
                $"Nobody signs in to the tenant {tenant.Value}: people have accounts in the default tenant, and an "
                    + "account there opens nothing here. This tenant is worked with its API keys; your own system "
                    + "names the person in 'person'."
            );
        }
    }

    /// <summary>The second admin's part. The code is shown once. Records itself.</summary>
    /// <exception cref="PeopleException">It was withdrawn.</exception>
    /// <exception cref="SecondPersonException">Nothing waits, not what was read, or it is the same person.</exception>
    public static async Task<string> ConfirmAsync(Tx tx, Guid id, string? read)
    {
        await SecondPerson.ConfirmAsync(tx, InviteAct, id.ToString(), read);
        var code = NewCode();
        var changed = await tx.ExecuteAsync(
            """
            update invitation set state = 'Ready', digest = @digest, expires_at = @expiresAt
            where tenant = @tenant and id = @id and state = 'Waiting' and ended_at is null
            """,
            new
            {
                id,
                digest = DigestOf(code),
                expiresAt = tx.Now + PeopleLimits.InvitationLife,
            }
        );
        if (changed != 1)
        {
            throw new PeopleException("no_such_invitation", "This invitation was withdrawn: make another.");
        }
        await tx.RecordAsync(new LedgerAct("invitation.confirmed", id.ToString()));
        return Grouped(code);
    }

    /// <summary>Asks a second admin to reset a person's sign-in; nothing is taken from the person yet.</summary>
    /// <exception cref="PeopleException">It is the actor's own account, or there is none.</exception>
    /// <exception cref="SecondPersonException">It was asked for already.</exception>
    public static async Task<SecondPersonRequest> AskToResetAsync(Tx tx, Guid personId, string reason)
    {
        var person = await OthersAsync(tx, personId);
        return await SecondPerson.RequestAsync(
            tx,
            ResetAct,
            person.Pseudonym,
            Names.Plain(reason, "A reason"),
            default
        );
    }

    /// <summary>
    /// The second admin's part: takes all from the person that they sign in with, ends their sessions, and gives
    /// a code with which they choose anew. Records itself.
    /// </summary>
    /// <exception cref="PeopleException">It is the actor's own account, or there is none.</exception>
    /// <exception cref="SecondPersonException">Nothing waits, not what was read, or it is the same person.</exception>
    public static async Task<(Guid Id, string Code)> ResetAsync(Tx tx, Guid personId, string? read)
    {
        var person = await OthersAsync(tx, personId);
        await SecondPerson.ConfirmAsync(tx, ResetAct, person.Pseudonym, read);
        await Credentials.ClearAsync(tx, personId);
        await Sessions.EndAllAsync(tx, personId);
        return await CreateAsync(tx, InvitationKind.Reset, person, person.Roles, PeopleLimits.InvitationLife);
    }

    /// <summary>False: it is used, or gone. Records itself.</summary>
    public static async Task<bool> WithdrawAsync(Tx tx, Guid id)
    {
        ArgumentNullException.ThrowIfNull(tx);
        if (await SecondPerson.FindAsync(tx, InviteAct, id.ToString()) is not null)
        {
            await SecondPerson.WithdrawAsync(tx, InviteAct, id.ToString(), "The invitation was withdrawn.");
        }
        var changed = await EndAsync(tx, id);
        await tx.RecordAsync(new LedgerAct("invitation.withdrawn", id.ToString()));
        return changed;
    }

    /// <summary>Open ones, newest first.</summary>
    public static Task<IReadOnlyList<Invitation>> OpenAsync(Tx tx)
    {
        ArgumentNullException.ThrowIfNull(tx);
        return tx.QueryAsync<Invitation>(
            $"""
            select {Columns} from invitation
            where tenant = @tenant and ended_at is null and expires_at > @now
            order by created_at desc, id limit 1000
            """,
            new { now = tx.Now }
        );
    }

    internal static async Task<(Guid Id, string Code)> CreateAsync(
        Tx tx,
        InvitationKind kind,
        Person? person,
        IReadOnlyCollection<Role> roles,
        TimeSpan life
    )
    {
        var code = NewCode();
        return (await InsertAsync(tx, kind, person, roles, code, life), Grouped(code));
    }

    /// <param name="tx">Of the act.</param>
    /// <param name="kind">What it is for.</param>
    /// <param name="person">Whose reset.</param>
    /// <param name="roles">Of a new person.</param>
    /// <param name="code">Null: it waits, and what opens it does not exist yet.</param>
    /// <param name="life">From now.</param>
    private static async Task<Guid> InsertAsync(
        Tx tx,
        InvitationKind kind,
        Person? person,
        IReadOnlyCollection<Role> roles,
        string? code,
        TimeSpan life
    )
    {
        var id = tx.NewId();
        var names = Named(roles);
        await tx.ExecuteAsync(
            "delete from invitation where tenant = @tenant and expires_at < @before",
            new { before = tx.Now - PeopleLimits.Remembered }
        );
        await tx.ExecuteAsync(
            """
            insert into invitation
                (tenant, id, digest, kind, person_id, roles, created_at, created_by, expires_at, state)
            values (@tenant, @id, @digest, @kind, @personId, @names, @now, @by, @expiresAt, @state)
            """,
            new
            {
                id,
                digest = DigestOf(code ?? NewCode()),
                kind = kind.ToString(),
                personId = person?.Id,
                names,
                now = tx.Now,
                by = tx.Actor.Name,
                expiresAt = tx.Now + life,
                state = code is null ? "Waiting" : "Ready",
            }
        );
        var act =
            code is null ? "invitation.asked_for"
            : kind == InvitationKind.Reset ? ResetAct
            : InviteAct;
        await tx.RecordAsync(
            new LedgerAct(act, person?.Pseudonym ?? id.ToString())
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["kind"] = kind.ToString(),
                    ["roles"] = names,
                },
            }
        );
        return id;
    }

    private static async Task<Person> OthersAsync(Tx tx, Guid personId)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var person = await People.FindAsync(tx, personId);
        return await KeyMakers.IsOwnAsync(tx, $"person:{person.Pseudonym}")
            ? throw new PeopleException(
                "own_account",
                "Other admins reset your sign-in: whoever has your open session must not."
            )
            : person;
    }

    private static string Named(IEnumerable<Role> roles) => string.Join(',', roles.Distinct().Order());

    private static string NewCode() => RandomNumberGenerator.GetString(Letters, Characters);

    private static string Grouped(string code) =>
        string.Join('-', code.Chunk(5).Select(part => new string(part)));

    /// <exception cref="PeopleException">Unknown, used, withdrawn or expired; nobody is told which.</exception>
    internal static async Task<Invitation> FindAsync(Tx tx, string code)
    {
        var plain = new string([.. code.ToLowerInvariant().Where(char.IsAsciiLetterOrDigit)]);
        return await tx.FindAsync<Invitation>(
                $"""
                select {Columns} from invitation
                where tenant = @tenant and digest = @digest and state = 'Ready' and ended_at is null
                    and expires_at > @now
                """,
                new { digest = DigestOf(plain), now = tx.Now }
            )
            ?? throw new PeopleException(
                "bad_code",
                "This code is unknown, used or too old: ask an admin for a new one. Codes of the default tenant alone "
                    + "make an account."
            );
    }

    internal static async Task<bool> EndAsync(Tx tx, Guid id) =>
        await tx.ExecuteAsync(
            "update invitation set ended_at = @now where tenant = @tenant and id = @id and ended_at is null",
            new { id, now = tx.Now }
        ) == 1;

    private static byte[] DigestOf(string code) => SHA256.HashData(Encoding.UTF8.GetBytes(code));
}
