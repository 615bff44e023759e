using Vigil.Hashing;
using Vigil.Media.Transforms;

namespace Vigil.Cli.Benchmarks.Robustness;

/// <summary>One transformed picture as an upload: how near its own entry is, and the nearest other one.</summary>
/// <param name="Own">Bits, by way; above 256 where no hash of the upload is clear enough to be looked up.</param>
/// <param name="Other">Bits to the nearest unrelated entry of its half, by way.</param>
internal sealed record UploadDistances(SourcePicture Picture, int Transform, int[] Own, int[] Other);

/// <summary>An upload near an entry of another picture, for a person to look at.</summary>
/// <param name="Plain">Bits of the whole as it is.</param>
/// <param name="All">Of the nearest of all its hashes.</param>
internal readonly record struct FalseMatch(string Upload, int Transform, string Entry, int Plain, int All);

/// <summary>Pairs of one category's uploads with another's entries.</summary>
internal sealed record CrossCell(Histogram Plain, Histogram All);

/// <summary>Every upload against every entry of its own half, in every way.</summary>
internal sealed class Distances
{
    /// <summary>What stands for "not looked up": farther than any radius.</summary>
    public const int Never = PdqHash.Bits + 1;

    private readonly Histogram[,] _unrelated;

    private Distances()
    {
        _unrelated = new Histogram[2, QueryWay.All.Count];
        for (var half = 0; half < 2; half++)
        {
            for (var way = 0; way < QueryWay.All.Count; way++)
            {
                _unrelated[half, way] = new Histogram();
            }
        }
    }

    public List<UploadDistances> Uploads { get; } = [];

    /// <summary>Within the widest radius, by any way; the nearest entry of each upload.</summary>
    public List<FalseMatch> FalseMatches { get; } = [];

    public SortedDictionary<(string Upload, string Entry), CrossCell> Categories { get; } = [];

    /// <summary>Hashes of an upload that are looked up, by half and way, on average.</summary>
    public double[,] Hashes { get; } = new double[2, QueryWay.All.Count];

    /// <summary>Distances of uploads to entries of other pictures.</summary>
    public Histogram Unrelated(int half, int way) => _unrelated[half, way];

    public static Distances Of(
        IReadOnlyList<SourcePicture> pictures,
        int jobs,
        CancellationToken cancellation
    )
    {
        var all = new Distances();
        var sources = pictures.Where(picture => !picture.IsNegative).ToList();
        var parts = new Partial[sources.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellation };
        Parallel.For(0, sources.Count, options, i => parts[i] = new Partial(sources[i], pictures));
        foreach (var part in parts)
        {
            all.Take(part);
        }
        all.Average();
        return all;
    }

    private void Take(Partial part)
    {
        Uploads.AddRange(part.Uploads);
        FalseMatches.AddRange(part.FalseMatches);
        var half = part.Picture.Half;
        for (var way = 0; way < QueryWay.All.Count; way++)
        {
            _unrelated[half, way].Add(part.Unrelated[way]);
            Hashes[half, way] += part.Hashes[way];
        }
        foreach (var (category, cell) in part.Categories)
        {
            var key = (part.Picture.Category, category);
            if (!Categories.TryGetValue(key, out var sum))
            {
                Categories[key] = sum = new CrossCell(new Histogram(), new Histogram());
            }
            sum.Plain.Add(cell.Plain);
            sum.All.Add(cell.All);
        }
    }

    private void Average()
    {
        for (var half = 0; half < 2; half++)
        {
            var uploads = Math.Max(1, Uploads.Count(upload => upload.Picture.Half == half));
            for (var way = 0; way < QueryWay.All.Count; way++)
            {
                Hashes[half, way] /= uploads;
            }
        }
    }

    /// <summary>All uploads of one picture.</summary>
    private sealed class Partial
    {
        private readonly int[] _ofClass = new int[QueryWay.Classes];

        public Partial(SourcePicture picture, IReadOnlyList<SourcePicture> entries)
        {
            Picture = picture;
            foreach (var upload in picture.Uploads.GroupBy(hash => hash.Transform))
            {
                var hashes = upload.Where(hash => hash.Quality >= Quality.DefaultFloor).ToArray();
                var classes = Array.ConvertAll(hashes, hash => QueryWay.ClassOf(hash.Part, hash.Variant));
                Add(upload.Key, hashes, classes, entries);
            }
        }

        public SourcePicture Picture { get; }

        public List<UploadDistances> Uploads { get; } = [];

        public List<FalseMatch> FalseMatches { get; } = [];

        public Histogram[] Unrelated { get; } = [.. QueryWay.All.Select(_ => new Histogram())];

        public double[] Hashes { get; } = new double[QueryWay.All.Count];

        public Dictionary<string, CrossCell> Categories { get; } = [];

        private void Add(
            int transform,
            TransformHash[] hashes,
            int[] classes,
            IReadOnlyList<SourcePicture> entries
        )
        {
            var ways = QueryWay.All.Count;
            var (own, other) = (new int[ways], new int[ways]);
            Array.Fill(other, Never);
            Measure(hashes, classes, Picture.Entry.Hash, own);
            var least = new int[ways];
            var worst = new FalseMatch(Picture.Name, transform, "", Never, Never);
            foreach (var entry in entries)
            {
                if (entry.Half != Picture.Half || entry.Group == Picture.Group)
                {
                    continue;
                }
                Measure(hashes, classes, entry.Entry.Hash, least);
                for (var way = 0; way < ways; way++)
                {
                    other[way] = Math.Min(other[way], least[way]);
                    if (least[way] < Never)
                    {
                        Unrelated[way].Add(least[way]);
                    }
                }
                Count(entry.Category, least);
                if (least[^1] < worst.All)
                {
                    worst = worst with { Entry = entry.Name, Plain = least[0], All = least[^1] };
                }
            }
            if (worst.All <= Matching.Radius.Max)
            {
                FalseMatches.Add(worst);
            }
            for (var way = 0; way < ways; way++)
            {
                Hashes[way] += classes.Count(QueryWay.All[way].Takes);
            }
            Uploads.Add(new UploadDistances(Picture, transform, own, other));
        }

        private void Count(string category, int[] least)
        {
            if (!Categories.TryGetValue(category, out var cell))
            {
                Categories[category] = cell = new CrossCell(new Histogram(), new Histogram());
            }
            if (least[0] < Never)
            {
                cell.Plain.Add(least[0]);
            }
            if (least[^1] < Never)
            {
                cell.All.Add(least[^1]);
            }
        }

        /// <summary>The least distance to one entry, by way.</summary>
        private void Measure(TransformHash[] hashes, int[] classes, PdqHash entry, int[] least)
        {
            Array.Fill(_ofClass, Never);
            for (var i = 0; i < hashes.Length; i++)
            {
                ref var best = ref _ofClass[classes[i]];
                best = Math.Min(best, hashes[i].Hash.DistanceTo(entry));
            }
            for (var way = 0; way < least.Length; way++)
            {
                least[way] = QueryWay.All[way].Least(_ofClass);
            }
        }
    }
}
