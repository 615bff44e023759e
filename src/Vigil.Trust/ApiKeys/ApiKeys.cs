using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Vigil.Trust;

/// <summary>
/// Keys of programs: `vk_ID_SECRET`, 256 random bits, stored as SHA-256 (a random secret needs no slow hash).
/// </summary>
public sealed class ApiKeys
{
    /// <summary>What every key begins with, so that leak scanners find it.</summary>
    public const string Prefix = "vk_";

    /// <summary>In the ledger, and what a second person is asked for.</summary>
    public const string Confirmed = "key.confirmed";

    /// <summary>Longest life of a key.</summary>
    public static readonly TimeSpan MaxLife = TimeSpan.FromDays(366);

    /// <summary>Makes the first key, and the code of the first admin.</summary>
    internal const string FirstStart = "first start";

    private const string IdDigits = "abcdefghjkmnpqrstuvwxyz23456789";
    private const int IdCharacters = 10;
    private const int SecretBytes = 32;
    private const int MaxLabelCharacters = 100;

    private readonly ApiKeyCache _cache;

    internal ApiKeys(Db db, KernelServices kernel) => _cache = new ApiKeyCache(db, kernel.Time, kernel.Keys);

    /// <summary>
    /// Records itself in the ledger. The returned text is shown once. A key that reads cases, exports lists or ends
    /// holds, made by who may not, waits for a second person: nobody gives it to themselves.
    /// </summary>
    /// <exception cref="ArgumentException">No label, no scope, or a life out of range.</exception>
    public static async Task<(ApiKey Key, string Secret)> CreateAsync(
        Tx tx,
        string label,
        IReadOnlyCollection<Scope> scopes,
        TimeSpan life
    )
    {
        ArgumentNullException.ThrowIfNull(tx);
        ArgumentNullException.ThrowIfNull(scopes);
        var waits = Grants.TakesAnother(Grants.Of(scopes)).Any(permission => !tx.Actor.May(permission));
        var made = await CreateAsync(tx, label, scopes, life, waits);
        if (waits)
        {
            var why = $"scopes: {made.Key.Scopes}";
            await SecondPerson.RequestAsync(tx, Confirmed, made.Key.Id, why, TimeSpan.Zero);
        }
        return made;
    }

    /// <summary>Of an installation or tenant that has nobody and nothing yet: it may do everything.</summary>
    internal static Task<(ApiKey Key, string Secret)> CreateFirstAsync(Tx tx, string label, TimeSpan life) =>
        CreateAsync(tx, label, [Scope.Admin], life, waits: false);

    /// <summary>
    /// The key of the first start was printed beside the code of the first admin: who joins by that code stands behind
    /// the key from now on, and is no second person for what is asked with it.
    /// </summary>
    internal static Task<int> TakeFirstAsync(Tx tx, string pseudonym) =>
        tx.ExecuteAsync(
            "update api_key set created_by = @person where tenant = @tenant and created_by = @machine",
            new { person = $"person:{pseudonym}", machine = $"machine:{FirstStart}" }
        );

