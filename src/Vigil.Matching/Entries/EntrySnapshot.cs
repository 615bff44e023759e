using Vigil.Hashing;
using Vigil.Matching.Lists;

namespace Vigil.Matching.Entries;

/// <summary>An entry that matched.</summary>
/// <param name="List">Identifier of its list.</param>
/// <param name="Id">Its own.</param>
/// <param name="Match">How. Its numbers of list and entry mean nothing outside.</param>
/// <param name="Entry">Its fingerprints.</param>
public readonly record struct EntryMatch(Guid List, Guid Id, Match Match, ListEntry Entry);

/// <summary>Which kind of address a keyed digest stands for.</summary>
public enum AddressKind
{
    Url,
    Domain,
}

/// <summary>
/// One state of the entries of many lists: segments, oldest first, and which of their entries are gone. Immutable; a
/// change makes the next state and costs its own size. Searched by any number of threads, each list within its own
/// radius in one pass. A miss allocates nothing.
/// </summary>
public sealed class EntrySnapshot
{
    public static readonly EntrySnapshot Empty = new([]);

    [ThreadStatic]
    private static List<Match>? _hits;

    internal EntrySnapshot(SegmentView[] views) => Views = views;

    /// <summary>Entries, those that are gone not counted.</summary>
    public long Count => Views.Sum(view => (long)view.Segment.Count - view.Dead.Count);

    /// <summary>Parts that a search goes through.</summary>
    public int Parts => Views.Length;

    internal SegmentView[] Views { get; }

    /// <summary>The next state.</summary>
    /// <param name="added">New entries, and changed ones as they are now.</param>
    /// <param name="gone">Entries of which nothing older holds any more: removed or changed.</param>
    /// <param name="lists">How each list is searched now; null: it is not.</param>
    public EntrySnapshot With(
        IReadOnlyCollection<EntrySegment> added,
        IReadOnlyCollection<(Guid List, Guid Id)> gone,
        Func<Guid, ListInfo?> lists
    )
    {
        ArgumentNullException.ThrowIfNull(added);
        ArgumentNullException.ThrowIfNull(gone);
        ArgumentNullException.ThrowIfNull(lists);
        var older = gone.Count == 0 ? Views : Views.Select(view => view.Without(gone));
        return new EntrySnapshot([
            .. older,
            .. added.Select(segment => new SegmentView(segment, DeadEntries.None, InfosOf(segment, lists))),
        ]);
    }

    /// <summary>The same entries, the lists searched otherwise.</summary>
    public EntrySnapshot With(Func<Guid, ListInfo?> lists)
    {
        ArgumentNullException.ThrowIfNull(lists);
        return new EntrySnapshot([
            .. Views.Select(view => view with { Infos = InfosOf(view.Segment, lists) }),
        ]);
    }

    /// <summary>
    /// Adds every entry that the file matches. In each segment the strongest come first.
    /// </summary>
    /// <exception cref="OperationCanceledException"><paramref name="results"/> is as it was then.</exception>
    public void Query(Fingerprint file, List<EntryMatch> results, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(results);
        var before = results.Count;
        try
        {
            QueryEach(file, results, cancellation);
        }
        catch (OperationCanceledException)
        {
            results.RemoveRange(before, results.Count - before);
            throw;
        }
    }

    private void QueryEach(Fingerprint file, List<EntryMatch> results, CancellationToken cancellation)
    {
        var hits = _hits ??= [];
        foreach (var view in Views)
        {
            cancellation.ThrowIfCancellationRequested();
            hits.Clear();
            view.Find(file, hits, cancellation);
            foreach (var hit in hits)
            {
                var segment = view.Segment;
                results.Add(
                    new EntryMatch(
                        segment.Lists[hit.List],
                        segment.IdOf(hit.Entry),
                        hit,
                        segment.EntryOf(hit.Entry)
                    )
                );
            }
        }
    }

    /// <summary>Adds every entry with the keyed digest of an address.</summary>
    public void Query(ReadOnlySpan<byte> digest, AddressKind kind, List<(Guid List, Guid Id)> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        var part = kind == AddressKind.Url ? EntryPart.Url : EntryPart.Domain;
        foreach (var (segment, dead, infos) in Views)
        {
            foreach (var entry in segment.Find(part, digest))
            {
                var list = segment.PartOf(entry);
                if (infos[list] is not null && !dead.Contains(entry))
                {
                    results.Add((segment.Lists[list], segment.IdOf(entry)));
                }
            }
            GC.KeepAlive(segment);
        }
    }

    internal static ListInfo?[] InfosOf(EntrySegment segment, Func<Guid, ListInfo?> lists)
    {
        var infos = new ListInfo?[segment.Lists.Length];
        for (var i = 0; i < infos.Length; i++)
        {
            infos[i] = lists(segment.Lists[i]);
        }
        return infos;
    }
}
