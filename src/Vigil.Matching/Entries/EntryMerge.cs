namespace Vigil.Matching.Entries;

/// <summary>
/// Makes one segment of some neighbouring ones, without what is gone: in three steps, of which only the second takes
/// long, so that changes go on beside it.
/// </summary>
public sealed class EntryMerge
{
    /// <summary>A segment is merged with all that is newer once that is an eighth of it: few to search.</summary>
    private const int FanIn = 8;

    /// <summary>A segment is made anew when this part of it is gone.</summary>
    private const int GonePart = 4;

    /// <summary>
    /// A merge makes no segment larger than this, or than an eighth of all: it needs the memory of what it makes once
    /// more, and the old one goes only when the last search of it ends.
    /// </summary>
    private const int LargestMade = 1 << 22;

    private readonly SegmentView[] _views;
    private readonly Func<Guid, bool> _isKept;
    private EntrySegment? _made;

    private EntryMerge(SegmentView[] views, Func<Guid, bool> isKept) => (_views, _isKept) = (views, isKept);

    /// <summary>What is to be merged; null: nothing.</summary>
    /// <param name="now">The present state.</param>
    /// <param name="isKept">False of a list whose entries are not needed any more.</param>
    public static EntryMerge? Of(EntrySnapshot now, Func<Guid, bool> isKept)
    {
        ArgumentNullException.ThrowIfNull(now);
        ArgumentNullException.ThrowIfNull(isKept);
        var most = Math.Clamp(now.Count / FanIn, LargestMade, EntrySegment.MaxEntries);
        var (after, end, best) = (0L, now.Views.Length, (First: 0, End: 0));
        for (var i = now.Views.Length - 1; i >= 0; i--)
        {
            var gone = GoneOf(now.Views[i], isKept);
            if (gone > now.Views[i].Segment.Count / GonePart)
            {
                return new EntryMerge([now.Views[i]], isKept);
            }
            var own = now.Views[i].Segment.Count - gone;
            if (own + after > most)
            {
                if (best.End > 0)
                {
                    break;
                }
                (after, end) = (0, i + 1);
            }
            if (after > 0 && own < FanIn * after)
            {
                best = (i, end);
            }
            after += own;
        }
        return best.End > 0 ? new EntryMerge(now.Views[best.First..best.End], isKept) : null;
    }

    /// <summary>Sorts: some three seconds for a million entries.</summary>
    public void Build()
    {
        var building = new EntryBuilder();
        foreach (var view in _views)
        {
            building.Add(view.Segment, view.Dead, _isKept);
        }
        _made = building.Finish();
    }

    /// <summary>The next state: the same entries, in fewer segments.</summary>
    /// <param name="now">Follows the one that this is of by changes only, no other merge; or has none of it.</param>
    /// <param name="lists">As in <see cref="EntrySnapshot.With(Func{Guid, Lists.ListInfo?})"/>.</param>
    public EntrySnapshot Apply(EntrySnapshot now, Func<Guid, Lists.ListInfo?> lists)
    {
        ArgumentNullException.ThrowIfNull(now);
        ArgumentNullException.ThrowIfNull(lists);
        var first = Array.FindIndex(now.Views, view => ReferenceEquals(view.Segment, _views[0].Segment));
        if (first < 0)
        {
            // It was let go of meanwhile.
            return now;
        }
        var behind = first + _views.Length;
        if (_made is not { } made)
        {
            return new EntrySnapshot([.. now.Views[..first], .. now.Views[behind..]]);
        }
        // What went meanwhile went from the old segments.
        var gone = new List<int>();
        for (var i = 0; i < _views.Length; i++)
        {
            var (segment, dead) = (_views[i].Segment, now.Views[first + i].Dead);
            if (!ReferenceEquals(dead, _views[i].Dead))
            {
                gone.AddRange(
                    dead.All()
                        .Where(entry => !_views[i].Dead.Contains(entry))
                        .Select(entry => made.Find(segment.Lists[segment.PartOf(entry)], segment.IdOf(entry)))
                        .Where(entry => entry >= 0)
                );
            }
        }
        var together = new SegmentView(made, DeadEntries.None.With(gone), EntrySnapshot.InfosOf(made, lists));
        return new EntrySnapshot([.. now.Views[..first], together, .. now.Views[behind..]]);
    }

    private static int GoneOf(SegmentView view, Func<Guid, bool> isKept)
    {
        var gone = view.Dead.Count;
        for (var part = 0; part < view.Segment.Lists.Length; part++)
        {
            gone += isKept(view.Segment.Lists[part]) ? 0 : view.Segment.CountOf(part);
        }
        return Math.Min(gone, view.Segment.Count);
    }
}
