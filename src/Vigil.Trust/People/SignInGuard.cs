namespace Vigil.Trust;

/// <summary>
/// Locks a user name after wrong tries, whether anybody has it or not: nobody learns from a lock who is here.
/// Passkeys are not held up by it: a stranger cannot lock out who has one.
/// </summary>
internal static class SignInGuard
{
    public static async Task<bool> IsLockedAsync(Tx tx, byte[] nameDigest) =>
        await tx.FindAsync<long>(
            """
            select count(*) from sign_in_guard
            where tenant = @tenant and name_digest = @nameDigest and locked_until > @now
            """,
            new { nameDigest, now = tx.Now }
        ) > 0;

    /// <summary>True: this try locked it.</summary>
    public static async Task<bool> FailedAsync(Tx tx, byte[] nameDigest)
    {
        await tx.ExecuteAsync(
            "delete from sign_in_guard where tenant = @tenant and failed_at < @before and locked_until < @now",
            new { before = tx.Now - PeopleLimits.Lock, now = tx.Now }
        );
        var failed = await tx.FindAsync<long>(
            """
            insert into sign_in_guard (tenant, name_digest, failed, failed_at, locked_until)
            values (@tenant, @nameDigest, 1, @now, 0)
            on conflict (tenant, name_digest) do update
                set failed = sign_in_guard.failed + 1, failed_at = excluded.failed_at
            returning cast(failed as bigint)
            """,
            new { nameDigest, now = tx.Now }
        );
        if (failed < PeopleLimits.MaxFailures)
        {
            return false;
        }
        await tx.ExecuteAsync(
            """
            update sign_in_guard set failed = 0, locked_until = @until
            where tenant = @tenant and name_digest = @nameDigest
            """,
            new { nameDigest, until = tx.Now + PeopleLimits.Lock }
        );
        return true;
    }

    public static Task<int> SucceededAsync(Tx tx, byte[] nameDigest) =>
        tx.ExecuteAsync(
            "delete from sign_in_guard where tenant = @tenant and name_digest = @nameDigest",
            new { nameDigest }
        );
}
