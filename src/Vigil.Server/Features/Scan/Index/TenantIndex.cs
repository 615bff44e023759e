using Vigil.Matching.Entries;
using Vigil.Matching.Lists;
using Vigil.Server.Features.Scan.Policies;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Index;

/// <summary>All that changed between two looks at the database.</summary>
internal sealed class IndexChange
{
    /// <summary>Entries that are sorted at once, so that a first load needs little more memory.</summary>
    private const int EntriesPerSegment = 1 << 20;

    private readonly EntryBuilder _building = new();
    private readonly List<EntrySegment> _segments = [];

    public required long Generation { get; init; }

    /// <summary>Of policy and exceptions.</summary>
    public required long DecidingGeneration { get; init; }

    /// <summary>Entries of all lists, for the progress of a first load; 0: it is none.</summary>
    public long Size { get; init; }
    public List<IndexedList> Lists { get; } = [];
    public List<Suppression> Suppressions { get; } = [];
    public List<(EntryKey Entry, Blind Sha256)> Exceptions { get; } = [];
    public ActivePolicy? Policy { get; set; }

    /// <summary>Entries of which nothing older holds.</summary>
    public List<(Guid List, Guid Id)> Touched { get; } = [];

    /// <summary>Rows of entries that were read.</summary>
    public long Read { get; set; }

    /// <summary>Of them those that do not open.</summary>
    public int Unreadable { get; set; }

    public void Add(EntryKey key, in EntryValue value)
    {
        _building.Add(key.ListId, key.EntryId, value);
        if (_building.Count >= EntriesPerSegment)
        {
            Finish();
        }
    }

    /// <summary>What was added, sorted.</summary>
    public IReadOnlyCollection<EntrySegment> Added()
    {
        Finish();
        return _segments;
    }

    private void Finish()
    {
        if (_building.Finish() is { } segment)
        {
            _segments.Add(segment);
        }
    }
}

/// <summary>
/// The lists of one tenant in memory. One follower writes, in steps; readers take the last whole state. Small
/// segments are merged beside it, geometrically: each entry is sorted again only so often as the logarithm of
/// their number.
/// </summary>
internal sealed class TenantIndex(TenantId tenant, TimeProvider time)
{
    // Between the follower and the merge beside it: each makes a new state out of the last one.
    private readonly Lock _publishing = new();
    private volatile Snapshot? _current;
    private volatile bool _isLoaded;
    private volatile bool _isEnded;
    private Task _merging = Task.CompletedTask;
    private long _lookedAt;

    public TenantId Tenant => tenant;

    /// <summary>Null: not loaded yet.</summary>
    public Snapshot? Current => _current;

    /// <summary>
    /// Loaded, and what changed meanwhile was read too: an entry that was changed while the first pages were read
    /// stands in none of them.
    /// </summary>
    public bool IsLoaded => _isLoaded;

    /// <summary>The tenant was destroyed.</summary>
    public bool IsEnded => _isEnded;

    public bool IsMerging => !_merging.IsCompleted;

    /// <summary>The files on disk were looked at, whatever came of it.</summary>
    public bool IsOpened { get; set; }

    /// <summary>The generations that the present state has; nothing has less than 0.</summary>
    public long ListsSeen { get; private set; } = -1;

    public long DecidingSeen { get; private set; } = -1;

    /// <summary>As <see cref="ListsSeen"/>, of the entries alone: they may come from disk.</summary>
    public long EntriesSeen { get; private set; } = -1;

    /// <summary>Rows of entries that were read from the database since the start.</summary>
    public long EntriesRead { get; private set; }

    /// <summary>An entry could not be opened: what is in memory is not what the database holds.</summary>
    public bool HasUnreadable { get; private set; }

    /// <summary>What the database must still know, or it is not the one that was loaded; null: nothing.</summary>
    public Guid? Mark { get; private set; }

    /// <summary>Why the files on disk are not what they should be; null: they are.</summary>
    public string? FileProblem { get; set; }

    /// <summary>Since the database was last seen; null: never.</summary>
    public TimeSpan? Age =>
        Interlocked.Read(ref _lookedAt) is var at and > 0 ? time.GetElapsedTime(at) : null;

    /// <param name="isAbreast">Nothing was newer than what is loaded.</param>
    public void Looked(bool isAbreast)
    {
        _isLoaded |= isAbreast;
        Interlocked.Exchange(ref _lookedAt, Math.Max(1, time.GetTimestamp()));
    }

    /// <summary>Begins with entries from disk, which are complete up to a generation.</summary>
    public void Begin(TenantSecrets secrets, EntrySnapshot stored, long generation, Guid mark)
    {
        _current = Empty(secrets) with { Listed = stored };
        EntriesSeen = generation;
        Mark = mark;
    }

    /// <summary>Begins with nothing, and reads all from the database that knows this mark.</summary>
    public void Begin(Guid mark) => Mark = mark;

    /// <summary>The database knows a newer mark too; false: it was let go meanwhile.</summary>
    public bool Renew(Guid mark, Guid newer)
    {
        lock (_publishing)
        {
            if (Mark != mark)
            {
                return false;
            }
            Mark = newer;
            return true;
        }
    }

    /// <summary>Lets everything go, to be loaded anew: the database is not the one whose past this is.</summary>
    public void Reset()
    {
        lock (_publishing)
        {
            (_isLoaded, _current, Mark) = (false, null, null);
        }
        (ListsSeen, DecidingSeen, EntriesSeen) = (-1, -1, -1);
        (IsOpened, HasUnreadable) = (false, false);
    }

    public void End()
    {
        _isEnded = true;
        Reset();
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
        var added = change.Added();
        var infos = InfosOf(lists);
        lock (_publishing)
        {
            was = _current ?? was;
            var listed = change.Lists.Count > 0 ? was.Listed.With(infos) : was.Listed;
            _current = was with
            {
                Generation = change.Generation,
                Lists = lists,
                Policy = change.Policy ?? was.Policy,
                Listed =
                    added.Count + change.Touched.Count > 0
                        ? listed.With(added, change.Touched, infos)
                        : listed,
                Suppressed = With(was.Suppressed, change.Suppressions),
                Exceptions =
                    change.Exceptions.Count > 0
                        ? was.Exceptions.Concat(change.Exceptions).ToHashSet()
                        : was.Exceptions,
            };
        }
        (ListsSeen, DecidingSeen) = (change.Generation, change.DecidingGeneration);
        EntriesSeen = change.Generation;
        EntriesRead += change.Read;
        HasUnreadable |= change.Unreadable > 0;
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

    private static Func<Guid, ListInfo?> InfosOf(IReadOnlyDictionary<Guid, IndexedList> lists) =>
        id => lists.GetValueOrDefault(id) is { IsSearched: true } list ? list.Info : null;

    /// <summary>Starts merges beside the scans when there is something to merge and none runs.</summary>
    private void Tidy()
    {
        if (!IsMerging && Next() is { } first)
        {
            _merging = Task.Run(() =>
            {
                for (var merge = first; merge is not null; merge = Next())
                {
                    merge.Build();
                    lock (_publishing)
                    {
                        if (_current is { } now)
                        {
                            _current = now with { Listed = merge.Apply(now.Listed, InfosOf(now.Lists)) };
                        }
                    }
                }
            });
        }

        EntryMerge? Next() =>
            _current is { } now
                ? EntryMerge.Of(now.Listed, list => now.Lists.GetValueOrDefault(list)?.IsRemoved != true)
                : null;
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
