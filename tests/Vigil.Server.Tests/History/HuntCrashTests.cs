using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Vigil.Server.Tests.Deciding;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.History;

/// <summary>kill -9 while a hunt makes cases: after all restarts each content has its one decision.</summary>
public sealed class HuntCrashTests : IDisposable
{
    private const string List = "late";
    private const int Known = 400;
    private const int Uploads = 600;

    private static readonly int Crashes = Environment.GetEnvironmentVariable("VIGIL_TEST_LONG")
        is { Length: > 0 }
        ? 12
        : 3;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 600_000)]
    public async Task No_hit_is_lost_and_none_is_made_twice()
    {
        var seed = RandomNumberGenerator.GetInt32(int.MaxValue);
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}, {Crashes} crashes");
        var random = new Random(seed);
        Directory.CreateDirectory(_folder["data"]);
        await using var database = await TestDatabase.CreateAsync(new DirectoryInfo(_folder["data"]));
        Drills.Prepare(_folder["data"]);
        var (key, hunt) = await PrepareAsync(database);
        var interrupted = 0;
        for (var crash = 0; crash < Crashes; crash++)
        {
            await using var served = await StartAsync(database);
            using var client = served.Client(key);
            var before = await HitsAsync(client, hunt);
            await TestServer.EventuallyAsync(
                async () => await HitsAsync(client, hunt) > before + random.Next(5, 40) ? "" : null,
                "it finds more",
                deadlineSeconds: 60
            );
            await Task.Delay(random.Next(30));
            await served.KillAsync();
            interrupted++;
        }
        await using var last = await StartAsync(database);
        using var asking = last.Client(key);
        var end = await UntilDoneAsync(asking, hunt);

        Assert.Equal((Known, 0), (Number(end, "hits"), Number(end, "damaged")));
        var decisions = await asking.GetFromJsonAsync<JsonElement>("/v1/decisions?limit=500");
        Assert.Equal(Known, decisions.GetProperty("decisions").GetArrayLength());
        var hits = (await asking.GetFromJsonAsync<JsonElement>($"/v1/hunts/{hunt}/hits")).GetProperty("hits");
        Assert.Equal(
            Known,
            hits.EnumerateArray().Select(hit => hit.GetProperty("scanId").GetGuid()).Distinct().Count()
        );
        Assert.Equal(Crashes, interrupted);
    }

    /// <summary>Uploads, then entries, then a hunt that is killed before its first look.</summary>
    private async Task<(string Key, string Hunt)> PrepareAsync(TestDatabase database)
    {
        await using var served = await StartAsync(database);
        using var client = served.Client();
        using var on = await client.PutAsJsonAsync(
            "/v1/history",
            new
            {
                days = 30,
                huntsByItself = false,
                reason = "A test.",
            }
        );
        Assert.True(on.IsSuccessStatusCode);
        await client.CreateListAsync(List);
        foreach (var part in Enumerable.Range(0, Uploads).Chunk(100))
        {
            await client.SendAsync(
                HttpMethod.Post,
                "/v1/scan/batch?surface=comment",
                new { items = part.Select(i => Item(i)) }
            );
        }
        foreach (var part in Enumerable.Range(0, Known).Chunk(100))
        {
            await client.SendAsync(
                HttpMethod.Post,
                $"/v1/lists/{List}/entries",
                new { entries = part.Select(i => new { pdq = Made.Pdq($"{i}").ToHex() }) }
            );
        }
        var hunt = await client.SendAsync(
            HttpMethod.Post,
            "/v1/hunts",
            new { list = List, reason = "A test." }
        );
        // What was recorded is on the disk a second later at the latest.
        await Task.Delay(TimeSpan.FromSeconds(2));
        await served.KillAsync();
        return (served.FirstKey!, hunt.GetProperty("id").GetString()!);
    }

    private static object Item(int i) =>
        new
        {
            id = $"{i}",
            surface = "comment",
            contentRef = $"post/{i}",
            hashes = new { pdq = Made.Pdq($"{i}").ToHex(), pdqQuality = 90 },
        };

    private Task<ServedProcess> StartAsync(TestDatabase database) =>
        ServedProcess.StartAsync(_folder["data"], ["--database", database.Source]);

    private static async Task<long> HitsAsync(HttpClient client, string hunt) =>
        Number(await client.GetFromJsonAsync<JsonElement>($"/v1/hunts/{hunt}"), "hits");

    private static async Task<JsonElement> UntilDoneAsync(HttpClient client, string hunt) =>
        (JsonElement)
            await TestServer.EventuallyAsync<object>(
                async () =>
                {
                    var now = await client.GetFromJsonAsync<JsonElement>($"/v1/hunts/{hunt}");
                    return now.GetProperty("state").GetString() is "done" or "incomplete" ? now : null;
                },
                "the hunt is over",
                deadlineSeconds: 120
            );

    private static long Number(JsonElement json, string name) => json.GetProperty(name).GetInt64();
}
