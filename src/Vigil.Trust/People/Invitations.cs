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
}

/// <summary>Invitations and resets: a code of 100 random bits, kept as SHA-256, used once.</summary>
public static class Invitations
{
    private const string Letters = "abcdefghjkmnpqrstuvwxyz23456789";
    private const int Characters = 20;

    /// <summary>Records itself. The code is shown once.</summary>
    /// <exception cref="PeopleException">No role, or too many open.</exception>
    public static async Task<(Guid Id, string Code)> InviteAsync(Tx tx, IReadOnlyCollection<Role> roles)
    {
        ArgumentNullException.ThrowIfNull(tx);
        ArgumentNullException.ThrowIfNull(roles);
        if (roles.Count == 0)
        {
            throw new PeopleException("no_role", "Choose at least one role.");
        }
        var open = await OpenAsync(tx);
        if (open.Count >= PeopleLimits.MaxOpenInvitations)
        {
            throw new PeopleException(
                "too_many_invitations",
                $"There are {PeopleLimits.MaxOpenInvitations} open invitations: withdraw some first."
            );
        }
        return await CreateAsync(tx, InvitationKind.Invite, null, roles, PeopleLimits.InvitationLife);
    }

    /// <summary>
    /// Takes all from a person that they sign in with, ends their sessions, and gives a code with which they
    /// choose anew. Records itself.
    /// </summary>
    /// <exception cref="PeopleException">It is the actor's own account, or there is none.</exception>
    public static async Task<(Guid Id, string Code)> ResetAsync(Tx tx, Guid personId)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var person = await People.FindAsync(tx, personId);
        if (tx.Actor.Name == $"person:{person.Pseudonym}")
        {
            throw new PeopleException(
                "own_account",
                "Another admin resets your sign-in: whoever has your open session must not."
            );
        }
        await Credentials.ClearAsync(tx, personId);
        await Sessions.EndAllAsync(tx, personId);
        return await CreateAsync(tx, InvitationKind.Reset, person, person.Roles, PeopleLimits.InvitationLife);
    }

    /// <summary>False: it is used, or gone. Records itself.</summary>
    public static async Task<bool> WithdrawAsync(Tx tx, Guid id)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var changed = await EndAsync(tx, id);
        await tx.RecordAsync(new LedgerAct("invitation.withdrawn", id.ToString()));
        return changed;
    }

    /// <summary>Open ones, newest first.</summary>
    public static Task<IReadOnlyList<Invitation>> OpenAsync(Tx tx)
    {
        ArgumentNullException.ThrowIfNull(tx);
        return tx.QueryAsync<Invitation>(
            """
            select id, kind, person_id, roles, created_at, created_by, expires_at from invitation
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
        var code = RandomNumberGenerator.GetString(Letters, Characters);
        var id = tx.NewId();
        var names = string.Join(',', roles.Distinct().Order());
        await tx.ExecuteAsync(
            "delete from invitation where tenant = @tenant and expires_at < @before",
            new { before = tx.Now - PeopleLimits.Remembered }
        );
        await tx.ExecuteAsync(
            """
            insert into invitation (tenant, id, digest, kind, person_id, roles, created_at, created_by, expires_at)
            values (@tenant, @id, @digest, @kind, @personId, @names, @now, @by, @expiresAt)
            """,
            new
            {
                id,
                digest = DigestOf(code),
                kind = kind.ToString(),
                personId = person?.Id,
                names,
                now = tx.Now,
                by = tx.Actor.Name,
                expiresAt = tx.Now + life,
            }
        );
        var act = kind == InvitationKind.Reset ? "person.sign_in_reset" : "invitation.created";
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
        return (id, string.Join('-', code.Chunk(5).Select(part => new string(part))));
    }

    /// <exception cref="PeopleException">Unknown, used, withdrawn or expired; nobody is told which.</exception>
    internal static async Task<Invitation> FindAsync(Tx tx, string code)
    {
        var plain = new string([.. code.ToLowerInvariant().Where(char.IsAsciiLetterOrDigit)]);
        return await tx.FindAsync<Invitation>(
                """
                select id, kind, person_id, roles, created_at, created_by, expires_at from invitation
                where tenant = @tenant and digest = @digest and ended_at is null and expires_at > @now
                """,
                new { digest = DigestOf(plain), now = tx.Now }
            )
            ?? throw new PeopleException(
                "bad_code",
                "This code is unknown, used or too old: ask an admin for a new one."
            );
    }

    internal static async Task<bool> EndAsync(Tx tx, Guid id) =>
        await tx.ExecuteAsync(
            "update invitation set ended_at = @now where tenant = @tenant and id = @id and ended_at is null",
            new { id, now = tx.Now }
        ) == 1;

    private static byte[] DigestOf(string code) => SHA256.HashData(Encoding.UTF8.GetBytes(code));
}
