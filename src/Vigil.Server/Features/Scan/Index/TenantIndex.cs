using Vigil.Server.Features.Scan.Policies;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Index;

/// <summary>All that changed between two looks at the database.</summary>
internal sealed class IndexChange
{
    public required long Generation { get; init; }

    /// <summary>Of policy and exceptions.</summary>
    public required long DecidingGeneration { get; init; }

    /// <summary>Entries of all lists, for the progress of a first load; 0: it is none.</summary>
    public long Size { get; init; }
    public List<IndexedList> Lists { get; } = [];
    public List<Suppression> Suppressions { get; } = [];
    public List<(EntryKey Entry, Blind Sha256)> Exceptions { get; } = [];
    public ActivePolicy? Policy { get; set; }
    public Segment.Builder Added { get; } = new();
    public List<(EntryKey Key, long Generation, bool IsActive)> Touched { get; } = [];
}

/// <summary>
/// The lists of one tenant in memory. One follower writes, in steps; readers take the last whole state. Small
/// segments are merged beside it, geometrically: each entry is sorted again only so often as the logarithm of
/// their number.
/// </summary>
internal sealed class TenantIndex(TenantId tenant, TimeProvider time)
{
    /// <summary>Entries that changed state since the segments were built; beyond it all are built anew.</summary>
    private const int MaxOverrides = 50_000;

    /// <summary>A segment is merged with all that is newer once that is an eighth of it: few to search.</summary>
    private const int FanIn = 8;

    // Between the follower and the merge beside it: each makes a new state out of the last one.
    private readonly Lock _publishing = new();
    private volatile Snapshot? _current;
    private Task _merging = Task.CompletedTask;
    private long _lookedAt;

    public TenantId Tenant => tenant;

    /// <summary>Null: not loaded yet.</summary>
    public Snapshot? Current => _current;

    /// <summary>
    /// Loaded, and what changed meanwhile was read too: an entry that was changed while the first pages were read
    /// stands in none of them.
    /// </summary>
    public bool IsLoaded { get; private set; }

    /// <summary>The generations that the present state has; nothing has less than 0.</summary>
    public long ListsSeen { get; private set; } = -1;

    public long DecidingSeen { get; private set; } = -1;

    /// <summary>Since the database was last seen; null: never.</summary>
    public TimeSpan? Age =>
        Interlocked.Read(ref _lookedAt) is var at and > 0 ? time.GetElapsedTime(at) : null;

    /// <param name="isAbreast">Nothing was newer than what is loaded.</param>
    public void Looked(bool isAbreast)
    {
        IsLoaded |= isAbreast;
        Interlocked.Exchange(ref _lookedAt, Math.Max(1, time.GetTimestamp()));
    }

    /// <summary>Shows a change to the next scan.</summary>
    public void Apply(TenantSecrets secrets, IndexChange change)
    {
        var was = _current ?? Empty(secrets);
        var lists = was.Lists;
        if (change.Lists.Count > 0)
        {
            var all = was.Lists.ToDictionary();
            change.Lists.ForEach(list => all[list.Id] = list);
            lists = all;
        }
        // The slow part, before the lock.
        var added = change.Added.Count > 0 ? change.Added.Finish(lists) : null;
        lock (_publishing)
        {
            was = _current ?? was;
            var segments = change.Lists.Count > 0 ? was.Segments.Select(s => s.With(lists)) : was.Segments;
            _current = was with
            {
                Generation = change.Generation,
                Lists = lists,
                Policy = change.Policy ?? was.Policy,
                Segments = added is null ? [.. segments] : [.. segments, added],
                Overrides = was.Overrides.With(change.Touched),
                Suppressed = With(was.Suppressed, change.Suppressions),
                Exceptions =
                    change.Exceptions.Count > 0
                        ? was.Exceptions.Concat(change.Exceptions).ToHashSet()
                        : was.Exceptions,
            };
        }
        (ListsSeen, DecidingSeen) = (change.Generation, change.DecidingGeneration);
        Tidy();
    }

    /// <summary>Waits for the merge that runs, if one does.</summary>
    public Task MergedAsync() => _merging;

    private static Snapshot Empty(TenantSecrets secrets) =>
        new()
        {
            Secrets = secrets,
            Generation = 0,
            Policy = ActivePolicy.Default,
        };

    /// <summary>Starts a merge beside the scans when there is something to merge and none runs.</summary>
    private void Tidy()
    {
        var now = _current!;
        if (!_merging.IsCompleted || FirstToMerge(now) is not { } first)
        {
            return;
        }
        _merging = Task.Run(() =>
        {
            var old = now.Segments.Skip(first).ToList();
            var merged = Segment.Merge(old, now.Overrides, now.Lists);
            lock (_publishing)
            {
                // Segments were only added since, and lists changed: the first ones are still these.
                var then = _current!;
                var later = then.Segments.Skip(first + old.Count);
                var together = ReferenceEquals(then.Lists, now.Lists) ? merged : merged.With(then.Lists);
                _current = then with
                {
                    Segments = [.. then.Segments.Take(first), together, .. later],
                    Overrides = first == 0 ? then.Overrides.Without(now.Overrides) : then.Overrides,
                };
            }
        });
    }

    /// <summary>From the first segment that is no longer much larger than all after it.</summary>
    private static int? FirstToMerge(Snapshot now)
    {
        if (now.Overrides.Count > Math.Max(MaxOverrides, now.Entries / 4))
        {
            return 0;
        }
        var after = 0L;
        int? first = null;
        for (var i = now.Segments.Length - 1; i >= 0; i--)
        {
            if (i < now.Segments.Length - 1 && now.Segments[i].Count < FanIn * after)
            {
                first = i;
            }
            after += now.Segments[i].Count;
        }
        return first;
    }

    private static IReadOnlyDictionary<Blind, Suppression> With(
        IReadOnlyDictionary<Blind, Suppression> were,
        List<Suppression> changed
    )
    {
        if (changed.Count == 0)
        {
            return were;
        }
        var ids = changed.Select(suppression => suppression.Id).ToHashSet();
        var now = were.Where(pair => !ids.Contains(pair.Value.Id)).ToDictionary();
        foreach (var suppression in changed.Where(suppression => !suppression.IsRemoved))
        {
            foreach (var blind in new[] { suppression.Sha256Blind, suppression.Md5Sha1Blind })
            {
                if (blind is not null)
                {
                    now[Blind.Of(blind)] = suppression;
                }
            }
        }
        return now;
    }
}
