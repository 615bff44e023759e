using System.Diagnostics;
using System.Text.Json;

namespace Vigil.Tests.Cli;

/// <summary>
/// Scans that end in the middle: what was shown as done is done, and nothing is shown twice by one run.
/// </summary>
public sealed class ScanStopTests : IDisposable
{
    private const int SigKill = 9;
    private const int SigInt = 2;
    private const int SigTerm = 15;
    private const int Files = 120;
    private const string Listed = "b1946ac92492d2347c6235b4d2611184";

    private readonly CliFolder _folder = new();

    public ScanStopTests()
    {
        for (var i = 0; i < Files; i++)
        {
            _folder.Write($"{i % 7}/{i}.bmp", Pictures.Bmp(i, side: 64));
        }
        _folder.WriteList(Listed);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_scan_killed_again_and_again_shows_every_file_and_forgets_none_it_had_shown()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var shown = new HashSet<string>();
        var kills = Environment.GetEnvironmentVariable("VIGIL_TEST_LONG") == "1" ? 25 : 5;
        for (var i = 0; i < kills; i++)
        {
            shown.UnionWith(StopAfter(random.Next(1, Files * 2 / 3), SigKill).Shown);
        }

        var last = _folder.Vigil.Call(Arguments);

        var objects = last.Lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(0, last.ExitCode);
        Assert.Equal(Files, objects.Count);
        Assert.Equal(Files, objects.Select(Input).Distinct().Count());
        var resumed = objects.Where(one => one.TryGetProperty("resumed", out _)).Select(Input).ToHashSet();
        Assert.NotEmpty(shown);
        Assert.Subset(resumed, shown);
    }

    [Fact]
    public void Ctrl_C_stops_cleanly_and_the_next_run_goes_on()
    {
        // More lines than a pipe holds that nobody empties: the scan cannot reach its end before the signal.
        const int texts = 2500;
        for (var i = 0; i < texts; i++)
        {
            _folder.Write($"texts/{i}.txt", [(byte)'a', (byte)'b']);
        }

        // A shell that runs the tests in the background has them ignore SIGINT, and the scan inherits that.
        var (shown, ran) = StopAfter(10, IsIgnoredHere(SigInt) ? SigTerm : SigInt);

        Assert.Equal(3, ran.ExitCode);
        Assert.Contains("Stopped before the end", ran.Error, StringComparison.Ordinal);
        Assert.InRange(shown.Count, 10, Files + texts - 1);
        var next = _folder.Vigil.Call(Arguments);
        Assert.Equal(0, next.ExitCode);
        Assert.Equal(Files + texts, next.Lines.Length);
        Assert.True(next.Lines.Count(line => line.Contains("\"resumed\":true")) >= shown.Count);
    }

    [Fact]
    public void Two_scans_of_one_folder_at_once_do_not_spoil_each_other()
    {
        using var first = _folder.Vigil.Begin(Arguments);
        Assert.NotNull(first.StandardOutput.ReadLine());
        var second = _folder.Vigil.Call(Arguments);
        var rest = VigilProgram.End(first);
        Assert.Equal(0, rest.ExitCode);
        Assert.Contains(second.ExitCode, new[] { 0, 3 });
    }

    private string[] Arguments =>
        ["scan", _folder.Inputs, "--list", _folder.Beside("list.txt"), "--format", "jsonl", "--jobs", "1"];

    private (List<string> Shown, Ran Ran) StopAfter(int lines, int signal)
    {
        using var process = _folder.Vigil.Begin(Arguments);
        var shown = new List<string>();
        while (shown.Count < lines && process.StandardOutput.ReadLine() is { } line)
        {
            shown.Add(line);
        }
        VigilProgram.Signal(process, signal);
        var ran = VigilProgram.End(process);
        // What the pipe still held was shown too; a line that kill -9 cut was not.
        shown.AddRange(ran.Out.Split('\n')[..^1]);
        return (shown.ConvertAll(text => Input(JsonDocument.Parse(text).RootElement)), ran);
    }

    private static bool IsIgnoredHere(int signal)
    {
        var line = File.ReadLines("/proc/self/status")
            .First(text => text.StartsWith("SigIgn:", StringComparison.Ordinal));
        return (Convert.ToUInt64(line["SigIgn:".Length..].Trim(), 16) >> (signal - 1) & 1) == 1;
    }

    private static string Input(JsonElement one) => one.GetProperty("input").GetString()!;
}
