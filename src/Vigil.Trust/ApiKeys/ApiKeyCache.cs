using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;

namespace Vigil.Trust;

/// <summary>
/// All live keys in memory, read again every two seconds while they are used: a revoked key is refused within
/// five, and a request costs no database call. When the database does not answer, what was read last holds.
/// </summary>
internal sealed class ApiKeyCache(Db db, TimeProvider time, KeyChanges changes)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    /// <summary>What is older is not used without waiting for a read, by those who do not read themselves.</summary>
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Longest wait for a read when keys are known: a frozen database must not cost its deadline twice, here and
    /// in the work itself.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    /// <summary>The race it prevents: many requests reading the table at once.</summary>
    private readonly SemaphoreSlim _reading = new(1, 1);

    private FrozenDictionary<string, Known> _keys = FrozenDictionary<string, Known>.Empty;
    private long _readAt;
    private long _readChanges;

    public async ValueTask<Actor?> FindAsync(string id, string secret, CancellationToken cancellation)
    {
        // A key made a moment ago is looked for at once.
        if (IsOld() || !_keys.ContainsKey(id))
        {
            await RefreshAsync(isWanted: !_keys.ContainsKey(id), cancellation);
        }
        return
            _keys.TryGetValue(id, out var known)
            && known.ExpiresAt > time.GetUtcNow()
            && CryptographicOperations.FixedTimeEquals(
                known.Digest,
                SHA256.HashData(Encoding.UTF8.GetBytes(secret))
            )
            ? known.Actor
            : null;
    }

    private bool IsOld() =>
        _readAt == 0 || IsChanged() || time.GetElapsedTime(Volatile.Read(ref _readAt)) > Fresh;

    /// <summary>A key was made or revoked here since the last read.</summary>
    private bool IsChanged() => changes.Count != Interlocked.Read(ref _readChanges);

    private async Task RefreshAsync(bool isWanted, CancellationToken cancellation)
    {
        // Strangers' ids must not cost a read each: at most one every 100 ms is made for them.
        if (
            !IsOld()
            && (!isWanted || time.GetElapsedTime(Volatile.Read(ref _readAt)) < TimeSpan.FromMilliseconds(100))
        )
        {
            return;
        }
        var patience =
            _readAt == 0 ? Timeout.InfiniteTimeSpan
            : IsChanged() || time.GetElapsedTime(Volatile.Read(ref _readAt)) > Stale ? Patience
            : TimeSpan.Zero;
        if (!await _reading.WaitAsync(patience, cancellation))
        {
            return;
        }
        try
        {
            if (_readAt != 0 && !IsChanged() && time.GetElapsedTime(_readAt) < TimeSpan.FromMilliseconds(100))
            {
                return;
            }
            var seen = changes.Count;
            _keys = await ReadAsync(cancellation)
                .WaitAsync(_readAt == 0 ? Timeout.InfiniteTimeSpan : Patience, cancellation);
            Interlocked.Exchange(ref _readChanges, seen);
            Volatile.Write(ref _readAt, Math.Max(1, time.GetTimestamp()));
        }
        catch (Exception e) when (e is DatabaseUnavailableException or TimeoutException && _readAt != 0)
        {
            // Detection goes on with the keys that are known; readiness says that the database is gone.
        }
        finally
        {
            _reading.Release();
        }
    }

    private Task<FrozenDictionary<string, Known>> ReadAsync(CancellationToken cancellation) =>
        db.SystemAsync(
            "keys",
            isWrite: false,
            async tx =>
            {
                var rows = await tx.QueryAsync<Stored>(
                    """
                    select k.tenant, k.id, k.scopes, k.digest, k.expires_at from api_key k
                    join tenant t on t.tenant = k.tenant
                    where k.revoked_at is null and not k.waits and t.state = 'Active' and k.expires_at > @now
                    """,
                    new { now = tx.Now }
                );
                return rows.ToFrozenDictionary(row => row.Id, row => row.ToKnown(), StringComparer.Ordinal);
            },
            cancellation: cancellation
        );

    private sealed record Known(byte[] Digest, DateTimeOffset ExpiresAt, Actor Actor);

    private sealed class Stored
    {
        public string Tenant { get; init; } = "";
        public string Id { get; init; } = "";
        public string Scopes { get; init; } = "";
        public byte[] Digest { get; init; } = [];
        public DateTimeOffset ExpiresAt { get; init; }

        public Known ToKnown() =>
            new(
                Digest,
                ExpiresAt,
                new Actor(
                    new TenantId(Tenant),
                    ActorKind.ApiKey,
                    $"key:{Id}",
                    Grants.Of(Scopes.Split(',').Select(Enum.Parse<Scope>))
                )
            );
    }
}
