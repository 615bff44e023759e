namespace Vigil.Trust;

/// <summary>
/// When somebody who had a permission lost it: disabled, by other roles, or at the end of a stand-in. One admin does
/// that alone, so where a team is one since then, the day that stands in for the other person begins anew.
/// </summary>
internal static class LastGone
{
    /// <summary>Of a setting that no page shows, one for each permission.</summary>
    private const string Setting = "last_gone.";

    /// <summary>Somebody is without these from now on. What was done to them records itself.</summary>
    public static async Task NoteAsync(Tx tx, IEnumerable<Permission> lost)
    {
        foreach (var permission in lost)
        {
            await tx.ExecuteAsync(
                """
                insert into setting (tenant, name, value, changed_at) values (@tenant, @name, 'gone', @at)
                on conflict (tenant, name) do update set changed_at = excluded.changed_at
                """,
                new { name = Setting + permission, at = tx.Now }
            );
        }
    }

    /// <summary>Null: never, as far as is known.</summary>
    public static async Task<DateTimeOffset?> FindAsync(Tx tx, Permission permission)
    {
        var noted = await tx.FindAsync<DateTimeOffset?>(
            "select changed_at from setting where tenant = @tenant and name = @name",
            new { name = Setting + permission }
        );
        // Those that ended by themselves are noted by nobody.
        var ranOut = await tx.QueryAsync<Ended>(
            """
            select role, until from stand_in
            where tenant = @tenant and ended_at is null and until <= @now and until > @since limit 10000
            """,
            new { now = tx.Now, since = tx.Now - SoloMode.Delay }
        );
        return ranOut
            .Where(one => Grants.Of([Enum.Parse<Role>(one.Role)]).Contains(permission))
            .Select(one => (DateTimeOffset?)one.Until)
            .Append(noted)
            .Max();
    }

    private sealed class Ended
    {
        public string Role { get; init; } = "";
        public DateTimeOffset Until { get; init; }
    }
}
