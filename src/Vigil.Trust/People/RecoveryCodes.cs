using System.Security.Cryptography;
using System.Text;

namespace Vigil.Trust;

/// <summary>Ten codes for the day the phone is lost: 60 random bits each, kept as keyed digests, used once.</summary>
internal static class RecoveryCodes
{
    private const string Letters = "abcdefghjkmnpqrstuvwxyz23456789";
    private const int Characters = 12;

    /// <summary>Replaces the person's codes.</summary>
    public static async Task<IReadOnlyList<string>> RenewAsync(Tx tx, Guid personId)
    {
        var codes = Enumerable
            .Range(0, PeopleLimits.RecoveryCodes)
            .Select(_ => RandomNumberGenerator.GetString(Letters, Characters))
            .ToList();
        await tx.ExecuteAsync(
            "delete from recovery_code where tenant = @tenant and person_id = @personId",
            new { personId }
        );
        foreach (var code in codes)
        {
            await tx.ExecuteAsync(
                "insert into recovery_code (tenant, person_id, digest) values (@tenant, @personId, @digest)",
                new { personId, digest = DigestOf(tx.Secrets, personId, code) }
            );
        }
        return [.. codes.Select(code => $"{code[..4]}-{code[4..8]}-{code[8..]}")];
    }

    /// <summary>False: none, or used.</summary>
    public static async Task<bool> SpendAsync(Tx tx, Guid personId, string code) =>
        await tx.ExecuteAsync(
            """
            update recovery_code set used_at = @now
            where tenant = @tenant and person_id = @personId and digest = @digest and used_at is null
            """,
            new
            {
                now = tx.Now,
                personId,
                digest = DigestOf(tx.Secrets, personId, code),
            }
        ) == 1;

    public static Task<long> LeftAsync(Tx tx, Guid personId) =>
        tx.FindAsync<long>(
            """
            select count(*) from recovery_code
            where tenant = @tenant and person_id = @personId and used_at is null
            """,
            new { personId }
        );

    private static byte[] DigestOf(TenantSecrets secrets, Guid personId, string code)
    {
        var plain = new string([.. code.Where(char.IsAsciiLetterOrDigit)]).ToLowerInvariant();
        return secrets.Digest("recovery code").Of(Encoding.UTF8.GetBytes($"{personId:n}\n{plain}"));
    }
}
