using System.Text.Json;

namespace Vigil.Trust;

/// <summary>
/// One request under an Idempotency-Key: the keyed digest of (actor, route, key) and that of the request. The
/// answer is kept in the transaction that has the effect, so that a repeated request has it once.
/// </summary>
public sealed class RequestKey
{
    /// <summary>How long an answer is kept.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(1);

    private readonly byte[] _key;

    /// <param name="key">Keyed digest of actor, route and the caller's key.</param>
    public RequestKey(byte[] key) => _key = key;

    /// <summary>Keyed digest of what was asked; set before the effect.</summary>
    public byte[]? Fingerprint { get; set; }

    /// <summary>The answer given before to the same request; null: it is new.</summary>
    /// <exception cref="RequestKeyReusedException">The key was used for another request.</exception>
    public async Task<KeptAnswer?> FindAsync(Tx tx)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var row = await tx.FindAsync<Stored>(
            "select fingerprint, status, answer from idempotency where tenant = @tenant and key = @key",
            new { key = _key }
        );
        if (row is null)
        {
            return null;
        }
        if (Fingerprint is null || !row.Fingerprint.AsSpan().SequenceEqual(Fingerprint))
        {
            throw new RequestKeyReusedException();
        }
        return new KeptAnswer(row.Status, tx.Secrets.Sealer("kept answer").Open(row.Answer, _key));
    }

    /// <summary>Keeps the answer, in the transaction of its effect.</summary>
    public async Task KeepAsync<T>(Tx tx, int status, T answer)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var body = JsonSerializer.SerializeToUtf8Bytes(answer, JsonSerializerOptions.Web);
        await tx.ExecuteAsync(
            """
            insert into idempotency (tenant, key, fingerprint, status, answer, created_at)
            values (@tenant, @key, @fingerprint, @status, @answer, @at)
            """,
            new
            {
                key = _key,
                fingerprint = Fingerprint
                    ?? throw new InvalidOperationException("The request has no fingerprint."),
                status,
                answer = tx.Secrets.Sealer("kept answer").Seal(body, _key),
                at = tx.Now,
            }
        );
    }

    private sealed class Stored
    {
        public byte[] Fingerprint { get; init; } = [];
        public int Status { get; init; }
        public byte[] Answer { get; init; } = [];
    }
}

/// <param name="Status">HTTP status.</param>
/// <param name="Body">JSON, UTF-8.</param>
public sealed record KeptAnswer(int Status, byte[] Body);

/// <summary>An Idempotency-Key was used again for another request.</summary>
public sealed class RequestKeyReusedException()
    : Exception("This Idempotency-Key was used for another request: make a new key for each request.");
