using System.Security.Cryptography;
using System.Text;
using Vigil.Files;

namespace Vigil.Trust;

/// <summary>
/// Fixes the profile at the first start and holds to it: the row is sealed with a key of this installation, so
/// that a changed one is noticed.
/// </summary>
internal sealed class InstallationRecord(Db db, KeyRing keys)
{
    private readonly KeyedDigest _seal = new(keys, KeyRing.DefaultTenant, "installation profile");

    /// <param name="wanted">From the operator's settings; null: what it was, or platform.</param>
    /// <exception cref="InvalidOperationException">Another profile than at the first start, or altered.</exception>
    public Task<Profile> FixAsync(Profile? wanted, CancellationToken cancellation) =>
        db.SystemAsync(
            "installation",
            isWrite: true,
            async tx =>
            {
                var row = await tx.FindAsync<Stored>("select profile, created_at, seal from installation");
                if (row is null)
                {
                    var fresh = wanted ?? Profile.Platform;
                    await CreateAsync(tx, fresh);
                    return fresh;
                }
                if (!CryptographicOperations.FixedTimeEquals(row.Seal, SealOf(row.Profile, row.CreatedAt)))
                {
                    throw new InvalidOperationException(
                        "The profile of this installation was altered, or the key ring is another installation's. "
                            + "Vigil does not start; restore the database and the keys from one backup."
                    );
                }
                _ = Profiles.TryParse(row.Profile, out var profile);
                return wanted is null || wanted == profile
                    ? profile
                    : throw new InvalidOperationException(
                        $"This installation is a '{row.Profile}' since its first start and stays one. "
                            + "For another profile make another installation."
                    );
            },
            cancellation: cancellation
        );

    private async Task CreateAsync(Tx tx, Profile profile)
    {
        var name = Profiles.NameOf(profile);
        await tx.ExecuteAsync(
            "insert into installation (one, profile, created_at, seal) values (1, @name, @at, @seal)",
            new
            {
                name,
                at = tx.Now,
                seal = SealOf(name, tx.Now),
            }
        );
        await tx.ExecuteAsync(
            "insert into tenant (tenant, title, state, created_at) values (@id, @id, 'Active', @at)",
            new { id = TenantId.Default.Value, at = tx.Now }
        );
    }

    private byte[] SealOf(string profile, DateTimeOffset createdAt) =>
        _seal.Of(Encoding.UTF8.GetBytes($"{profile}\n{createdAt.ToUnixTimeMilliseconds()}"));

    private sealed class Stored
    {
        public string Profile { get; init; } = "";
        public DateTimeOffset CreatedAt { get; init; }
        public byte[] Seal { get; init; } = [];
    }
}
