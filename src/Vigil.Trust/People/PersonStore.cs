using System.Globalization;
using Microsoft.AspNetCore.Identity;

namespace Vigil.Trust;

/// <summary>A person as ASP.NET Core Identity's passkey handler sees one.</summary>
internal sealed record PersonKey(Guid Id, string UserName);

/// <summary>
/// What Identity's passkey handler reads. It writes nothing: each change is an act of ours, with its ledger
/// row, in one transaction, which Identity's own step-by-step saving could not give.
/// </summary>
internal sealed class PersonStore(Db db) : IUserPasskeyStore<PersonKey>
{
    public Task<string> GetUserIdAsync(PersonKey user, CancellationToken cancellationToken) =>
        Task.FromResult(user.Id.ToString());

    public Task<string?> GetUserNameAsync(PersonKey user, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(user.UserName);

    public Task<string?> GetNormalizedUserNameAsync(PersonKey user, CancellationToken cancellationToken) =>
        GetUserNameAsync(user, cancellationToken);

    public async Task<PersonKey?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        Guid.TryParse(userId, CultureInfo.InvariantCulture, out var id)
        && await ReadAsync(
            tx => tx.FindAsync<long>("select count(*) from person where id = @id", new { id }),
            cancellationToken
        ) == 1
            ? new PersonKey(id, "")
            : null;

    public async Task<PersonKey?> FindByPasskeyIdAsync(
        byte[] credentialId,
        CancellationToken cancellationToken
    ) =>
        (await PasskeysAsync("k.credential_id = @credentialId", new { credentialId }, cancellationToken))
            .Select(row => new PersonKey(row.PersonId, ""))
            .FirstOrDefault();

    public async Task<UserPasskeyInfo?> FindPasskeyAsync(
        PersonKey user,
        byte[] credentialId,
        CancellationToken cancellationToken
    ) =>
        (
            await PasskeysAsync(
                "k.credential_id = @credentialId and k.person_id = @id",
                new { credentialId, id = user.Id },
                cancellationToken
            )
        )
            .Select(row => row.ToInfo())
            .FirstOrDefault();

    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(
        PersonKey user,
        CancellationToken cancellationToken
    ) =>
        [
            .. (await PasskeysAsync("k.person_id = @id", new { id = user.Id }, cancellationToken)).Select(
                row => row.ToInfo()
            ),
        ];

    /// <summary>The tenant of a passkey that was just proved.</summary>
    public async Task<TenantId> TenantOfAsync(byte[] credentialId, CancellationToken cancellation) =>
        new(
            (await PasskeysAsync("k.credential_id = @credentialId", new { credentialId }, cancellation))[
                0
            ].Tenant
        );

    public void Dispose() { }

    private const string Refusal = "Changes go through the kernel's own acts.";

    public Task SetUserNameAsync(PersonKey user, string? userName, CancellationToken cancellationToken) =>
        throw new NotSupportedException(Refusal);

    public Task SetNormalizedUserNameAsync(
        PersonKey user,
        string? normalizedName,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException(Refusal);

    public Task<IdentityResult> CreateAsync(PersonKey user, CancellationToken cancellationToken) =>
        throw new NotSupportedException(Refusal);

    public Task<IdentityResult> UpdateAsync(PersonKey user, CancellationToken cancellationToken) =>
        throw new NotSupportedException(Refusal);

    public Task<IdentityResult> DeleteAsync(PersonKey user, CancellationToken cancellationToken) =>
        throw new NotSupportedException(Refusal);

    public Task<PersonKey?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        throw new NotSupportedException(Refusal);

    public Task AddOrUpdatePasskeyAsync(
        PersonKey user,
        UserPasskeyInfo passkey,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException(Refusal);

    public Task RemovePasskeyAsync(
        PersonKey user,
        byte[] credentialId,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException(Refusal);

    private Task<IReadOnlyList<Stored>> PasskeysAsync(
        string where,
        object values,
        CancellationToken cancellation
    ) =>
        ReadAsync(
            tx =>
                tx.QueryAsync<Stored>(
                    $"""
                    select k.tenant, k.person_id, k.credential_id, k.name, k.public_key, k.sign_count, k.transports,
                        k.is_user_verified, k.is_backup_eligible, k.is_backed_up, k.attestation, k.client_data,
                        k.created_at
                    from person_passkey k where {where} limit 100
                    """,
                    values
                ),
            cancellation
        );

    private Task<T> ReadAsync<T>(Func<Tx, Task<T>> work, CancellationToken cancellation) =>
        db.SystemAsync("sign-in", isWrite: false, work, cancellation: cancellation);

    private sealed class Stored
    {
        public string Tenant { get; init; } = "";
        public Guid PersonId { get; init; }
        public byte[] CredentialId { get; init; } = [];
        public string Name { get; init; } = "";
        public byte[] PublicKey { get; init; } = [];
        public long SignCount { get; init; }
        public string Transports { get; init; } = "";
        public bool IsUserVerified { get; init; }
        public bool IsBackupEligible { get; init; }
        public bool IsBackedUp { get; init; }
        public byte[] Attestation { get; init; } = [];
        public byte[] ClientData { get; init; } = [];
        public DateTimeOffset CreatedAt { get; init; }

        public UserPasskeyInfo ToInfo() =>
            new(
                CredentialId,
                PublicKey,
                CreatedAt,
                (uint)SignCount,
                Transports.Length == 0 ? null : Transports.Split(','),
                IsUserVerified,
                IsBackupEligible,
                IsBackedUp,
                Attestation,
                ClientData
            )
            {
                Name = Name,
            };
    }
}
