using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Index;

/// <summary>Every tenant's lists, as scans take them.</summary>
internal sealed class ScanIndex
{
    private readonly ConcurrentDictionary<TenantId, TenantIndex> _tenants = new();
    private readonly Channel<TenantIndex> _wanted = Channel.CreateUnbounded<TenantIndex>();
    private readonly ServerOptions _options;
    private readonly TimeProvider _time;

    public ScanIndex(ServerOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _ = Follow(TenantId.Default);
    }

    /// <summary>Those to be followed, as they are first asked for.</summary>
    public ChannelReader<TenantIndex> Wanted => _wanted.Reader;

    public IReadOnlyCollection<TenantIndex> Tenants => [.. _tenants.Values];

    /// <summary>The present state.</summary>
    /// <exception cref="ProblemException">Not loaded yet, or not known to be the present one.</exception>
    public Snapshot Take(TenantId tenant)
    {
        var index = _tenants.TryGetValue(tenant, out var known) ? known : Follow(tenant);
        // Before and after: one of a load that begins anew in between is not whole.
        var wasLoaded = index.IsLoaded;
        var current = index.Current;
        var snapshot =
            (wasLoaded && index.IsLoaded ? current : null)
            ?? throw new ProblemException(
                StatusCodes.Status503ServiceUnavailable,
                "lists_loading",
                "The lists are being loaded. Nothing was looked up: send the request again."
            )
            {
                RetryAfter = TimeSpan.FromSeconds(2),
            };
        return index.Age <= _options.ListsStaleAfter
            ? snapshot
            : throw new ProblemException(
                StatusCodes.Status503ServiceUnavailable,
                "lists_stale",
                "The lists could not be read for too long, so that an answer might be wrong. Nothing was looked up: "
                    + "send the request again, and look at the database."
            )
            {
                RetryAfter = TimeSpan.FromSeconds(5),
            };
    }

    /// <summary>The tenant was destroyed: what is in memory of it goes.</summary>
    public void End(TenantId tenant)
    {
        if (_tenants.TryRemove(tenant, out var index))
        {
            index.End();
        }
    }

    private TenantIndex Follow(TenantId tenant)
    {
        var fresh = new TenantIndex(tenant, _time);
        var index = _tenants.GetOrAdd(tenant, fresh);
        if (ReferenceEquals(index, fresh))
        {
            _wanted.Writer.TryWrite(index);
        }
        return index;
    }
}

/// <summary>What readiness asks.</summary>
internal sealed class IndexHealth(ScanIndex index, ServerOptions options)
{
    /// <summary>The lists of every tenant in use are loaded.</summary>
    public bool IsLoaded => index.Tenants.All(tenant => tenant.IsLoaded);

    /// <summary>Since the last successful look at the database, of the tenant that waits longest.</summary>
    public TimeSpan? Age =>
        index.Tenants.Any(tenant => tenant.Age is null) ? null : index.Tenants.Max(tenant => tenant.Age);

    /// <summary>Scans are answered.</summary>
    public bool IsReady => IsLoaded && Age <= options.ListsStaleAfter;

    /// <summary>Part of readiness. No counts: anybody may ask.</summary>
    public ReadinessState State() =>
        !IsLoaded || Age is not { } age
            ? ReadinessState.Broken("The lists are being loaded.", "Wait; if it stays, look at the database.")
        : age > options.ListsStaleAfter
            ? ReadinessState.Broken("The lists are out of date.", "Look at the database.") with
            {
                Age = age,
            }
        : index.Tenants.Any(tenant => tenant.FileProblem is not null)
            ? ReadinessState.Warning(
                "The lists are loaded and followed, but their index files are not whole: the next start is slow.",
                "Look at the disk and at the alarms; the files are written again by themselves."
            ) with
            {
                Age = age,
            }
        : ReadinessState.Ready("The lists are loaded and followed.") with { Age = age };

    public long Generation => index.Tenants.Max(tenant => tenant.Current?.Generation ?? 0);

    public long Entries => index.Tenants.Sum(tenant => tenant.Current?.Entries ?? 0);
}
