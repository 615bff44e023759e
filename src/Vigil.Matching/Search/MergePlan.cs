namespace Vigil.Matching.Search;

/// <summary>What the next merge makes one segment of: some neighbouring segments, and the oldest full deltas.</summary>
/// <param name="First">Index of the first segment.</param>
/// <param name="Segments">How many segments from there on.</param>
/// <param name="Deltas">How many full deltas, the oldest first.</param>
/// <param name="Postings">How many entries these hold.</param>
internal sealed record MergePlan(int First, int Segments, int Deltas, long Postings)
{
    /// <summary>Null: nothing is to be merged.</summary>
    public static MergePlan? Of(PdqSnapshot now)
    {
        if (now.Dead.Count > Math.Max(SearchLimits.MaxDead, now.Stored / 4) && Purge(now) is { } purge)
        {
            return purge;
        }
        // From the first segment that is no longer much larger than all that is newer, if both fit in one.
        var after = now.Full.Length * (long)SearchLimits.DeltaRows;
        var plan = after > 0 ? new MergePlan(now.Segments.Length, 0, now.Full.Length, after) : null;
        for (var i = now.Segments.Length - 1; i >= 0; i--)
        {
            var own = now.Segments[i].Shape.Postings;
            if (after > 0 && own < SearchLimits.FanIn * after && own + after <= SearchLimits.MaxSegmentRows)
            {
                plan = new MergePlan(i, now.Segments.Length - i, now.Full.Length, own + after);
            }
            after += own;
        }
        return plan;
    }

    /// <summary>Everything, so that removed entries go; null where that is more than one segment holds.</summary>
    private static MergePlan? Purge(PdqSnapshot now)
    {
        var all = now.Stored - now.OpenCount;
        return all is > 0 and <= SearchLimits.MaxSegmentRows
            ? new MergePlan(0, now.Segments.Length, now.Full.Length, all)
            : null;
    }
}
