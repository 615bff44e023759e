using System.Globalization;
using System.Text;
using Vigil.Cli.Output;
using Vigil.Hashing;
using Vigil.Media.Transforms;

namespace Vigil.Cli.Benchmarks.Robustness;

/// <summary>The run in words and tables: Markdown, which reads well on a terminal too. No hash value is in it.</summary>
internal sealed class RobustnessReport(RobustnessOptions options, RobustnessData data, string machine)
{
    /// <summary>What Thorn's perception prints for PDQ at 99.99 % precision over 42,394 transformed pictures.</summary>
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

    private void Line(string line) => _text.Append(line).Append('\n');

    private void Head()
    {
        var sources = data.Pictures.Where(picture => !picture.IsNegative).ToList();
        var groups = sources.Select(picture => picture.Group).Distinct().Count();
        var evaluation = options.Evaluation;
        var (halfA, halfB) = (sources.Count(p => p.Half == 0), sources.Count(p => p.Half == 1));
        Line("# Robustness of PDQ look-ups");
        Line("");
        Line($"Vigil {typeof(RobustnessReport).Assembly.GetName().Version}. {machine}");
        Line("");
        Line(
            $"{sources.Count} pictures in {groups} groups, {data.Pictures.Count - sources.Count} more on the list only, "
                + $"{data.LeftOut} files left out; {EverydayTransforms.All.Count} transforms, "
                + $"{data.Distances.Uploads.Count} uploads; halves of {halfA} and {halfB} pictures. Seed "
                + $"{evaluation.Seed}; pictures shrunk to {options.MaxSidePixels} pixels before they are transformed, "
                + $"list entries hashed at full size. {data.Took.TotalMinutes:F1} minutes, {options.Jobs} at a time."
        );
        Line("");
        Line("* An upload is found when any of its hashes is within the radius of its picture's entry.");
        Line(
            "* Radii are chosen on one half of the groups and tried on the other, both ways round, so no picture has"
        );
        Line("  a say in the radius it is measured at.");
        Line(
            $"* Equal for all ways: {PointText(OperatingPoint.FixedPrecision)}; {PointText(OperatingPoint.FixedFalseMatches)};"
        );
        Line(
            $"  {PointText(OperatingPoint.Recommended)}. At most {Matching.Radius.Max} bits, the widest radius of the product."
        );
        Line(
            "* Intervals are of 95 %. Of one transform: Clopper and Pearson. Of all: groups drawn again 2,000 times, for"
        );
        Line("  uploads of one picture are not independent.");
        Line("* Hashes of a quality below 50 are not looked up, and no list has them.");
        Line("");
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
            Line("");
            Line(
                "| queries | hashes | radii | recall % | gain over plain, points | false: uploads | false: pairs |"
            );
            Line("| --- | --- | --- | --- | --- | --- | --- |");
            foreach (var way in point)
            {
                Line(
                    $"| {way.Way.Name} | {way.HashesAnUpload:F1} | {way.Radius[0]}, {way.Radius[1]} | "
                        + $"{Percent(way.All.Share)} ({Percent(way.AllInterval)}) | "
                        + $"{Percent(way.Gain)} ({Percent(way.GainInterval)}) | "
                        + $"{Count(way.FalseUploads)} | {Count(way.FalsePairs)} |"
                );
            }
            Line("");
        }
        Line(
            $"Published for plain PDQ at 99.99 % (perception, its own pictures and transforms): {PublishedOverall} overall."
        );
        Line("");
    }

    private void Transforms()
    {
        var point = _results.Where(result => result.Point == OperatingPoint.FixedFalseMatches).ToList();
        var plain31 = _results.First(result => result.Point == OperatingPoint.Recommended);
        Line($"## By transform: {PointText(OperatingPoint.FixedFalseMatches)}");
        Line("");
        Line("Recall in %, with intervals of the first and the last; in front plain queries at radius 31.");
        Line("");
        Line(
            $"| transform | published | plain at 31 | {string.Join(" | ", point.Select(way => way.Way.Name))} |"
        );
        Line($"| --- | --- | --- | {string.Join(" | ", point.Select(_ => "---"))} |");
        for (var i = 0; i < EverydayTransforms.All.Count; i++)
        {
            var transform = EverydayTransforms.All[i];
            var cells = point.Select(
                (way, index) =>
                    index == 0 || index == point.Count - 1
                        ? $"{Percent(way.ByTransform[i].Share)} ({Percent(way.ByTransform[i].Interval)})"
                        : Percent(way.ByTransform[i].Share)
            );
            var published = transform.Published is { } name
                ? Published.TryGetValue(name, out var value)
                    ? Number(value)
                    : "99+"
                : "";
            Line(
                $"| {transform.Name} | {published} | {Percent(plain31.ByTransform[i].Share)} | {string.Join(" | ", cells)} |"
            );
        }
        Line("");
    }

    private void Families()
    {
        var point = _results.Where(result => result.Point == OperatingPoint.FixedFalseMatches).ToList();
        Line($"## By family: {PointText(OperatingPoint.FixedFalseMatches)}");
        Line("");
        Line($"| family | transforms | {string.Join(" | ", point.Select(way => way.Way.Name))} |");
        Line($"| --- | --- | {string.Join(" | ", point.Select(_ => "---"))} |");
        foreach (var family in EverydayTransforms.All.Select((t, i) => (t.Family, i)).GroupBy(x => x.Family))
        {
            var cells = point.Select(way =>
                Percent(family.Average(member => way.ByTransform[member.i].Share))
            );
            Line($"| {Advice.Kebab(family.Key)} | {family.Count()} | {string.Join(" | ", cells)} |");
        }
        Line("");
    }

    private void FalseMatches()
    {
        Line("## False matches");
        Line("");
        Line(
            "Pairs of an upload and an unrelated entry of the same half, by distance (least over the way's hashes)."
        );
        Line(
            "Degrees of freedom: how many independent bits the observed tail is worth, at the upper bound of what was"
        );
        Line(
            "seen; with them rates are told that no run can count. Beside it what was seen, with its bounds, which"
        );
        Line(
            $"take pairs for independent. Expected for a million uploads against {options.Evaluation.ListSize:N0} entries, at"
        );
        Line("radius 31 and 63, by the worse half.");
        Line("");
        Line(
            "| queries | pairs | mean, deviation | least | within 31 | within 63 | upper bound at 31, a pair | degrees | at 31 | at 63 |"
        );
        Line("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        for (var way = 0; way < QueryWay.All.Count; way++)
        {
            var pairs = new Histogram();
            pairs.Add(data.Distances.Unrelated(0, way));
            pairs.Add(data.Distances.Unrelated(1, way));
            var (a, b) = (data.Evaluation.Model(0, way), data.Evaluation.Model(1, way));
            var bound = Statistics.ClopperPearson(pairs.Within(31), pairs.Total).High;
            Line(
                $"| {QueryWay.All[way].Name} | {pairs.Total} | {pairs.Mean:F1}, {pairs.Deviation:F2} | {pairs.Least} | "
                    + $"{pairs.Within(31)} | {pairs.Within(63)} | {Small(bound)} | {a.Degrees:F1}, {b.Degrees:F1} | "
                    + $"{Small(Worse(a, b, 31))} | {Small(Worse(a, b, 63))} |"
            );
        }
        Line("");
    }

    private double Worse(FalseMatchModel a, FalseMatchModel b, int bits) =>
        Math.Max(
            a.PerMillion(bits, options.Evaluation.ListSize),
            b.PerMillion(bits, options.Evaluation.ListSize)
        );

    private void Categories()
    {
        Line("## Category against category");
        Line("");
        Line(
            "| uploads | entries | pairs | least, plain | within 63, plain | least, all | within 31, all | within 63, all |"
        );
        Line("| --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var ((upload, entry), cell) in data.Distances.Categories)
        {
            Line(
                $"| {Cell(upload)} | {Cell(entry)} | {cell.Plain.Total} | {cell.Plain.Least} | {cell.Plain.Within(63)} | "
                    + $"{cell.All.Least} | {cell.All.Within(31)} | {cell.All.Within(63)} |"
            );
        }
        Line("");
    }

    private void Nearest()
    {
        const int shown = 40;
        var pairs = data
            .Distances.FalseMatches.GroupBy(match => (match.Upload, match.Entry))
            .Select(group => (Nearest: group.MinBy(match => match.All), Uploads: group.Count()))
            .OrderBy(pair => pair.Nearest.All)
            .ToList();
        Line("## Nearest unrelated entries");
        Line("");
        Line(
            $"{data.Distances.FalseMatches.Count} uploads of {pairs.Count} pairs of pictures were within "
                + $"{Matching.Radius.Max} bits of an unrelated entry by any way; the nearest {Math.Min(shown, pairs.Count)}:"
        );
        Line("");
        Line("| upload | entry | uploads | nearest | by transform | the whole as it is |");
        Line("| --- | --- | --- | --- | --- | --- |");
        foreach (var (match, uploads) in pairs.Take(shown))
        {
            var plain = match.Plain > PdqHash.Bits ? "not looked up" : $"{match.Plain}";
            Line(
                $"| {Cell(match.Upload)} | {Cell(match.Entry)} | {uploads} | {match.All} | "
                    + $"{EverydayTransforms.All[match.Transform].Name} | {plain} |"
            );
        }
        Line("");
    }

    private void Near()
    {
        Line("## Pictures taken for one");
        Line("");
        Line(
            $"Originals within {Halves.SameBits} bits of each other, and pictures of one folder below a category, are one group."
        );
        Line($"{data.NearPairs.Count} pairs were near; they are to be looked at by a person:");
        Line("");
        foreach (var pair in data.NearPairs)
        {
            Line($"* {Cell(pair.A)}, {Cell(pair.B)}: {pair.Bits}");
        }
    }

    private static string Cell(string text) => Printable.Of(text).Replace("|", "\\|");

    private static string Number(double value) => value.ToString("F1", CultureInfo.InvariantCulture);

    private static string Percent(double share) => Number(100 * share);

    private static string Percent(Interval interval) =>
        $"{Percent(interval.Low)} to {Percent(interval.High)}";

    private static string Small(double value) => value.ToString("0.##E+0", CultureInfo.InvariantCulture);

    private static string Count(Recall recall) => $"{recall.Found} of {recall.Tried}";
}
