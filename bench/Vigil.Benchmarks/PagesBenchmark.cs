using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Vigil.Cli.Demo;
using Vigil.Cli.Samples;
using Vigil.Media;
using Vigil.Server;
using Vigil.Trust;

namespace Vigil.Benchmarks;

/// <summary>
/// The console's main pages with the demonstration's forty cases, people and work, each asked for one after the other
/// over loopback, to the last byte. Server and reader are one process.
/// </summary>
internal sealed partial class PagesBenchmark : IAsyncDisposable
{
    private const int WarmUps = 5;
    private const int Requests = 20;
    private const int GoalMs = 150;
    private const int Matches = 10;

    /// <summary>Fewer than matches: some cases are of one picture, and make a stack.</summary>
    private const int Pictures = 5;

    private readonly DirectoryInfo _place = Directory.CreateTempSubdirectory("vigil-pages-");
    private readonly MediaPool _pool = new(new MediaOptions { Workers = 1 });

    public static async Task<int> RunAsync()
    {
        await using var bench = new PagesBenchmark();
        await using var server = await VigilServer.StartAsync(
            new ServerOptions
            {
                DataFolder = Path.Combine(bench._place.FullName, "server"),
                Profile = Profile.Demo,
                Urls = ["http://127.0.0.1:0"],
                Media = new MediaOptions { Workers = 1 },
            }
        );
        var address = new Uri(server.Addresses[0]);
        using var api = new DemoApi(address, server.FirstKey!);
        using var people = await DemoPeople.JoinAsync(address, server.SetupCode!, CancellationToken.None);
        var (matched, others) = await bench.FillAsync(api, people);
        Console.WriteLine($"{Environment.ProcessorCount} processors, SQLite, {DemoCases.Count} cases");
        Console.WriteLine(
            $"Median and slowest of {Requests} requests one after the other, after {WarmUps}; goal: {GoalMs} ms"
        );
        Console.WriteLine("| page | ms, median | ms, slowest | kB |");
        Console.WriteLine("| --- | --- | --- | --- |");
        var far = false;
        foreach (var (name, person, path) in await PagesAsync(api, people, matched[0], others[1]))
        {
            far |= await MeasureAsync(name, person, path) > GoalMs;
        }
        Console.WriteLine(far ? "\nOver the goal." : "\nAll within the goal.");
        return far ? 1 : 0;
    }

    private static async Task<IEnumerable<(string Name, DemoPerson Person, string Path)>> PagesAsync(
        DemoApi api,
        DemoPeople people,
        string matched,
        string graded
    )
    {
        var file = await api.GetAsync($"/v1/cases/{graded}/file", CancellationToken.None);
        var contents = await api.GetAsync("/v1/contents", CancellationToken.None);
        var item = FirstId(file.GetProperty("items"), "id");
        var content = FirstId(contents.GetProperty("contents"), "contentId");
        var stack = StackLink()
            .Match(await people.Reviewer.ShowAsync("/console/stacks", CancellationToken.None));
        return
        [
            ("home", people.Reviewer, "/console"),
            ("queue", people.Reviewer, "/console/cases"),
            ("case", people.Reviewer, $"/console/cases/{matched}"),
            ("contents of a case", people.Reviewer, $"/console/cases/{matched}/contents"),
            ("reveal: page of a content", people.Reviewer, $"/console/contents/{content}"),
            ("metadata, before it is asked for", people.Reviewer, $"/console/contents/{content}/metadata"),
            (
                "a reduced picture, made by the workers",
                people.Reviewer,
                $"/console/contents/{content}/rendition?as=grey_strong"
            ),
            ("stacks", people.Reviewer, "/console/stacks"),
            ("stack", people.Reviewer, stack.Value),
            ("grading of an item", people.Reviewer, $"/console/cases/{graded}/items/{item}/grade"),
            ("opinions", people.Senior, "/console/opinions"),
            ("training", people.Senior, "/console/training"),
            ("appeals", people.Senior, "/console/appeals"),
            ("queues", people.Senior, "/console/queues"),
            ("exposure", people.Reviewer, "/console/exposure"),
            ("wellness", people.Custodian, "/console/wellness"),
            ("held", people.Custodian, "/console/held"),
            ("holds", people.Custodian, "/console/holds"),
            ("people", people.Admin, "/console/people"),
            ("lists", people.Admin, "/console/lists"),
            ("ledger", people.Auditor, "/console/ledger"),
        ];
    }

    [GeneratedRegex("/console/stacks/[^\"]+", RegexOptions.NonBacktracking)]
    private static partial Regex StackLink();

    private static string FirstId(JsonElement array, string name) => array[0].GetProperty(name).GetString()!;

    private static async Task<double> MeasureAsync(string name, DemoPerson person, string path)
    {
        var times = new double[Requests];
        var characters = 0;
        for (var number = -WarmUps; number < Requests; number++)
        {
            var began = Stopwatch.GetTimestamp();
            characters = (await person.ShowAsync(path, CancellationToken.None)).Length;
            times[Math.Max(0, number)] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }
        Array.Sort(times);
        var median = (times[Requests / 2 - 1] + times[Requests / 2]) / 2;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {median:F1} | {times[^1]:F1} | {characters / 1000.0:F0} |"
            )
        );
        return median;
    }

    /// <summary>The demonstration's list, matches, cases and work.</summary>
    private async Task<(IReadOnlyList<string> Matched, IReadOnlyList<string> Others)> FillAsync(
        DemoApi api,
        DemoPeople people
    )
    {
        var none = CancellationToken.None;
        var pictures = new DemoPictures(_pool, Path.Combine(_place.FullName, "pictures"));
        await pictures.WriteAsync(Transforms.All[0], none);
        var paths = pictures
            .ListedNames.Select(name => Path.Combine(_place.FullName, "pictures", name))
            .ToList();
        var csv = await DemoList.CsvOfAsync(DemoList.HasherOf(_pool), paths, none);
        await DemoList.ServeAsync(api, csv, none);
        var matches = new List<DemoMatch>();
        while (matches.Count < Matches)
        {
            var picture = await File.ReadAllBytesAsync(paths[matches.Count % Pictures], none);
            // The list is in force within a second; until then nothing is matched.
            if (await api.ScanAsync(picture, matches.Count, none) is { CaseRef: not null } scan)
            {
                matches.Add(new DemoMatch(scan, picture));
                continue;
            }
            await Task.Delay(100);
        }
        var cases = new DemoCases(api);
        await cases.BringAsync(matches, none);
        var matched = matches.Select(match => match.Scan.CaseRef!).Distinct().ToList();
        var others = await cases.OpenOthersAsync(matched.Count, none);
        await new DemoWork(api, people, none).RunAsync(matched, others);
        return (matched, others);
    }

    public async ValueTask DisposeAsync()
    {
        await _pool.DisposeAsync();
        _place.Delete(recursive: true);
    }
}
