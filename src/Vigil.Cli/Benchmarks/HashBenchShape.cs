using System.Globalization;
using System.Text.Json;
using Vigil.Cli.Output;
using Vigil.Media;

namespace Vigil.Cli.Benchmarks;

/// <summary>How the times of pictures are written: milliseconds, and ratios to the plain loops.</summary>
internal static class HashBenchShape
{
    public static ReportShape<HashBench> Shape { get; } =
        new(
            ["path", "width", "height", "bytes", "of", .. Columns, "equal", "decided", "grey bits"],
            Rows,
            Lines,
            WriteJson
        );

    private static string[] Columns =>
        [
            "decode",
            "plain",
            "ordered",
            "composite",
            "used",
            "digests",
            "grey",
            "plain/ordered",
            "plain/composite",
            "plain/used",
            "used/decode",
            "grey/decode",
        ];

    private static double[] Values(HashBench bench, Func<Timing, TimeSpan> of)
    {
        var timings = bench.Timings!;
        var (decode, plain) = (of(timings.Decode), of(timings.Plain));
        var (ordered, composite) = (of(timings.Ordered), of(timings.Composite));
        var used = of(timings.Automatic);
        return
        [
            decode.TotalMilliseconds,
            plain.TotalMilliseconds,
            ordered.TotalMilliseconds,
            composite.TotalMilliseconds,
            used.TotalMilliseconds,
            of(bench.Digests).TotalMilliseconds,
            of(timings.Grey).TotalMilliseconds,
            plain / ordered,
            plain / composite,
            plain / used,
            used / decode,
            of(timings.Grey) / decode,
        ];
    }

    private static IEnumerable<(string Of, string[] Values)> Both(HashBench bench) =>
        [
            ("median", Text(Values(bench, timing => timing.Median))),
            ("mean", Text(Values(bench, timing => timing.Mean))),
        ];

    private static string Grey(HashTimings timings) =>
        timings.GreyBits < 0 ? "" : $", estimates from grey off by {GreyBits(timings)} bits";

    private static string GreyBits(HashTimings timings) =>
        timings.GreyBits < 0 ? "" : timings.GreyBits.ToString(CultureInfo.InvariantCulture);

    private static string[] Text(double[] values) =>
        [.. values.Select(value => value.ToString(value < 10 ? "F3" : "F1", CultureInfo.InvariantCulture))];

    private static IEnumerable<string[]> Rows(HashBench bench) =>
        bench.Timings is not { } timings
            ? []
            : Both(bench)
                .Select(row =>
                    (string[])
                        [
                            bench.Path,
                            $"{timings.Width}",
                            $"{timings.Height}",
                            $"{bench.FileBytes}",
                            row.Of,
                            .. row.Values,
                            timings.Equal ? "yes" : "no",
                            timings.CompositeDecided ? "yes" : "no",
                            GreyBits(timings),
                        ]
                );

    private static IEnumerable<string> Lines(HashBench bench)
    {
        if (bench.Timings is not { } timings)
        {
            yield break;
        }
        var decided =
            timings.CompositeDecided ? "composite decided"
            : timings.CompositeTried ? "composite fell back"
            : "too large for composite";
        var size = $"{timings.Width}x{timings.Height}, {bench.FileBytes} bytes";
        yield return $"{Printable.Of(bench.Path)}: {size}, {decided}{Grey(timings)}";
        foreach (var (of, values) in Both(bench))
        {
            var pairs = Columns.Zip(values, (column, value) => $"{column} {value}");
            yield return $"  {of, -6}  {string.Join("  ", pairs)}";
        }
    }

    private static void WriteJson(Utf8JsonWriter json, HashBench bench)
    {
        json.WriteString("path", bench.Path);
        if (bench.Timings is not { } timings)
        {
            json.WriteString("error", bench.Failure!.Code);
            return;
        }
        json.WriteNumber("width", timings.Width);
        json.WriteNumber("height", timings.Height);
        json.WriteNumber("bytes", bench.FileBytes);
        json.WriteBoolean("equal", timings.Equal);
        json.WriteBoolean("compositeTried", timings.CompositeTried);
        json.WriteBoolean("compositeDecided", timings.CompositeDecided);
        if (timings.GreyBits >= 0)
        {
            json.WriteNumber("greyBits", timings.GreyBits);
        }
        WriteTimes(json, "medianMs", Values(bench, timing => timing.Median));
        WriteTimes(json, "meanMs", Values(bench, timing => timing.Mean));
    }

    private static void WriteTimes(Utf8JsonWriter json, string name, double[] values)
    {
        json.WriteStartObject(name);
        foreach (var (column, value) in Columns.Zip(values))
        {
            json.WriteNumber(column, double.IsFinite(value) ? Math.Round(value, 4) : 0);
        }
        json.WriteEndObject();
    }
}
