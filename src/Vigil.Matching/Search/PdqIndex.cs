using System.Collections.Immutable;
using Vigil.Hashing;

namespace Vigil.Matching.Search;

/// <summary>
/// A living index of PDQ hashes: what is added or removed is seen by the next <see cref="Current"/>. Writers take
/// turns; readers take a snapshot and wait for nobody. New hashes go into a small delta; beside the searches full
/// deltas become segments and segments are merged, so that a change costs its own size.
/// </summary>
public sealed class PdqIndex
{
    /// <summary>
    /// The races it prevents: two writers at one place of the delta, and a merge that undoes a change.
    /// </summary>
    private readonly Lock _writing = new();
    private volatile PdqSnapshot _current = PdqSnapshot.Empty;
    private Task _merging = Task.CompletedTask;

    public PdqIndex() { }

    internal PdqIndex(PdqSegment[] segments, IEnumerable<Posting> dead) =>
        _current = new PdqSnapshot(segments, [], new Delta(), 0, [.. dead]);

    /// <summary>The present state.</summary>
    public PdqSnapshot Current => _current;

    /// <summary>Adds one entry.</summary>
    /// <param name="hash">What it is found by.</param>
    /// <param name="posting">Numbers that no other entry has.</param>
    /// <exception cref="ArgumentException">An entry of these numbers was removed a moment ago.</exception>
    public void Add(in PdqHash hash, Posting posting)
    {
        lock (_writing)
        {
            var now = _current;
            ThrowIfDead(now, posting);
            var isFull = now.Open.IsFull;
            var open = isFull || ReferenceEquals(now, PdqSnapshot.Empty) ? new Delta() : now.Open;
            open.Add(hash, posting);
            Delta[] full = isFull ? [.. now.Full, now.Open] : now.Full;
            var count = isFull ? 1 : now.OpenCount + 1;
            _current = new PdqSnapshot(now.Segments, full, open, count, now.Dead);
            if (isFull)
            {
                StartMerge();
            }
        }
        if (_current.Full.Length > SearchLimits.MaxWaitingDeltas)
        {
            MergedAsync().GetAwaiter().GetResult();
        }
    }

    /// <summary>
    /// Adds many entries of one list at once. They are sorted first, at half a million to two million a second, and
    /// then seen all together.
    /// </summary>
    /// <param name="hashes">In the order of their entries.</param>
    /// <param name="list">Number of the list.</param>
    /// <param name="firstEntry">Number of the first; the others follow.</param>
    /// <param name="threads">Most that work at once.</param>
    /// <exception cref="ArgumentException">An entry of these numbers was removed a moment ago.</exception>
    /// <exception cref="InvalidOperationException">More than 2^27 at once.</exception>
    public void AddRange(ReadOnlySpan<PdqHash> hashes, int list, int firstEntry, int threads = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        if (hashes.IsEmpty)
        {
            return;
        }
        using var rows = new RowList(hashes.Length);
        for (var i = 0; i < hashes.Length; i++)
        {
            rows.Add(RowRecord.Of(hashes[i], new Posting(list, checked(firstEntry + i))));
        }
        var segment = PdqSegment.Build(rows, threads);
        lock (_writing)
        {
            var now = _current;
            foreach (var dead in now.Dead)
            {
                if (dead.List == list && dead.Entry >= firstEntry && dead.Entry < firstEntry + hashes.Length)
                {
                    ThrowIfDead(now, dead);
                }
            }
            var open = ReferenceEquals(now, PdqSnapshot.Empty) ? new Delta() : now.Open;
            _current = new PdqSnapshot([.. now.Segments, segment], now.Full, open, now.OpenCount, now.Dead);
            StartMerge();
        }
    }

    /// <summary>Removes an entry. False: it is not there, or not with that hash.</summary>
    public bool Remove(in PdqHash hash, Posting posting)
    {
        lock (_writing)
        {
            var now = _current;
            if (!now.Holds(hash, posting))
            {
                return false;
            }
            _current = new PdqSnapshot(
                now.Segments,
                now.Full,
                now.Open,
                now.OpenCount,
                now.Dead.Add(posting)
            );
            StartMerge();
            return true;
        }
    }

    /// <summary>Ends when there is nothing to merge, or with the failure of the last merge.</summary>
    public Task MergedAsync()
    {
        lock (_writing)
        {
            StartMerge();
            return _merging;
        }
    }

    private static void ThrowIfDead(PdqSnapshot now, Posting posting)
    {
        if (now.Dead.Contains(posting))
        {
            throw new ArgumentException(
                "An entry of these numbers was removed and is not merged away yet: number the new one on.",
                nameof(posting)
            );
        }
    }

    private void StartMerge()
    {
        if (_merging.IsCompleted && MergePlan.Of(_current) is not null)
        {
            _merging = Task.Run(Merge);
        }
    }

    private void Merge()
    {
        while (true)
        {
            var now = _current;
            if (MergePlan.Of(now) is not { } plan)
            {
                return;
            }
            var dropped = new List<Posting>();
            var merged = Build(now, plan, dropped);
            lock (_writing)
            {
                // Meanwhile segments and deltas were only added behind, and entries removed.
                var then = _current;
                PdqSegment[] segments =
                [
                    .. then.Segments.AsSpan(0, plan.First),
                    .. merged is null ? [] : new[] { merged },
                    .. then.Segments.AsSpan(plan.First + plan.Segments),
                ];
                var full = then.Full[plan.Deltas..];
                var dead = then.Dead.Except(dropped);
                _current = new PdqSnapshot(segments, full, then.Open, then.OpenCount, dead);
            }
        }
    }

    /// <summary>One segment of those and the deltas, without what was removed; null when nothing is left.</summary>
    private static PdqSegment? Build(PdqSnapshot now, MergePlan plan, List<Posting> dropped)
    {
        using var rows = new RowList(plan.Postings);
        var isKept = now.Keeping(dropped);
        foreach (var segment in now.Segments.AsSpan(plan.First, plan.Segments))
        {
            segment.CopyTo(rows, isKept);
        }
        foreach (var delta in now.Full.AsSpan(0, plan.Deltas))
        {
            delta.CopyTo(rows, SearchLimits.DeltaRows, isKept);
        }
        return rows.Count == 0 ? null : PdqSegment.Build(rows);
    }
}
