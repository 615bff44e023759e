using System.Security;
using System.Text;
using Vigil.Media.Transforms;

namespace Vigil.Cli.Benchmarks.Robustness;

/// <summary>Two plots as SVG: recall by transform, and recall against the rate of false matches.</summary>
internal static class RobustnessPlots
{
    private const int Wide = 900;
    private const int LabelWide = 210;
    private const int Right = 30;

    /// <summary>Told apart in grey as well: Okabe and Ito's colours, "Color universal design", 2008.</summary>
    private static readonly string[] Colours =
    [
        "#000000",
        "#E69F00",
        "#56B4E9",
        "#CC79A7",
        "#009E73",
        "#D55E00",
        "#0072B2",
    ];

    /// <summary>A dot a way and transform, at equal rates of false matches.</summary>
    public static string Recall(Evaluation evaluation)
    {
        const int rowHigh = 16;
        const int top = 70;
        var ways = evaluation
            .Results.Where(result => result.Point == OperatingPoint.FixedFalseMatches)
            .ToList();
        var svg = Begin(top + rowHigh * EverydayTransforms.All.Count + 40, "Recall by transform, %");
        Legend(svg, [.. ways.Select(way => way.Way.Name)]);
        for (var percent = 0; percent <= 100; percent += 20)
        {
            var x = X(percent / 100.0);
            var bottom = top + rowHigh * EverydayTransforms.All.Count;
            Add(svg, $"<line x1='{x:F1}' y1='{top}' x2='{x:F1}' y2='{bottom}' stroke='#ddd'/>");
            Add(svg, $"<text x='{x:F1}' y='{bottom + 16}' text-anchor='middle'>{percent}</text>");
        }
        for (var i = 0; i < EverydayTransforms.All.Count; i++)
        {
            var y = top + rowHigh * i + rowHigh / 2;
            var name = SecurityElement.Escape(EverydayTransforms.All[i].Name);
            Add(svg, $"<text x='{LabelWide - 8}' y='{y + 4}' text-anchor='end'>{name}</text>");
            Add(svg, $"<line x1='{LabelWide}' y1='{y}' x2='{Wide - Right}' y2='{y}' stroke='#eee'/>");
            // The widest way first, so that the plain one lies on top.
            for (var way = ways.Count - 1; way >= 0; way--)
            {
                var x = X(ways[way].ByTransform[i].Share);
                var radius = 3.0 + 0.5 * way;
                Add(svg, $"<circle cx='{x:F1}' cy='{y}' r='{radius:F1}' fill='{Colours[way]}'/>");
            }
        }
        return End(svg);
    }

    /// <summary>Radii from 0 to 63: what each costs in false matches and what it finds.</summary>
    public static string Curve(Evaluation evaluation, EvaluationOptions options)
    {
        const int top = 70;
        const int high = 420;
        const int decades = 12;
        const int lowest = -9;
        var title = $"Recall against false matches in a million uploads, list of {options.ListSize:N0}";
        var svg = Begin(top + high + 50, title);
        Legend(svg, [.. QueryWay.All.Select(way => way.Name)]);
        for (var decade = 0; decade <= decades; decade += 3)
        {
            var x = X(decade / (double)decades);
            Add(svg, $"<line x1='{x:F1}' y1='{top}' x2='{x:F1}' y2='{top + high}' stroke='#ddd'/>");
            Add(
                svg,
                $"<text x='{x:F1}' y='{top + high + 18}' text-anchor='middle'>1e{decade + lowest}</text>"
            );
        }
        for (var percent = 0; percent <= 100; percent += 20)
        {
            var y = top + high * (1 - percent / 100.0);
            Add(svg, $"<line x1='{LabelWide}' y1='{y:F1}' x2='{Wide - Right}' y2='{y:F1}' stroke='#ddd'/>");
            Add(svg, $"<text x='{LabelWide - 8}' y='{y + 4:F1}' text-anchor='end'>{percent} %</text>");
        }
        for (var way = QueryWay.All.Count - 1; way >= 0; way--)
        {
            var points = evaluation
                .Curve(way)
                .Select(point =>
                {
                    var decade = Math.Log10(Math.Max(point.PerMillion, 1e-30)) - lowest;
                    var x = X(Math.Clamp(decade / decades, 0, 1));
                    return $"{x:F1},{top + high * (1 - point.Recall):F1}";
                });
            var line = string.Join(' ', points);
            Add(svg, $"<polyline points='{line}' fill='none' stroke='{Colours[way]}' stroke-width='2'/>");
        }
        return End(svg);
    }

    private static double X(double share) => LabelWide + (Wide - Right - LabelWide) * share;

    private static StringBuilder Begin(int high, string title)
    {
        var svg = new StringBuilder();
        Add(
            svg,
            $"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {Wide} {high}' font-family='sans-serif' "
                + "font-size='12'>"
        );
        Add(svg, $"<title>{SecurityElement.Escape(title)}</title>");
        Add(svg, $"<rect width='{Wide}' height='{high}' fill='#fff'/>");
        Add(svg, $"<text x='{LabelWide}' y='24' font-size='15'>{SecurityElement.Escape(title)}</text>");
        return svg;
    }

    private static void Legend(StringBuilder svg, IReadOnlyList<string> names)
    {
        var x = LabelWide;
        for (var i = 0; i < names.Count; i++)
        {
            Add(svg, $"<circle cx='{x}' cy='46' r='5' fill='{Colours[i]}'/>");
            Add(svg, $"<text x='{x + 9}' y='50'>{SecurityElement.Escape(names[i])}</text>");
            x += 34 + 6 * names[i].Length;
        }
    }

    private static string End(StringBuilder svg)
    {
        Add(svg, "</svg>");
        return svg.ToString();
    }

    private static void Add(StringBuilder svg, string line) => svg.Append(line).Append('\n');
}
