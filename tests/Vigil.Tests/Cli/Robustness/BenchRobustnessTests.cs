using System.Globalization;
using System.Text.Json;
using System.Xml;
using Vigil.Media.Transforms;

namespace Vigil.Tests.Cli.Robustness;

/// <summary>The whole command on a few small pictures made here.</summary>
public sealed class BenchRobustnessTests : IDisposable
{
    private const int Sources = 8;

    private readonly CliFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 300_000)]
    public void A_run_tells_recall_by_transform_and_way_and_writes_its_files()
    {
        for (var i = 0; i < Sources; i++)
        {
            _folder.Write($"waves{i % 2}/{i}.bmp", Pictures.Bmp(100 + i));
        }
        _folder.Write("waves0/notes.txt", "no picture");
        Directory.CreateDirectory(_folder.Beside("negatives"));
        for (var i = 0; i < 6; i++)
        {
            File.WriteAllBytes(_folder.Beside($"negatives/{i}.bmp"), Pictures.Bmp(200 + i));
        }
        var report = _folder.Beside("report");

        var ran = _folder.Vigil.Call([
            "bench",
            "robustness",
            _folder.Inputs,
            "--negatives",
            _folder.Beside("negatives"),
            "--out",
            report,
        ]);

        Assert.Equal(0, ran.ExitCode);
        Assert.Contains("notes.txt: left out: not-media", ran.Error, StringComparison.Ordinal);
        Assert.Contains(
            $"{Sources} pictures in {Sources} groups, 6 more on the list only, 1 files left out",
            ran.Out,
            StringComparison.Ordinal
        );
        Assert.Equal(ran.Out, File.ReadAllText(Path.Combine(report, "report.md")));
        AssertCsv(File.ReadAllLines(Path.Combine(report, "report.csv")));
        AssertJson(File.ReadAllText(Path.Combine(report, "report.json")));
        foreach (var plot in (string[])["recall.svg", "curve.svg"])
        {
            using var reader = XmlReader.Create(Path.Combine(report, plot));
            while (reader.Read()) { }
        }
        // 64 hexadecimal digits are a hash.
        Assert.All(
            Directory.GetFiles(report),
            file => Assert.DoesNotMatch("[0-9a-f]{64}", File.ReadAllText(file))
        );
    }

    [Fact(Timeout = 120_000)]
    public void Too_few_pictures_and_wrong_options_are_usage_errors()
    {
        _folder.Write("a/1.bmp", Pictures.Bmp(1));
        _folder.Write("a/2.bmp", Pictures.Bmp(2));
        AssertUsage("too few", _folder.Inputs);
        AssertUsage("not a folder", "nowhere");
        AssertUsage("not a folder", _folder.Inputs, "--negatives", "nowhere");
        AssertUsage("--per-million", _folder.Inputs, "--per-million", "0");
        AssertUsage("--max-side", _folder.Inputs, "--max-side", "63");
    }

    private void AssertUsage(string words, params string[] arguments)
    {
        var ran = _folder.Vigil.Call(["bench", "robustness", .. arguments]);
        Assert.Equal(2, ran.ExitCode);
        Assert.Contains(words, ran.Error, StringComparison.Ordinal);
    }

    private static void AssertCsv(string[] lines)
    {
        var header = lines[0].Split(',');
        var rows = lines[1..]
            .Select(line =>
                line.Replace("\"borders, dihedral\"", "borders+dihedral", StringComparison.Ordinal)
            );
        var transforms = EverydayTransforms.All.Count;
        Assert.Equal(3 * 7 * transforms, lines.Length - 1);
        var plain = rows.Where(row => row.StartsWith("fixed-false-matches,plain,", StringComparison.Ordinal))
            .ToList();
        Assert.Equal(transforms, plain.Count);
        string[] Cells(string name) =>
            plain.Single(row => row.Contains($",{name},", StringComparison.Ordinal)).Split(',');
        double Of(string name, string column) =>
            double.Parse(Cells(name)[Array.IndexOf(header, column)], CultureInfo.InvariantCulture);
        Assert.Equal((1.0, 1.0), (Of("as it is", "recall"), Of("as it is", "high")));
        // 1 - 0.975... : the bound of 8 of 8, 0.025^(1/8).
        Assert.Equal(Math.Pow(0.025, 1.0 / Sources), Of("as it is", "low"), 3);
        Assert.Equal(0, Of("rotate 90", "recall"));
        Assert.Equal(0, Of("rotate 90", "low"));
    }

    private static void AssertJson(string text)
    {
        using var json = JsonDocument.Parse(text);
        var root = json.RootElement;
        Assert.Equal(Sources, root.GetProperty("pictures").GetInt32());
        var results = root.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(21, results.Count);
        foreach (var result in results)
        {
            Assert.Equal(Sources * EverydayTransforms.All.Count, result.GetProperty("tried").GetInt32());
            Assert.All(
                result.GetProperty("radii").EnumerateArray(),
                radius => Assert.InRange(radius.GetInt32(), -1, 127)
            );
            var gain = result.GetProperty("gainInterval");
            Assert.True(gain[0].GetDouble() <= result.GetProperty("gainOverPlain").GetDouble());
            Assert.True(gain[1].GetDouble() >= result.GetProperty("gainOverPlain").GetDouble());
        }
        var fixedRate = results
            .Where(r => r.GetProperty("point").GetString() == "fixed-false-matches")
            .ToList();
        // More hashes find more: the frames, turns and collages among the transforms see to it.
        Assert.True(
            fixedRate[^1].GetProperty("found").GetInt32() > fixedRate[0].GetProperty("found").GetInt32()
        );
        Assert.Equal(0, fixedRate[0].GetProperty("gainOverPlain").GetDouble());
    }
}
