using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Lists;

public class InterruptedImportTests
{
    [Fact(Timeout = 180_000)]
    public async Task An_import_whose_server_ended_shows_as_interrupted_and_again_adds_what_is_missing()
    {
        var folder = Directory.CreateTempSubdirectory("vigil-server-test-");
        await using var database = await TestDatabase.CreateAsync(folder);
        var options = new ServerOptions
        {
            DataFolder = folder.FullName,
            Database = database.Source,
            Urls = ["http://127.0.0.1:0"],
            Profile = Profile.Platform,
        };
        var file = ListsHere.Csv(0, 2500);
        var (key, id) = await InterruptAsync(options, file);

        // A server that died says nothing any more; on PostgreSQL others wait a while before they believe it.
        await using var after = await VigilServer.StartAsync(
            options with
            {
                Time = new Later(TimeSpan.FromMinutes(1)),
            }
        );
        using var client = Client(after, key);
        var shown = await ListsHere.ExpectAsync(
            await client.GetAsync($"/v1/lists/broken/imports/{id}"),
            System.Net.HttpStatusCode.OK
        );
        using var body = new StringContent(file, Encoding.UTF8, "text/csv");
        using var sent = await client.PostAsync("/v1/lists/broken/imports", body);
        var begun = await ListsHere.ExpectAsync(sent, System.Net.HttpStatusCode.Accepted);
        var again = await EndAsync(client, begun.Text("id"));

        Assert.Equal("interrupted", shown.Text("state"));
        var kept = shown.Number("added");
        Assert.InRange(kept, 1000, 2499);
        Assert.Equal(2500 - kept, again.Number("added"));
        Assert.Equal(kept, again.Number("alreadyThere"));
        await after.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private static async Task<(string Key, string ImportId)> InterruptAsync(
        ServerOptions options,
        string file
    )
    {
        await using var server = await VigilServer.StartAsync(options);
        using var client = Client(server, server.FirstKey!);
        using var list = new StringContent(
            """{"name":"broken","purpose":"harmless"}""",
            Encoding.UTF8,
            "application/json"
        );
        using var made = await client.PostAsync("/v1/lists", list);
        made.EnsureSuccessStatusCode();
        using var body = new Endless(file);
        var sending = client.PostAsync("/v1/lists/broken/imports", body);
        var running = await TestServer.EventuallyAsync(
            async () =>
            {
                var imports = await ListsHere.ExpectAsync(
                    await client.GetAsync("/v1/lists/broken/imports"),
                    System.Net.HttpStatusCode.OK
                );
                var first = imports.GetProperty("imports").EnumerateArray().FirstOrDefault();
                return
                    first.ValueKind == System.Text.Json.JsonValueKind.Object && first.Number("added") >= 1000
                    ? first.Text("id")
                    : null;
            },
            "the import runs",
            deadlineSeconds: 120
        );
        server.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await server.DisposeAsync();
        body.Release();
        try
        {
            (await sending).Dispose();
        }
        catch (HttpRequestException)
        {
            // The server is gone.
        }
        return (server.FirstKey!, running);
    }

    private static async Task<System.Text.Json.JsonElement> EndAsync(HttpClient client, string id)
    {
        var end = await TestServer.EventuallyAsync(
            async () =>
            {
                var import = await ListsHere.ExpectAsync(
                    await client.GetAsync($"/v1/lists/broken/imports/{id}"),
                    System.Net.HttpStatusCode.OK
                );
                return import.Text("state") == "running" ? null : (object)import;
            },
            "the import ends",
            deadlineSeconds: 120
        );
        return (System.Text.Json.JsonElement)end;
    }

    private static HttpClient Client(VigilServer server, string key)
    {
        var client = new HttpClient { BaseAddress = new Uri(server.Addresses[0]) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    private sealed class Later(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }

    private sealed class Endless(string text) : HttpContent
    {
        private readonly TaskCompletionSource _release = new(
            TaskCreationOptions.RunContinuationsAsynchronously
        );

        public void Release() => _release.TrySetResult();

        protected override async Task SerializeToStreamAsync(
            Stream stream,
            System.Net.TransportContext? context
        )
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(text).AsMemory(0, text.Length - 40));
            await stream.FlushAsync();
            await _release.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
