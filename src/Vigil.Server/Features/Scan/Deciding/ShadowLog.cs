using System.Collections.Concurrent;
using System.Threading.Channels;
using Vigil.Server.Features.Scan.Index;
using Vigil.Server.Features.Scan.Policies;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Deciding;

/// <summary>What is counted of shadows.</summary>
internal readonly record struct ShadowKey(TenantId Tenant, long Day, Guid ListId, string Rule, Outcome Would);

/// <summary>
/// What shadows would have done and what suppressions kept quiet. Counted in memory and written by
/// <see cref="ShadowWriter"/> within a second, so that a shadow costs an answer nothing; of decisions that only
/// a shadow made, those below a rate are kept whole. A process that is killed loses the counts of that second.
/// </summary>
internal sealed class ShadowLog(TimeProvider time)
{
    /// <summary>Shadow decisions kept whole in a second; all are counted.</summary>
    public const int KeptPerSecond = 20;

    /// <summary>Kept and not yet written; beyond it they are counted only.</summary>
    private const int MaxWaiting = 1000;

    private readonly ConcurrentDictionary<ShadowKey, long> _counts = new();
    private readonly ConcurrentDictionary<(TenantId, Guid), Quiet> _quiet = new();
    private readonly Channel<(TenantId Tenant, NewDecision Made)> _kept = Channel.CreateBounded<(
        TenantId,
        NewDecision
    )>(MaxWaiting);
    private long _second;
    private int _keptThisSecond;

    private sealed class Quiet
    {
        public long Seen;
        public long Hits;
        public long Sampled;
    }

    /// <summary>Counts what each shadow would have said.</summary>
    public void Count(TenantId tenant, Verdict verdict)
    {
        if (!verdict.HasShadow)
        {
            return;
        }
        var day = time.GetUtcNow().ToUnixTimeSeconds() / (24 * 60 * 60);
        foreach (var finding in verdict.Findings.Where(finding => finding.IsShadow))
        {
            var key = new ShadowKey(tenant, day, finding.Fact.ListId, finding.RuleName, finding.Would);
            _counts.AddOrUpdate(key, 1, static (_, count) => count + 1);
        }
    }

    /// <summary>Keeps a decision that only a shadow made, unless there are too many.</summary>
    public void Keep(TenantId tenant, NewDecision made)
    {
        var second = time.GetUtcNow().ToUnixTimeSeconds();
        if (Interlocked.Exchange(ref _second, second) != second)
        {
            Interlocked.Exchange(ref _keptThisSecond, 0);
        }
        if (Interlocked.Increment(ref _keptThisSecond) <= KeptPerSecond)
        {
            _kept.Writer.TryWrite((tenant, made));
        }
    }

    /// <summary>Counts a match that a suppression keeps quiet; true: this one goes to a person all the same.</summary>
    public bool Suppress(TenantId tenant, Suppression suppression)
    {
        var quiet = _quiet.GetOrAdd((tenant, suppression.Id), static _ => new Quiet());
        Interlocked.Increment(ref quiet.Hits);
        var isSample =
            suppression.SampleEvery > 0
            && Interlocked.Increment(ref quiet.Seen) % suppression.SampleEvery == 0;
        if (isSample)
        {
            Interlocked.Increment(ref quiet.Sampled);
        }
        return isSample;
    }

    /// <summary>Everything since the last call.</summary>
    public ShadowBatch Take()
    {
        var batch = new ShadowBatch();
        foreach (var key in _counts.Keys)
        {
            if (_counts.TryRemove(key, out var count))
            {
                batch.Counts.Add((key, count));
            }
        }
        foreach (var ((tenant, id), quiet) in _quiet)
        {
            var hits = Interlocked.Exchange(ref quiet.Hits, 0);
            if (hits > 0)
            {
                var sampled = Interlocked.Exchange(ref quiet.Sampled, 0);
                batch.Quiet.Add((tenant, new SuppressionHit(id, hits, sampled)));
            }
        }
        while (_kept.Reader.TryRead(out var kept))
        {
            batch.Kept.Add(kept);
        }
        return batch;
    }

    /// <summary>Gives back what could not be written: counts always, decisions while there is room.</summary>
    public void Return(ShadowBatch batch)
    {
        foreach (var (key, count) in batch.Counts)
        {
            _counts.AddOrUpdate(key, count, (_, now) => now + count);
        }
        foreach (var (tenant, hit) in batch.Quiet)
        {
            var quiet = _quiet.GetOrAdd((tenant, hit.SuppressionId), static _ => new Quiet());
            Interlocked.Add(ref quiet.Hits, hit.Count);
            Interlocked.Add(ref quiet.Sampled, hit.Sampled);
        }
        foreach (var kept in batch.Kept)
        {
            _kept.Writer.TryWrite(kept);
        }
    }
}

/// <summary>What is to be written.</summary>
internal sealed class ShadowBatch
{
    public List<(ShadowKey Key, long Count)> Counts { get; init; } = [];
    public List<(TenantId Tenant, SuppressionHit Hit)> Quiet { get; init; } = [];
    public List<(TenantId Tenant, NewDecision Made)> Kept { get; init; } = [];

    public IEnumerable<TenantId> Tenants =>
        Counts
            .Select(count => count.Key.Tenant)
            .Concat(Quiet.Select(quiet => quiet.Tenant))
            .Concat(Kept.Select(kept => kept.Tenant))
            .Distinct();

    public ShadowBatch Of(TenantId tenant) =>
        new()
        {
            Counts = [.. Counts.Where(count => count.Key.Tenant == tenant)],
            Quiet = [.. Quiet.Where(quiet => quiet.Tenant == tenant)],
            Kept = [.. Kept.Where(kept => kept.Tenant == tenant)],
        };
}
