using System.Globalization;
using System.Text;
using Vigil.Cli.Output;
using Vigil.Hashing;
using Vigil.Media.Transforms;

namespace Vigil.Cli.Benchmarks.Robustness;

/// <summary>
/// The run in words and tables: Markdown, which reads well on a terminal too. No hash value is in it.
/// </summary>
internal sealed class RobustnessReport(RobustnessOptions options, RobustnessData data, string machine)
{
    /// <summary>Pairs of pictures that are named of those nearest to each other.</summary>
    private const int ShownPairs = 40;

    /// <summary>
    /// PDQ at 99.99 % precision over 42,394 transformed pictures, in %, from the documentation of Thorn's perception
    /// (thorn-oss/perception, docs/examples/benchmarking). What is not here is 99 or more.
    /// </summary>
    private static readonly Dictionary<string, double> Published = new(StringComparer.Ordinal)
    {
        ["crop0.05"] = 9.0,
        ["pad0.2"] = 1.3,
        ["rotate4"] = 54.5,
    };

    private const double PublishedOverall = 77.2;

    private readonly StringBuilder _text = new();
    private readonly IReadOnlyList<WayResult> _results = data.Evaluation.Results;

    public string Write()
    {
        Head();
        Overall();
        Transforms();
        Families();
        FalseMatches();
        Categories();
        Nearest();
        Near();
        return _text.ToString();
    }

    private void Head()
    {
        var sources = data.Pictures.Where(picture => !picture.IsNegative).ToList();
        var groups = sources.Select(picture => picture.Group).Distinct().Count();
        var evaluation = options.Evaluation;
        Line("# Robustness of PDQ look-ups");
        Line();
        Line($"Vigil {typeof(RobustnessReport).Assembly.GetName().Version}. {machine}");
        Line();
        Line(
            $"{sources.Count} pictures in {groups} groups, {data.Pictures.Count - sources.Count} more on the list only",
            $", {data.LeftOut} files left out; {EverydayTransforms.All.Count} transforms, ",
            $"{data.Distances.Uploads.Count} uploads; halves of {sources.Count(p => p.Half == 0)} and ",
            $"{sources.Count(p => p.Half == 1)} pictures. Seed {evaluation.Seed}; pictures shrunk to ",
            $"{options.MaxSidePixels} pixels before they are transformed, list entries hashed at full size. ",
            $"{data.Took.TotalMinutes:F1} minutes, {options.Jobs} at a time."
        );
        Line();
        Line("* An upload is found when any of its hashes is within the radius of its picture's entry.");
        Line("* Radii are chosen on one half of the groups and tried on the other, both ways round, so no");
        Line("  picture has a say in the radius it is measured at.");
        Line($"* Equal for all ways: {PointText(OperatingPoint.FixedPrecision)};");
        Line($"  {PointText(OperatingPoint.FixedFalseMatches)}; {PointText(OperatingPoint.Recommended)}.");
        Line($"  Vigil searches up to {Matching.Radius.Max} bits; the published way alone goes beyond.");
        Line(
            "* Intervals are of 95 %. Of one transform: Clopper and Pearson. Of all: groups drawn again 2,000"
        );
        Line("  times, for uploads of one picture are not independent.");
        Line("* Hashes of a quality below 50 are not looked up, and no list has them.");
        Line();
    }

    private string PointText(OperatingPoint point) =>
        point switch
        {
            OperatingPoint.Recommended => "radius 31, as PDQ's owners recommend",
            OperatingPoint.FixedPrecision =>
                $"{options.Evaluation.Precision * 100:0.##} % of matches right, as published",
            _ => $"{options.Evaluation.PerMillion:0.###} false matches in a million uploads, list of "
                + $"{options.Evaluation.ListSize:N0}",
        };

