using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Vigil.Trust;

/// <summary>What a person signs in with. Every change gives them a new stamp.</summary>
internal static class Credentials
{
    private const int StampBytes = 16;

    /// <summary>PBKDF2 with HMAC-SHA-512, 210,000 rounds (OWASP's number), as Identity stores it.</summary>
    private static readonly PasswordHasher<Person> Hasher = new(
        Options.Create(new PasswordHasherOptions { IterationCount = 210_000 })
    );

    /// <summary>Nobody's: an unknown name takes as long as a known one.</summary>
    private static readonly Lazy<string> Nobodys = new(() =>
        Hasher.HashPassword(null!, Convert.ToHexString(NewStamp()))
    );

    public static byte[] NewStamp() => RandomNumberGenerator.GetBytes(StampBytes);

    public static string HashOf(string password) => Hasher.HashPassword(null!, password);

    public static bool Verify(string? hash, string password)
    {
        var against = Nobodys.Value;
        return Hasher.VerifyHashedPassword(null!, hash ?? against, password)
                != PasswordVerificationResult.Failed
            && hash is not null;
    }

    public static Task<int> SetPasswordAsync(Tx tx, Guid personId, string hash) =>
        tx.ExecuteAsync(
            "update person set password_hash = @hash, stamp = @stamp where tenant = @tenant and id = @personId",
            new
            {
                personId,
                hash,
                stamp = NewStamp(),
            }
        );

    public static Task<int> SetTotpAsync(Tx tx, Guid personId, byte[] secret, long usedStep) =>
        tx.ExecuteAsync(
            """
            update person set totp_secret = @secret, totp_step = @usedStep, stamp = @stamp
            where tenant = @tenant and id = @personId
            """,
            new
            {
                personId,
                secret = tx.Secrets.Sealer("totp").Seal(secret, personId.ToByteArray()),
                usedStep,
                stamp = NewStamp(),
            }
        );

    public static byte[] OpenTotp(TenantSecrets secrets, byte[] value, Guid personId) =>
        secrets.Sealer("totp").Open(value, personId.ToByteArray());

    /// <summary>Takes all of it.</summary>
    public static async Task ClearAsync(Tx tx, Guid personId)
    {
        await tx.ExecuteAsync(
            """
            update person set password_hash = null, totp_secret = null, stamp = @stamp
            where tenant = @tenant and id = @personId
            """,
            new { personId, stamp = NewStamp() }
        );
        await tx.ExecuteAsync(
            "delete from person_passkey where tenant = @tenant and person_id = @personId",
            new { personId }
        );
        await Identities.RemoveAllAsync(tx, personId);
        await tx.ExecuteAsync(
            "delete from recovery_code where tenant = @tenant and person_id = @personId",
            new { personId }
        );
    }
}
