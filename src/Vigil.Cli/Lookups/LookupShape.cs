using System.Text.Json;
using Vigil.Cli.Output;
using Vigil.Hashing;
using Vigil.Matching;

namespace Vigil.Cli.Lookups;

/// <summary>How look-ups are written, for match and scan.</summary>
internal static class LookupShape
{
    public static readonly ReportShape<LookupReport> Shape = new(
        ["input", "list", "entry", "distance"],
        report => report.Matches.Select(match => Row(report, match)),
        Lines,
        WriteJson
    );

    /// <summary>
    /// Says in text also what was not found; a scan of a large folder tells it as a number.
    /// </summary>
    public static readonly ReportShape<LookupReport> WithMisses = Shape with
    {
        Lines = report =>
            report.Matches.Count == 0 && report.Failure is null
                ? [$"{Printable.Of(report.Input)}: no known match"]
                : Lines(report),
    };

    /// <summary>Stretches of a video that text shows of one match; JSON has all.</summary>
    private const int ShownSegments = 10;

    private static string[] Row(LookupReport report, FoundEntry match) =>
        [report.Input, match.List, match.Entry, match.Distance?.ToString() ?? ""];

    private static IEnumerable<string> Lines(LookupReport report)
    {
        foreach (var match in report.Matches)
        {
            var distance = match.Distance is { } bits ? $" at distance {bits}" : "";
            var how = How(match);
            yield return $"{Printable.Of(report.Input)}: {Advice.Kebab(match.Strength)}{distance}{how}, "
                + $"list {Printable.Of(match.List)}, entry {Printable.Of(match.Entry)}{Seconds(match)}";
        }
        if (report.MatchesOmitted > 0)
        {
            yield return $"{Printable.Of(report.Input)}: and {report.MatchesOmitted} more";
        }
    }

    /// <summary>" (borderless, rotate90)": by what the picture matched, where not by the whole as it is.</summary>
    private static string How(FoundEntry match)
    {
        var how = new List<string>();
        if (match.Part is { } part and not PicturePart.Whole)
        {
            how.Add(Advice.Kebab(part));
        }
        if (match.Variant is { } variant and not Dihedral.Original)
        {
            how.Add(Advice.Kebab(variant));
        }
        return how.Count == 0 ? "" : $" ({string.Join(", ", how)})";
    }

    /// <summary>"at 3.000-5.000 s, 9.000 s": where in a video.</summary>
    private static string Seconds(FoundEntry match)
    {
        if (match.Segments is not { Count: > 0 } segments)
        {
            return "";
        }
        var shown = segments
            .Take(ShownSegments)
            .Select(segment =>
                segment.FromSeconds == segment.ToSeconds
                    ? $"{segment.FromSeconds:F3} s"
                    : $"{segment.FromSeconds:F3}-{segment.ToSeconds:F3} s"
            );
        var more = segments.Count > ShownSegments ? $" and {segments.Count - ShownSegments} more" : "";
        return $", at {string.Join(", ", shown)}{more}";
    }

    private static void WriteJson(Utf8JsonWriter json, LookupReport report)
    {
        json.WriteString("input", report.Input);
        json.WriteString("result", Result(report));
        json.WriteStartArray("matches");
        foreach (var match in report.Matches)
        {
            WriteMatch(json, match);
        }

        json.WriteEndArray();
        if (report.MatchesOmitted > 0)
        {
            json.WriteNumber("matchesOmitted", report.MatchesOmitted);
        }

        if (report.NotMedia)
        {
            json.WriteBoolean("notMedia", true);
        }

        if (report.Truncated)
        {
            json.WriteBoolean("truncated", true);
        }

        if (report.Resumed)
        {
            json.WriteBoolean("resumed", true);
        }

        if (report.Failure is { } failure)
        {
            json.WriteStartObject("error");
            json.WriteString("code", failure.Code);
            json.WriteString("advice", failure.Advice);
            json.WriteEndObject();
        }
    }

    /// <summary>
    /// The strongest match, or no-known-match, or not-processed: never "clean" for what was not looked at.
    /// </summary>
    private static string Result(LookupReport report) =>
        report.Strongest is { } strongest ? Advice.Kebab(strongest)
        : report.Failure is not null ? "not-processed"
        : "no-known-match";

    private static void WriteMatch(Utf8JsonWriter json, FoundEntry match)
    {
        json.WriteStartObject();
        json.WriteString("list", match.List);
        if (match.Test)
        {
            json.WriteBoolean("test", true);
        }

        json.WriteString("entry", match.Entry);
        json.WriteString("strength", Advice.Kebab(match.Strength));
        if (match.Distance is { } distance)
        {
            json.WriteNumber("distance", distance);
        }

        if (match.View is { } view)
        {
            json.WriteString("view", Advice.Kebab(view));
        }

        if (match.Variant is { } variant)
        {
            json.WriteString("variant", variant.ToString().ToLowerInvariant());
        }

        if (match.Part is { } part)
        {
            json.WriteString("part", Advice.Kebab(part));
        }

        if (match.Frame is { } frame)
        {
            json.WriteNumber("frame", frame);
        }

        if (match.Segments is { } segments)
        {
            WriteSegments(json, segments);
        }

        json.WriteEndObject();
    }

    private static void WriteSegments(Utf8JsonWriter json, IReadOnlyList<VideoSegment> segments)
    {
        json.WriteStartArray("segments");
        foreach (var segment in segments)
        {
            json.WriteStartObject();
            json.WriteNumber("fromSeconds", Math.Round(segment.FromSeconds, 3));
            json.WriteNumber("toSeconds", Math.Round(segment.ToSeconds, 3));
            json.WriteNumber("distance", segment.DistanceBits);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
