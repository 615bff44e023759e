using Vigil.Hashing;

namespace Vigil.Cli.Benchmarks.Robustness;

/// <summary>How the radius of a way is chosen, on one half of the pictures.</summary>
internal enum OperatingPoint
{
    /// <summary>31 bits, as PDQ's owners recommend, whatever the way.</summary>
    Recommended,

    /// <summary>
    /// As published: the widest radius at which 99.99 % of all matches are right, also beyond what is searched.
    /// </summary>
    FixedPrecision,

    /// <summary>The widest radius with so many false matches per million uploads against a list of one size.</summary>
    FixedFalseMatches,
}

/// <summary>What counts as equal for all ways.</summary>
internal sealed record EvaluationOptions
{
    public double Precision { get; init; } = 0.9999;
    public double PerMillion { get; init; } = 1;
    public long ListSize { get; init; } = 1_000_000;
    public int Seed { get; init; } = 1;
}

/// <summary>Uploads found of those tried.</summary>
internal readonly record struct Recall(long Found, long Tried)
{
    public double Share => Tried == 0 ? 0 : (double)Found / Tried;

    public Interval Interval => Statistics.ClopperPearson(Found, Tried);
}

/// <summary>One way at one operating point: each half's radius was chosen on the other half.</summary>
/// <param name="Radius">By the half it is used on; -1: no radius was narrow enough.</param>
/// <param name="All">Recall, with the interval that resampling whole groups gives.</param>
/// <param name="Gain">Recall above that of plain queries at the same operating point, and its interval.</param>
/// <param name="FalsePairs">Upload and unrelated entry within the radius, of all such pairs tried.</param>
/// <param name="FalseUploads">Uploads with any such entry.</param>
internal sealed record WayResult(
    QueryWay Way,
    OperatingPoint Point,
    int[] Radius,
    Recall All,
    Interval AllInterval,
    double Gain,
    Interval GainInterval,
    Recall[] ByTransform,
    Recall FalsePairs,
    Recall FalseUploads,
    double HashesAnUpload
);

/// <summary>Recall and false matches at one radius, for the curves.</summary>
internal readonly record struct CurvePoint(int Bits, double PerMillion, double Recall);

/// <summary>Radii chosen on one half and tried on the other, both ways round.</summary>
internal sealed class Evaluation
{
    private const int Resamplings = 2000;

    private readonly Distances _distances;
    private readonly EvaluationOptions _options;
    private readonly FalseMatchModel[,] _models = new FalseMatchModel[2, QueryWay.All.Count];

    public Evaluation(Distances distances, EvaluationOptions options)
    {
        (_distances, _options) = (distances, options);
        for (var half = 0; half < 2; half++)
        {
            for (var way = 0; way < QueryWay.All.Count; way++)
            {
                _models[half, way] = FalseMatchModel.Fit(
                    distances.Unrelated(half, way),
                    distances.Hashes[half, way]
                );
            }
        }
        Results =
        [
            .. from point in Enum.GetValues<OperatingPoint>()
            from way in Enumerable.Range(0, QueryWay.All.Count)
            select Try(point, way),
        ];
    }

    /// <summary>By operating point, then in the order of <see cref="QueryWay.All"/>.</summary>
    public IReadOnlyList<WayResult> Results { get; }

    public FalseMatchModel Model(int half, int way) => _models[half, way];

    /// <summary>
    /// The radius that one half asks for. It sees nothing of the other half: pictures, entries, distances.
    /// </summary>
    public int Choose(OperatingPoint point, int way, int half) =>
        point switch
        {
            OperatingPoint.Recommended => Matching.Radius.Default.Bits,
            OperatingPoint.FixedPrecision => WidestPrecise(way, half),
            _ => _models[half, way].WidestBits(_options.PerMillion, _options.ListSize, Matching.Radius.Max),
        };

