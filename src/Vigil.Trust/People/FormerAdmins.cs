namespace Vigil.Trust;

/// <summary>
/// Who was an admin here until lately. One admin can take the other's role or account alone, so a team that is one
/// since then may be one because somebody made it so.
/// </summary>
internal static class FormerAdmins
{
    /// <summary>So long after it solo mode still waits for what they say.</summary>
    public static readonly TimeSpan Lately = TimeSpan.FromDays(30);

    /// <summary>This person is none any more, from now on.</summary>
    public static Task<int> NoteAsync(Tx tx, Guid personId) =>
        tx.ExecuteAsync(
            "update person set admin_until = @now where tenant = @tenant and id = @personId",
            new { personId, now = tx.Now }
        );

    /// <summary>Pseudonyms, without those who are admins now and can come in.</summary>
    public static Task<IReadOnlyList<string>> OfLateAsync(Tx tx) =>
        tx.QueryAsync<string>(
            """
            select p.pseudonym from person p
            where p.tenant = @tenant and p.admin_until > @since and not (p.state = 'Active' and exists (
                select 1 from person_role r
                where r.tenant = @tenant and r.person_id = p.id and r.role = 'Admin'))
            order by p.number limit 100
            """,
            new { since = tx.Now - Lately }
        );
}
