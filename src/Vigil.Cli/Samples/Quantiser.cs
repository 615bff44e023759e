namespace Vigil.Cli.Samples;

/// <summary>A picture in few colours: median cut (Heckbert 1982), without dithering.</summary>
internal static class Quantiser
{
    /// <summary>Boxes are cut in a histogram of 5 bits a channel, not among the pixels themselves.</summary>
    private const int BitsKept = 5;

    public static (Colour[] Palette, byte[] Indexes) Reduce(Picture picture, int colours)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(colours, 256);
        var counts = new Dictionary<Colour, int>();
        for (var at = 0; at < picture.Rgb.Length; at += 3)
        {
            var cell = CellOf(new Colour(picture.Rgb[at], picture.Rgb[at + 1], picture.Rgb[at + 2]));
            counts[cell] = counts.GetValueOrDefault(cell) + 1;
        }
        var boxes = new List<(Colour Colour, int Count)[]> { counts.Select(c => (c.Key, c.Value)).ToArray() };
        while (boxes.Count < colours && boxes.MaxBy(Spread) is { Length: > 1 } widest)
        {
            boxes.Remove(widest);
            var (low, high) = Cut(widest);
            boxes.Add(low);
            boxes.Add(high);
        }
        var indexOf = new Dictionary<Colour, byte>();
        for (var i = 0; i < boxes.Count; i++)
        {
            foreach (var (colour, _) in boxes[i])
            {
                indexOf[colour] = (byte)i;
            }
        }
        var indexes = new byte[picture.Width * picture.Height];
        for (var i = 0; i < indexes.Length; i++)
        {
            indexes[i] = indexOf[
                CellOf(new Colour(picture.Rgb[3 * i], picture.Rgb[3 * i + 1], picture.Rgb[3 * i + 2]))
            ];
        }
        return ([.. boxes.Select(Mean)], indexes);
    }

    private static Colour CellOf(Colour colour)
    {
        const int drop = 8 - BitsKept;
        static byte Centre(byte value) => (byte)(value >> drop << drop | 1 << (drop - 1));
        return new Colour(Centre(colour.R), Centre(colour.G), Centre(colour.B));
    }

    private static ((Colour, int)[] Low, (Colour, int)[] High) Cut((Colour Colour, int Count)[] box)
    {
        var channel = Channels.MaxBy(c => Range(box, c))!;
        var sorted = box.OrderBy(e => channel(e.Colour)).ToArray();
        var half = sorted.Sum(e => (long)e.Count) / 2;
        var at = 1;
        for (long sum = sorted[0].Count; at < sorted.Length - 1 && sum < half; at++)
        {
            sum += sorted[at].Count;
        }
        return (sorted[..at], sorted[at..]);
    }

    private static readonly Func<Colour, byte>[] Channels = [c => c.R, c => c.G, c => c.B];

    private static double Spread((Colour Colour, int Count)[] box) =>
        box.Length < 2 ? 0 : Channels.Max(c => Range(box, c)) * Math.Sqrt(box.Sum(e => (double)e.Count));

    private static int Range((Colour Colour, int Count)[] box, Func<Colour, byte> channel) =>
        box.Max(e => channel(e.Colour)) - box.Min(e => channel(e.Colour));

    private static Colour Mean((Colour Colour, int Count)[] box)
    {
        double total = box.Sum(e => (double)e.Count);
        double Of(Func<Colour, byte> channel) => box.Sum(e => channel(e.Colour) * (double)e.Count) / total;
        return Colour.Clamp(Of(Channels[0]), Of(Channels[1]), Of(Channels[2]));
    }
}
