using Vigil.Cli.Demo;
using Vigil.Cli.Samples;
using Vigil.Files;
using Vigil.Media;
using Vigil.Server.Tests.Running;

namespace Vigil.Browser.Tests;

/// <summary>A server with the demonstration's pictures, list and cases.</summary>
internal sealed class DemoServer : IAsyncDisposable
{
    private readonly MediaPool _pool = new(new MediaOptions { Workers = 1 });
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vigil-demo-pictures-");
    private readonly DemoPictures _pictures;
    private readonly List<DemoMatch> _matches = [];

    private DemoServer(TestServer server)
    {
        Server = server;
        Api = new DemoApi(server.Address, server.FirstKey);
        Cases = new DemoCases(Api);
        _pictures = new DemoPictures(_pool, PicturesFolder);
    }

    public TestServer Server { get; }
    public DemoApi Api { get; }
    public DemoCases Cases { get; }

    /// <summary>References of cases that a match opened, in order.</summary>
    public IReadOnlyList<string> Matched => [.. _matches.Select(match => match.Scan.CaseRef!).Distinct()];

    private string PicturesFolder => Path.Combine(_folder.FullName, "pictures");

    /// <summary>With the list in force.</summary>
    public static async Task<DemoServer> StartAsync()
    {
        var demo = new DemoServer(await TestServer.StartAsync(Vigil.Trust.Profile.Demo));
        // No sample comes up by chance: the same walk each time.
        await demo.Server.SetAsync("training.blindPercent", "0");
        await demo._pictures.WriteAsync(Transforms.All[0], CancellationToken.None);
        var paths = demo._pictures.ListedNames.Select(demo.PathOf).ToList();
        var csv = await DemoList.CsvOfAsync(DemoList.HasherOf(demo._pool), paths, CancellationToken.None);
        await DemoList.ServeAsync(demo.Api, csv, CancellationToken.None);
        return demo;
    }

    /// <summary>Scans listed pictures as they are, each for its own account; seals them under their cases.</summary>
    public Task MatchExactAsync(int count) => MatchAsync(Transforms.All[0], count, first: 0);

    /// <summary>The same with a change that leaves them similar.</summary>
    public Task MatchSimilarAsync(int count) =>
        MatchAsync(Transforms.All.Single(transform => transform.Name == "rotate 90"), count, first: 1_000);

    private async Task MatchAsync(Transform transform, int count, int first)
    {
        await _pictures.WriteAsync(transform, CancellationToken.None);
        var names = _pictures.ListedNames.ToList();
        var matches = new List<DemoMatch>();
        for (var number = 0; number < count; number++)
        {
            var file = await File.ReadAllBytesAsync(PathOf(names[number % names.Count]));
            var account = first + number;
            matches.Add(
                await TestServer.EventuallyAsync(
                    async () =>
                        await Api.ScanAsync(file, account, CancellationToken.None)
                            is { CaseRef: not null } scan
                            ? new DemoMatch(scan, file)
                            : null,
                    "a listed picture is matched"
                )
            );
        }
        await Cases.BringAsync(matches, CancellationToken.None);
        _matches.AddRange(matches);
    }

    private string PathOf(string name) => Path.Combine(PicturesFolder, name);

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await Server.DisposeAsync();
        await _pool.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
