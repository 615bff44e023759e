using System.Text;

namespace Vigil.Trust;

/// <summary>Which account belongs to whom the provider vouches for: by keyed digest of issuer and subject.</summary>
internal static class Identities
{
    /// <summary>Records itself.</summary>
    /// <exception cref="PeopleException">It belongs to an account already.</exception>
    public static async Task AddAsync(Tx tx, Person person, ProvedIdentity proved)
    {
        var added = await tx.ExecuteAsync(
            """
            insert into person_identity (tenant, digest, person_id, created_at)
            values (@tenant, @digest, @id, @now) on conflict (tenant, digest) do nothing
            """,
            new
            {
                digest = DigestOf(tx.Secrets, proved),
                id = person.Id,
                now = tx.Now,
            }
        );
        if (added == 0)
        {
            throw new PeopleException(
                "identity_taken",
                "Your organisation's account belongs to an account here already: sign in with it."
            );
        }
        await tx.RecordAsync(
            new LedgerAct("identity.linked", person.Pseudonym)
            {
                Secret = $"{proved.Issuer}\n{proved.Subject}",
            }
        );
    }

    /// <summary>The account that may come in; null: none.</summary>
    public static async Task<(Guid Id, string Pseudonym)?> FindAsync(Tx tx, ProvedIdentity proved)
    {
        var digest = DigestOf(tx.Secrets, proved);
        await tx.ExecuteAsync(
            "update person_identity set used_at = @now where tenant = @tenant and digest = @digest",
            new { digest, now = tx.Now }
        );
        var found = await tx.FindAsync<Linked>(
            """
            select p.id, p.pseudonym from person_identity i
            join person p on p.tenant = i.tenant and p.id = i.person_id
            where i.tenant = @tenant and i.digest = @digest and p.state = 'Active'
            """,
            new { digest }
        );
        return found is null ? null : (found.Id, found.Pseudonym);
    }

    public static Task<int> RemoveAllAsync(Tx tx, Guid personId) =>
        tx.ExecuteAsync(
            "delete from person_identity where tenant = @tenant and person_id = @personId",
            new { personId }
        );

    private static byte[] DigestOf(TenantSecrets secrets, ProvedIdentity proved) =>
        secrets.Digest("single sign-on").Of(Encoding.UTF8.GetBytes($"{proved.Issuer}\n{proved.Subject}"));

    private sealed class Linked
    {
        public Guid Id { get; init; }
        public string Pseudonym { get; init; } = "";
    }
}
