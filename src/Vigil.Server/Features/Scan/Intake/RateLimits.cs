using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Intake;

/// <summary>How much one API key may ask: a bucket of tokens each.</summary>
internal sealed class KeyLimits : IDisposable
{
    private readonly PartitionedRateLimiter<Actor> _limiter;
    private readonly int _burst;

    public KeyLimits(ServerOptions options)
    {
        var perSecond = options.Scan.KeyScansPerSecond;
        _burst = 2 * perSecond;
        _limiter = PartitionedRateLimiter.Create<Actor, string>(actor =>
            RateLimitPartition.GetTokenBucketLimiter(
                $"{actor.Tenant.Value}\n{actor.Name}",
                _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = _burst,
                    TokensPerPeriod = Math.Max(1, perSecond / 10),
                    ReplenishmentPeriod = TimeSpan.FromMilliseconds(perSecond < 10 ? 1000 : 100),
                    QueueLimit = 0,
                }
            )
        );
    }

    /// <exception cref="ProblemException">Too many scans of this key.</exception>
    public void Take(Actor actor, int scans)
    {
        using var lease = _limiter.AttemptAcquire(actor, Math.Min(scans, _burst));
        if (!lease.IsAcquired)
        {
            throw new ProblemException(429, "key_rate", "Too many scans of this API key: slow down.")
            {
                RetryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out var after)
                    ? after
                    : TimeSpan.FromSeconds(1),
            };
        }
    }

    public void Dispose() => _limiter.Dispose();
}

/// <summary>
/// How much may be asked about one account: who sends a picture again and again, altered, finds out what is on
/// a list. Counted in memory under a key of this process.
/// </summary>
internal sealed class AccountLimits(ServerOptions options, TimeProvider time)
{
    /// <summary>
    /// Accounts remembered. Beyond them those are forgotten that are far from their limit: a flood of invented
    /// pseudonyms makes nobody's limit longer.
    /// </summary>
    public const int MaxAccounts = 500_000;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<UInt128, Count> _counts = new();

    /// <exception cref="ProblemException">Too many scans of this account.</exception>
    public void Take(TenantId tenant, string? account)
    {
        if (account is null)
        {
            return;
        }
        if (_counts.Count > MaxAccounts)
        {
            Forget();
        }
        var count = _counts.GetOrAdd(NameOf(tenant, account), _ => new Count());
        // Two requests of an account would each see room for one.
        lock (count)
        {
            count.MinuteBegan = Begin(count.MinuteBegan, Minute, ref count.InMinute);
            count.DayBegan = Begin(count.DayBegan, Day, ref count.InDay);
            if (count.InMinute >= options.Scan.AccountScansPerMinute)
            {
                throw TooMany(Minute - time.GetElapsedTime(count.MinuteBegan));
            }
            if (count.InDay >= options.Scan.AccountScansPerDay)
            {
                throw TooMany(Day - time.GetElapsedTime(count.DayBegan));
            }
            count.InMinute++;
            count.InDay++;
        }
    }

    private long Begin(long began, TimeSpan window, ref int count)
    {
        if (began != 0 && time.GetElapsedTime(began) < window)
        {
            return began;
        }
        count = 0;
        return Math.Max(1, time.GetTimestamp());
    }

    private void Forget()
    {
        foreach (var (name, count) in _counts)
        {
            if (count.InDay < options.Scan.AccountScansPerDay / 4)
            {
                _counts.TryRemove(name, out _);
            }
        }
    }

    private UInt128 NameOf(TenantId tenant, string account)
    {
        var digest = HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{tenant.Value}\n{account}"));
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(digest);
    }

    private static ProblemException TooMany(TimeSpan left) =>
        new(
            429,
            "account_rate",
            "Too many scans of this account: nobody uploads so much. Look at the account."
        )
        {
            RetryAfter = left,
        };

    private sealed class Count
    {
        public long MinuteBegan;
        public int InMinute;
        public long DayBegan;
        public int InDay;
    }
}
