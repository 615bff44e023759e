using Vigil.Hashing;

namespace Vigil.Media.Renditions;

/// <summary>
/// Frames at even distances, of a video whose length nobody knows yet: when too many are held, the distance
/// between them is doubled and those in between are dropped. Memory is bounded by twice the most frames.
/// </summary>
/// <param name="interval">Seconds from one to the next; a long video's are thinned out as they come.</param>
/// <param name="most">Frames that are wanted at most.</param>
internal sealed class SheetFrames(double interval, int most)
{
    private const double Tolerance = 0.001;
    private readonly List<(double Seconds, byte[] Rgb)> _held = [];
    private double _interval = interval;

    /// <summary>Close enough for a clip of seconds.</summary>
    public static SheetFrames ForSheet() => new(0.2, ContactSheet.MaxFrames);

    public static SheetFrames ForStrip() => new(FrameStrip.IntervalSeconds, FrameStrip.MaxFrames);

    public FrameSampling Sampling { get; } = new() { IntervalSeconds = interval };

    public void Take(PixelView picture, int frame, double seconds)
    {
        if (_held.Count > 0 && seconds < _held[^1].Seconds + _interval - Tolerance)
        {
            return;
        }
        _held.Add((seconds, picture.Pixels.ToArray()));
        while (_held.Count > 2 * most)
        {
            _interval *= 2;
            Thin();
        }
    }

    /// <summary>At most as many as are wanted, from the first to the last, evenly.</summary>
    public (IReadOnlyList<double> Seconds, byte[] Pixels) Spread()
    {
        var count = Math.Min(_held.Count, most);
        var chosen = Enumerable
            .Range(0, count)
            .Select(at => _held[count == 1 ? 0 : at * (_held.Count - 1) / (count - 1)])
            .ToList();
        return ([.. chosen.Select(frame => frame.Seconds)], [.. chosen.SelectMany(frame => frame.Rgb)]);
    }

    private void Thin()
    {
        var last = double.NegativeInfinity;
        _held.RemoveAll(frame =>
        {
            var isBetween = frame.Seconds < last + _interval - Tolerance;
            last = isBetween ? last : frame.Seconds;
            return isBetween;
        });
    }
}
