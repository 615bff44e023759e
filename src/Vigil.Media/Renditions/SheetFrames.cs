using Vigil.Hashing;

namespace Vigil.Media.Renditions;

/// <summary>
/// Frames for a contact sheet, of a video whose length nobody knows yet: when too many are held, the distance
/// between them is doubled and those in between are dropped. Memory is bounded by twice the sheet's frames.
/// </summary>
internal sealed class SheetFrames
{
    /// <summary>Close enough for a clip of seconds; a long video's are thinned out as they come.</summary>
    public static readonly FrameSampling Sampling = new() { IntervalSeconds = 0.2 };

    private const double Tolerance = 0.001;
    private readonly List<(double Seconds, byte[] Rgb)> _held = [];
    private double _interval = Sampling.IntervalSeconds;

    public void Take(PixelView picture, int frame, double seconds)
    {
        if (_held.Count > 0 && seconds < _held[^1].Seconds + _interval - Tolerance)
        {
            return;
        }
        _held.Add((seconds, picture.Pixels.ToArray()));
        while (_held.Count > 2 * ContactSheet.MaxFrames)
        {
            _interval *= 2;
            Thin();
        }
    }

    /// <summary>At most <see cref="ContactSheet.MaxFrames"/>, from the first to the last, evenly.</summary>
    public (IReadOnlyList<double> Seconds, byte[] Pixels) Spread()
    {
        var count = Math.Min(_held.Count, ContactSheet.MaxFrames);
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