    public IEnumerable<CurvePoint> Curve(int way)
    {
        for (var bits = 0; bits <= Matching.Radius.Max; bits++)
        {
            var found = _distances.Uploads.Count(upload => upload.Own[way] <= bits);
            yield return new CurvePoint(
                bits,
                Math.Max(
                    _models[0, way].PerMillion(bits, _options.ListSize),
                    _models[1, way].PerMillion(bits, _options.ListSize)
                ),
                (double)found / _distances.Uploads.Count
            );
        }
    }

    private int WidestPrecise(int way, int half)
    {
        var uploads = _distances.Uploads.Where(upload => upload.Picture.Half == half).ToList();
        var widest = -1;
        for (var bits = 0; bits < PdqHash.Bits / 2; bits++)
        {
            var right = uploads.Count(upload => upload.Own[way] <= bits);
            var wrong = uploads.Count(upload => upload.Other[way] <= bits);
            if (right >= _options.Precision * (right + wrong))
            {
                widest = bits;
            }
        }
        return widest;
    }

    private WayResult Try(OperatingPoint point, int way)
    {
        int[] radius = [Choose(point, way, half: 1), Choose(point, way, half: 0)];
        int[] plainRadius = [Choose(point, 0, half: 1), Choose(point, 0, half: 0)];
        var transforms = _distances.Uploads.Max(upload => upload.Transform) + 1;
        var byTransform = new Recall[transforms];
        var byGroup = new Dictionary<int, (long Tried, long Found, long Plain)>();
        long wrongUploads = 0;
        foreach (var upload in _distances.Uploads)
        {
            var half = upload.Picture.Half;
            var found = upload.Own[way] <= radius[half] ? 1 : 0;
            var plain = upload.Own[0] <= plainRadius[half] ? 1 : 0;
            var before = byTransform[upload.Transform];
            byTransform[upload.Transform] = new Recall(before.Found + found, before.Tried + 1);
            var group = byGroup.GetValueOrDefault(upload.Picture.Group);
            byGroup[upload.Picture.Group] = (group.Tried + 1, group.Found + found, group.Plain + plain);
            wrongUploads += upload.Other[way] <= radius[half] ? 1 : 0;
        }
        var all = new Recall(byGroup.Values.Sum(g => g.Found), byGroup.Values.Sum(g => g.Tried));
        var plainAll = byGroup.Values.Sum(g => g.Plain);
        var (recall, gain) = Resample([.. byGroup.OrderBy(g => g.Key).Select(g => g.Value)]);
        var wrongPairs = Enumerable.Range(0, 2).Sum(h => _distances.Unrelated(h, way).Within(radius[h]));
        var pairs = Enumerable.Range(0, 2).Sum(h => _distances.Unrelated(h, way).Total);
        return new WayResult(
            QueryWay.All[way],
            point,
            radius,
            all,
            recall,
            (double)(all.Found - plainAll) / all.Tried,
            gain,
            byTransform,
            new Recall(wrongPairs, pairs),
            new Recall(wrongUploads, all.Tried),
            (_distances.Hashes[0, way] + _distances.Hashes[1, way]) / 2
        );
    }

    /// <summary>
    /// Percentile intervals of whole groups drawn with replacement (Efron, "Bootstrap methods", 1979): uploads of one
    /// picture are not independent of each other.
    /// </summary>
    private (Interval Recall, Interval Gain) Resample((long Tried, long Found, long Plain)[] groups)
    {
        var random = new Random(_options.Seed);
        var recalls = new double[Resamplings];
        var gains = new double[Resamplings];
        for (var i = 0; i < Resamplings; i++)
        {
            var (tried, found, plain) = (0L, 0L, 0L);
            for (var j = 0; j < groups.Length; j++)
            {
                var group = groups[random.Next(groups.Length)];
                (tried, found, plain) = (tried + group.Tried, found + group.Found, plain + group.Plain);
            }
            recalls[i] = (double)found / tried;
            gains[i] = (double)(found - plain) / tried;
        }
        return (Middle(recalls), Middle(gains));
    }

    private static Interval Middle(double[] values)
    {
        Array.Sort(values);
        var cut = (int)(values.Length * (1 - Statistics.Confidence) / 2);
        return new Interval(values[cut], values[^(cut + 1)]);
    }
}
