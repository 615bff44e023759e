using System.Collections.Immutable;
using Vigil.Hashing;

namespace Vigil.Matching.Search;

/// <summary>
/// One state of a <see cref="PdqIndex"/>: never changes, may be held as long as wanted, is searched by any number of
/// threads. Every entry within the radius is found, whatever the data. Searches allocate nothing but what the
/// results list needs to grow.
/// </summary>
public sealed class PdqSnapshot
{
    internal static readonly PdqSnapshot Empty = new([], [], new Delta(), 0, []);

    /// <summary>What a thread keeps of a large answer: hits of 12 bytes.</summary>
    private const int KeptHits = 1 << 20;

    [ThreadStatic]
    private static List<RowHit>? _scratch;

    internal PdqSnapshot(
        PdqSegment[] segments,
        Delta[] full,
        Delta open,
        int openCount,
        ImmutableHashSet<Posting> dead
    ) => (Segments, Full, Open, OpenCount, Dead) = (segments, full, open, openCount, dead);

    /// <summary>Entries, removed ones not counted.</summary>
    public long Count => Stored - Dead.Count;

    /// <summary>Bytes of the search structure: what grows with the hashes, without postings.</summary>
    public long SearchBytes => Segments.Sum(segment => segment.Shape.SearchBytes);

    /// <summary>Parts that a search goes through.</summary>
    public int Parts => Segments.Length + Full.Length + (OpenCount > 0 ? 1 : 0);

    /// <summary>Oldest first.</summary>
    internal PdqSegment[] Segments { get; }

    internal Delta[] Full { get; }
    internal Delta Open { get; }
    internal int OpenCount { get; }

    /// <summary>Removed, but still in a segment or delta.</summary>
    internal ImmutableHashSet<Posting> Dead { get; }

    internal long Stored =>
        Segments.Sum(segment => (long)segment.Shape.Postings)
        + (Full.Length * (long)SearchLimits.DeltaRows)
        + OpenCount;

    /// <summary>Adds every entry within the radius, in no particular order.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="results"/> is as it was.</exception>
    public void Find(
        in PdqHash query,
        Radius radius,
        List<PdqMatch> results,
        CancellationToken cancellation = default
    ) => FindMany(new ReadOnlySpan<PdqHash>(in query), radius, results, cancellation);

    /// <summary>
    /// Adds every entry within its own list's radius: one pass at the widest of them.
    /// </summary>
    /// <param name="radii">By number of the list; null, or none: not searched.</param>
    /// <exception cref="OperationCanceledException"><paramref name="results"/> is as it was.</exception>
    public void Find(
        in PdqHash query,
        ReadOnlySpan<Radius?> radii,
        List<PdqMatch> results,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(results);
        var widest = -1;
        foreach (var radius in radii)
        {
            widest = Math.Max(widest, radius?.Bits ?? -1);
        }
        if (widest < 0)
        {
            return;
        }
        var before = results.Count;
        Find(query, new Radius(widest), results, cancellation);
        var kept = before;
        for (var i = before; i < results.Count; i++)
        {
            var list = results[i].Posting.List;
            if (list < radii.Length && results[i].DistanceBits <= (radii[list]?.Bits ?? -1))
            {
                results[kept++] = results[i];
            }
        }
        results.RemoveRange(kept, results.Count - kept);
    }

    /// <summary>
    /// As for one query, for many in one pass: from some hundreds on several times as fast as one by one.
    /// </summary>
    /// <exception cref="OperationCanceledException"><paramref name="results"/> is as it was.</exception>
    public void FindMany(
        ReadOnlySpan<PdqHash> queries,
        Radius radius,
        List<PdqMatch> results,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(results);
        var before = results.Count;
        var hits = _scratch ??= [];
        try
        {
            foreach (var segment in Segments)
            {
                hits.Clear();
                segment.FindMany(queries, radius.Bits, hits, cancellation);
                foreach (var hit in hits)
                {
                    foreach (var posting in segment.PostingsOf(hit.Row))
                    {
                        Add(hit, posting, results);
                    }
                }
                GC.KeepAlive(segment);
            }
            foreach (var delta in Full)
            {
                Find(delta, SearchLimits.DeltaRows, queries, radius, hits, results, cancellation);
            }
            Find(Open, OpenCount, queries, radius, hits, results, cancellation);
            if (hits.Capacity > KeptHits)
            {
                _scratch = null;
            }
        }
        catch (OperationCanceledException)
        {
            results.RemoveRange(before, results.Count - before);
            throw;
        }
    }

    /// <summary>The deltas as a segment, without what was removed; null where there is nothing.</summary>
    /// <param name="dropped">Removed entries that were in them.</param>
    internal PdqSegment? SealDeltas(out List<Posting> dropped)
    {
        using var rows = new RowList((Full.Length * (long)SearchLimits.DeltaRows) + OpenCount);
        dropped = [];
        var isKept = Keeping(dropped);
        foreach (var delta in Full)
        {
            delta.CopyTo(rows, SearchLimits.DeltaRows, isKept);
        }
        Open.CopyTo(rows, OpenCount, isKept);
        return rows.Count == 0 ? null : PdqSegment.Build(rows);
    }

    /// <summary>Whether an entry goes into a new segment; those that were removed are noted instead.</summary>
    internal Func<Posting, bool> Keeping(List<Posting> dropped) =>
        posting =>
        {
            var isDead = Dead.Contains(posting);
            if (isDead)
            {
                dropped.Add(posting);
            }
            return !isDead;
        };

    /// <summary>Whether that entry is there with exactly that hash.</summary>
    internal bool Holds(in PdqHash hash, Posting posting)
    {
        var results = new List<PdqMatch>();
        Find(hash, new Radius(0), results, CancellationToken.None);
        return results.Exists(match => match.Posting == posting);
    }

    private void Find(
        Delta delta,
        int count,
        ReadOnlySpan<PdqHash> queries,
        Radius radius,
        List<RowHit> hits,
        List<PdqMatch> results,
        CancellationToken cancellation
    )
    {
        hits.Clear();
        for (var i = 0; count > 0 && i < queries.Length; i++)
        {
            delta.Find(count, queries[i], radius.Bits, i, hits, cancellation);
        }
        foreach (var hit in hits)
        {
            Add(hit, delta.PostingOf(hit.Row), results);
        }
    }

    private void Add(in RowHit hit, Posting posting, List<PdqMatch> results)
    {
        if (Dead.IsEmpty || !Dead.Contains(posting))
        {
            results.Add(new PdqMatch(hit.Query, posting, hit.DistanceBits));
        }
    }
}