    private void Overall()
    {
        foreach (var point in _results.GroupBy(result => result.Point))
        {
            Line($"## Recall: {PointText(point.Key)}");
            Line();
            Header(
                "queries",
                "hashes",
                "radii",
                "recall %",
                "gain over plain",
                "false: uploads",
                "false: pairs"
            );
            foreach (var way in point)
            {
                Row(
                    way.Way.Name,
                    $"{way.HashesAnUpload:F1}",
                    $"{way.Radius[0]}, {way.Radius[1]}",
                    $"{Percent(way.All.Share)} ({Percent(way.AllInterval)})",
                    $"{Percent(way.Gain)} ({Percent(way.GainInterval)})",
                    Count(way.FalseUploads),
                    Count(way.FalsePairs)
                );
            }
            Line();
        }
        Line(
            $"Published for plain PDQ at 99.99 %: {PublishedOverall} overall, of other pictures and of eleven"
        );
        Line(
            "transforms; by transform each with a radius of its own, chosen on the pictures it was tried on."
        );
        Line();
    }

    private void Transforms()
    {
        var point = At(OperatingPoint.FixedFalseMatches);
        var plain31 = At(OperatingPoint.Recommended)[0];
        var plainPublished = At(OperatingPoint.FixedPrecision)[0];
        Line($"## By transform: {PointText(OperatingPoint.FixedFalseMatches)}");
        Line();
        Line(
            "Recall in %, with intervals of plain queries and of all. In front: what is published, plain queries"
        );
        Line("in the published way here, and plain queries at radius 31.");
        Line();
        Header(["transform", "published", "so here", "plain at 31", .. point.Select(way => way.Way.Name)]);
        for (var i = 0; i < EverydayTransforms.All.Count; i++)
        {
            var transform = EverydayTransforms.All[i];
            var cells = point.Select(
                (way, index) =>
                    index == 0 || index == point.Count - 1
                        ? $"{Percent(way.ByTransform[i].Share)} ({Percent(way.ByTransform[i].Interval)})"
                        : Percent(way.ByTransform[i].Share)
            );
            Row([
                transform.Name,
                PublishedText(transform.Published),
                Percent(plainPublished.ByTransform[i].Share),
                Percent(plain31.ByTransform[i].Share),
                .. cells,
            ]);
        }
        Line();
    }

    private static string PublishedText(string? name) =>
        name is null ? ""
        : Published.TryGetValue(name, out var percent) ? Number(percent)
        : "99+";

    private void Families()
    {
        var point = At(OperatingPoint.FixedFalseMatches);
        Line($"## By family: {PointText(OperatingPoint.FixedFalseMatches)}");
        Line();
        Header(["family", "transforms", .. point.Select(way => way.Way.Name)]);
        foreach (var family in EverydayTransforms.All.Select((t, i) => (t.Family, i)).GroupBy(x => x.Family))
        {
            var cells = point.Select(way => Percent(family.Average(t => way.ByTransform[t.i].Share)));
            Row([Advice.Kebab(family.Key), $"{family.Count()}", .. cells]);
        }
        Line();
    }

    private void FalseMatches()
    {
        Line("## False matches");
        Line();
        Line(
            "Pairs of an upload and an unrelated entry of the same half, by distance (least over the way's hashes)."
        );
        Line(
            "Degrees of freedom: how many independent bits the observed tail is worth, at the upper bound of what"
        );
        Line(
            "was seen; with them rates are told that no run can count. Beside it what was seen, with its bound,"
        );
        Line("which takes pairs for independent. Expected for a million uploads against");
        Line($"{options.Evaluation.ListSize:N0} entries, at radius 31 and 63, by the worse half.");
        Line();
        Header(
            ["queries", "pairs", "mean, deviation", "least", "within 31", "within 63"],
            ["upper bound at 31, a pair", "degrees", "expected at 31", "at 63"]
        );
        for (var way = 0; way < QueryWay.All.Count; way++)
        {
            var pairs = new Histogram();
            pairs.Add(data.Distances.Unrelated(0, way));
            pairs.Add(data.Distances.Unrelated(1, way));
            var (a, b) = (data.Evaluation.Model(0, way), data.Evaluation.Model(1, way));
            Row(
                QueryWay.All[way].Name,
                $"{pairs.Total}",
                $"{pairs.Mean:F1}, {pairs.Deviation:F2}",
                $"{pairs.Least}",
                $"{pairs.Within(31)}",
                $"{pairs.Within(63)}",
                Small(Statistics.ClopperPearson(pairs.Within(31), pairs.Total).High),
                $"{a.Degrees:F1}, {b.Degrees:F1}",
                Small(Worse(a, b, 31)),
                Small(Worse(a, b, 63))
            );
        }
        Line();
    }

