using System.Globalization;
using System.Text;
using System.Text.Json;
using Vigil.Cli.Output;
using Vigil.Files;
using Vigil.Media.Transforms;

namespace Vigil.Cli.Benchmarks.Robustness;

/// <summary>The report's files: Markdown, CSV, JSON and two plots.</summary>
internal static class RobustnessFiles
{
    public static void Write(string folder, string report, RobustnessOptions options, RobustnessData data)
    {
        Durable.CreateFolder(folder);
        Write(folder, "report.md", report);
        Write(folder, "report.csv", Csv(data.Evaluation));
        Write(folder, "report.json", Json(options, data));
        Write(folder, "recall.svg", RobustnessPlots.Recall(data.Evaluation));
        Write(folder, "curve.svg", RobustnessPlots.Curve(data.Evaluation, options.Evaluation));
    }

    private static void Write(string folder, string name, string text) =>
        Durable.Replace(Path.Combine(folder, name), stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    private static string Csv(Evaluation evaluation)
    {
        var text = new StringBuilder();
        text.Append(
            CsvLine.Of(["point", "queries", "transform", "family", "found", "tried", "recall", "low", "high"])
        );
        foreach (var result in evaluation.Results)
        {
            for (var i = 0; i < EverydayTransforms.All.Count; i++)
            {
                var (transform, recall) = (EverydayTransforms.All[i], result.ByTransform[i]);
                text.Append(
                    CsvLine.Of([
                        Advice.Kebab(result.Point),
                        result.Way.Name,
                        transform.Name,
                        Advice.Kebab(transform.Family),
                        $"{recall.Found}",
                        $"{recall.Tried}",
                        Number(recall.Share),
                        Number(recall.Interval.Low),
                        Number(recall.Interval.High),
                    ])
                );
            }
        }
        return text.ToString();
    }

    private static string Json(RobustnessOptions options, RobustnessData data)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("seed", options.Evaluation.Seed);
            json.WriteNumber("maxSidePixels", options.MaxSidePixels);
            json.WriteNumber("listSize", options.Evaluation.ListSize);
            json.WriteNumber("perMillion", options.Evaluation.PerMillion);
            json.WriteNumber("pictures", data.Pictures.Count(picture => !picture.IsNegative));
            json.WriteNumber("listOnly", data.Pictures.Count(picture => picture.IsNegative));
            json.WriteNumber("leftOut", data.LeftOut);
            json.WriteNumber("uploads", data.Distances.Uploads.Count);
            json.WriteStartArray("results");
            foreach (var result in data.Evaluation.Results)
            {
                WriteResult(json, result);
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.ToArray()) + "\n";
    }

    private static void WriteResult(Utf8JsonWriter json, WayResult result)
    {
        json.WriteStartObject();
        json.WriteString("point", Advice.Kebab(result.Point));
        json.WriteString("queries", result.Way.Name);
        json.WriteNumber("hashesAnUpload", result.HashesAnUpload);
        json.WriteStartArray("radii");
        json.WriteNumberValue(result.Radius[0]);
        json.WriteNumberValue(result.Radius[1]);
        json.WriteEndArray();
        json.WriteNumber("found", result.All.Found);
        json.WriteNumber("tried", result.All.Tried);
        WriteInterval(json, "recallInterval", result.AllInterval);
        json.WriteNumber("gainOverPlain", result.Gain);
        WriteInterval(json, "gainInterval", result.GainInterval);
        json.WriteNumber("falseUploads", result.FalseUploads.Found);
        json.WriteNumber("falsePairs", result.FalsePairs.Found);
        json.WriteNumber("pairs", result.FalsePairs.Tried);
        WriteInterval(json, "falsePairsInterval", result.FalsePairs.Interval);
        json.WriteEndObject();
    }

    private static void WriteInterval(Utf8JsonWriter json, string name, Interval interval)
    {
        json.WriteStartArray(name);
        json.WriteNumberValue(interval.Low);
        json.WriteNumberValue(interval.High);
        json.WriteEndArray();
    }

    private static string Number(double value) => value.ToString("F4", CultureInfo.InvariantCulture);
}