    private static async Task<(ApiKey Key, string Secret)> CreateAsync(
        Tx tx,
        string label,
        IReadOnlyCollection<Scope> scopes,
        TimeSpan life,
        bool waits
    )
    {
        if (string.IsNullOrWhiteSpace(label) || label.Length > MaxLabelCharacters)
        {
            throw new ArgumentException(
                $"A key has a label of 1 to {MaxLabelCharacters} characters.",
                nameof(label)
            );
        }
        if (scopes.Count == 0)
        {
            throw new ArgumentException("A key has at least one scope.", nameof(scopes));
        }
        if (life <= TimeSpan.Zero || life > MaxLife)
        {
            throw new ArgumentException($"A key lives up to {MaxLife.TotalDays} days.", nameof(life));
        }
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        var key = new ApiKey
        {
            Id = RandomNumberGenerator.GetString(IdDigits, IdCharacters),
            Label = label.Trim(),
            Scopes = string.Join(',', scopes.Distinct().Order()),
            CreatedAt = tx.Now,
            CreatedBy = tx.Actor.Name,
            ExpiresAt = tx.Now + life,
            Waits = waits,
        };
        await tx.ExecuteAsync(
            """
            insert into api_key (tenant, id, label, scopes, digest, created_at, created_by, expires_at, waits)
            values (@tenant, @id, @label, @scopes, @digest, @createdAt, @createdBy, @expiresAt, @waits)
            """,
            new
            {
                id = key.Id,
                label = key.Label,
                scopes = key.Scopes,
                digest = SHA256.HashData(Encoding.ASCII.GetBytes(secret)),
                createdAt = key.CreatedAt,
                createdBy = key.CreatedBy,
                expiresAt = key.ExpiresAt,
                waits,
            }
        );
        await tx.RecordAsync(
            new LedgerAct("key.created", key.Id)
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["scopes"] = key.Scopes },
            }
        );
        tx.OnCommitted(tx.Kernel.Keys.Announce);
        return (key, $"{Prefix}{key.Id}_{secret}");
    }

    /// <summary>Newest first.</summary>
    public static Task<IReadOnlyList<ApiKey>> ListAsync(Tx tx)
    {
        ArgumentNullException.ThrowIfNull(tx);
        return tx.QueryAsync<ApiKey>(
            """
            select id, label, scopes, created_at, created_by, expires_at, revoked_at, waits
            from api_key where tenant = @tenant order by created_at desc, id limit 1000
            """
        );
    }

    /// <summary>The second person's part: from now on the key is heard. Records itself.</summary>
    /// <exception cref="SecondPersonException">Nothing waits, not what was read, or it is the same person.</exception>
    public static async Task ConfirmAsync(Tx tx, string id, string? read)
    {
        ArgumentNullException.ThrowIfNull(tx);
        await SecondPerson.ConfirmAsync(tx, Confirmed, id, read);
        await tx.ExecuteAsync(
            "update api_key set waits = @no where tenant = @tenant and id = @id",
            new { id, no = false }
        );
        await tx.RecordAsync(new LedgerAct(Confirmed, id));
        tx.OnCommitted(tx.Kernel.Keys.Announce);
    }

    /// <summary>False when there is none of this id, or it is revoked already. In force within 5 s.</summary>
    public static async Task<bool> RevokeAsync(Tx tx, string id)
    {
        ArgumentNullException.ThrowIfNull(tx);
        if (await SecondPerson.FindAsync(tx, Confirmed, id) is not null)
        {
            await SecondPerson.WithdrawAsync(tx, Confirmed, id, "The key was revoked.");
        }
        var changed = await tx.ExecuteAsync(
            "update api_key set revoked_at = @at where tenant = @tenant and id = @id and revoked_at is null",
            new { id, at = tx.Now }
        );
        await tx.RecordAsync(new LedgerAct("key.revoked", id));
        tx.OnCommitted(tx.Kernel.Keys.Announce);
        return changed == 1;
    }

    /// <summary>
    /// Whether what this actor began may go on: false for a key that was revoked or is over since. Others: true.
    /// </summary>
    public static async Task<bool> IsHeardAsync(Tx tx, Actor actor)
    {
        ArgumentNullException.ThrowIfNull(tx);
        ArgumentNullException.ThrowIfNull(actor);
        return actor.Kind != ActorKind.ApiKey
            || await tx.FindAsync<long>(
                """
                select count(*) from api_key
                where tenant = @tenant and id = @id and revoked_at is null and expires_at > @now
                """,
                new { id = actor.Name["key:".Length..].Split('/')[0], now = tx.Now }
            ) > 0;
    }

    /// <summary>Who presents this key; null when it is none, unknown, expired or revoked.</summary>
    public ValueTask<Actor?> AuthenticateAsync(string presented, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(presented);
        const int secretStart = 3 + IdCharacters + 1;
        return
            presented.StartsWith(Prefix, StringComparison.Ordinal)
            && presented.Length is > secretStart and < 100
            && presented[secretStart - 1] == '_'
            ? _cache.FindAsync(
                presented[Prefix.Length..(secretStart - 1)],
                presented[secretStart..],
                cancellation
            )
            : ValueTask.FromResult<Actor?>(null);
    }
}