    private double Worse(FalseMatchModel a, FalseMatchModel b, int bits) =>
        Math.Max(
            a.PerMillion(bits, options.Evaluation.ListSize),
            b.PerMillion(bits, options.Evaluation.ListSize)
        );

    private void Categories()
    {
        Line("## Category against category");
        Line();
        Header(
            ["uploads", "entries", "pairs", "least, plain", "within 63, plain"],
            ["least, all", "within 31, all", "within 63, all"]
        );
        foreach (var ((upload, entry), cell) in data.Distances.Categories)
        {
            Row(
                upload,
                entry,
                $"{cell.Plain.Total}",
                $"{cell.Plain.Least}",
                $"{cell.Plain.Within(63)}",
                $"{cell.All.Least}",
                $"{cell.All.Within(31)}",
                $"{cell.All.Within(63)}"
            );
        }
        Line();
    }

    private void Nearest()
    {
        var pairs = data
            .Distances.FalseMatches.GroupBy(match => (match.Upload, match.Entry))
            .Select(group => (Nearest: group.MinBy(match => match.All), Uploads: group.Count()))
            .OrderBy(pair => pair.Nearest.All)
            .ToList();
        Line("## Nearest unrelated entries");
        Line();
        Line(
            $"{data.Distances.FalseMatches.Count} uploads of {pairs.Count} pairs of pictures were within ",
            $"{Matching.Radius.Max} bits of an unrelated entry by any way; the nearest of them:"
        );
        Line();
        Header("upload", "entry", "uploads", "nearest", "by transform", "the whole as it is");
        foreach (var (match, uploads) in pairs.Take(ShownPairs))
        {
            Row(
                match.Upload,
                match.Entry,
                $"{uploads}",
                $"{match.All}",
                EverydayTransforms.All[match.Transform].Name,
                match.Plain > PdqHash.Bits ? "not looked up" : $"{match.Plain}"
            );
        }
        Line();
    }

    private void Near()
    {
        Line("## Pictures taken for one");
        Line();
        Line(
            $"Originals within {Halves.SameBits} bits of each other, and pictures of a folder below a category, are"
        );
        Line($"one group. {data.NearPairs.Count} pairs were near; they are to be looked at by a person:");
        Line();
        foreach (var pair in data.NearPairs)
        {
            Line($"* {Cell(pair.A)}, {Cell(pair.B)}: {pair.Bits}");
        }
    }

    private List<WayResult> At(OperatingPoint point) => [.. _results.Where(result => result.Point == point)];

    private void Line(params ReadOnlySpan<string> pieces)
    {
        foreach (var piece in pieces)
        {
            _text.Append(piece);
        }
        _text.Append('\n');
    }

    private void Header(string[] cells, string[] more) => Header([.. cells, .. more]);

    private void Header(params string[] cells)
    {
        Row(cells);
        Row(Array.ConvertAll(cells, _ => "---"));
    }

    private void Row(params string[] cells) => Line($"| {string.Join(" | ", cells.Select(Cell))} |");

    private static string Cell(string text) => Printable.Of(text).Replace("|", "\\|");

    private static string Number(double value) => value.ToString("F1", CultureInfo.InvariantCulture);

    private static string Percent(double share) => Number(100 * share);

    private static string Percent(Interval interval) =>
        $"{Percent(interval.Low)} to {Percent(interval.High)}";

    private static string Small(double value) => value.ToString("0.##E+0", CultureInfo.InvariantCulture);

    private static string Count(Recall recall) => $"{recall.Found} of {recall.Tried}";
}
