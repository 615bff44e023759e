namespace Vigil.Hashing.Pdq;

/// <summary>
/// Working memory that grows to what was asked for most and never moves, so that its address stays good.
/// </summary>
internal sealed unsafe class PinnedFloats
{
    private float[] _floats = [];

    /// <summary>
    /// At least <paramref name="count"/> floats of any value; the earlier address is void when it had to
    /// grow.
    /// </summary>
    public float* AtLeast(int count)
    {
        if (_floats.Length < count)
        {
            _floats = GC.AllocateUninitializedArray<float>(count, pinned: true);
        }
        // SAFETY: a pinned array is never moved, and this object keeps it alive as long as its owner lives.
        fixed (float* start = _floats)
        {
            return start;
        }
    }

    /// <summary>The same, with the first <paramref name="count"/> floats zero.</summary>
    public float* Zeroed(int count)
    {
        var start = AtLeast(count);
        new Span<float>(start, count).Clear();
        return start;
    }
}
