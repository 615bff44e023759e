using System.Net.Http.Headers;
using System.Text.Json;
using Vigil.Media;
using Vigil.Server;
using Vigil.Trust;

namespace Vigil.Server.Tests.Running;

/// <summary>
/// A whole server of the test's own: its port, data folder and database, on SQLite or (when
/// VIGIL_TEST_POSTGRES names a server) on PostgreSQL. The test code is the same.
/// </summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly DirectoryInfo _folder;
    private readonly ServerOptions _options;

    private TestServer(
        VigilServer server,
        TestDatabase database,
        DirectoryInfo folder,
        ServerOptions options,
        string firstKey
    )
    {
        Server = server;
        FirstKey = firstKey;
        (_database, _folder, _options) = (database, folder, options);
        Address = new Uri(server.Addresses[0]);
        Client = ClientWith(firstKey);
    }

    public VigilServer Server { get; private set; }

    public Uri Address { get; private set; }

    public string DataFolder => _folder.FullName;

    /// <summary>Of the first start: may do everything.</summary>
    public string FirstKey { get; }

    /// <summary>With the first key.</summary>
    public HttpClient Client { get; private set; }

    public static async Task<TestServer> StartAsync(
        Profile profile = Profile.Platform,
        Func<ServerOptions, ServerOptions>? change = null,
        bool canUndo = false,
        bool isDrilled = true
    )
    {
        var folder = Directory.CreateTempSubdirectory("vigil-server-test-");
        var database = await TestDatabase.CreateAsync(folder, profile);
        var options = new ServerOptions
        {
            DataFolder = folder.FullName,
            Database = database.Source,
            Urls = ["http://127.0.0.1:0"],
            Profile = profile,
            Media = new MediaOptions { Workers = 1 },
        };
        options = change?.Invoke(options) ?? options;
        if (isDrilled && options.Profile != Profile.Demo)
        {
            Drills.Prepare(folder.FullName);
        }
        var server = await VigilServer.StartAsync(options);
        var started = new TestServer(server, database, folder, options, server.FirstKey!);
        // Which decisions are drawn is chance; who tests audits draws all.
        await started.SetAsync("cases.auditPercent", "0");
        if (!canUndo)
        {
            await started.SetAsync("cases.undoSeconds", "0");
        }
        return started;
    }

    /// <summary>A setting of the default tenant, past the ledger: what tests begin with.</summary>
    public Task SetAsync(string name, string value)
    {
        var kernel = (TrustKernel)Server.Services.GetService(typeof(TrustKernel))!;
        return kernel.Db.SystemAsync(
            "test",
            isWrite: true,
            tx =>
                tx.ExecuteAsync(
                    """
                    insert into setting (tenant, name, value, changed_at) values (@tenant, @name, @value, 0)
                    on conflict (tenant, name) do update set value = excluded.value
                    """,
                    new { name, value }
                )
        );
    }

    /// <summary>Ends it and starts it again over the same data.</summary>
    /// <param name="between">What happens while it does not run.</param>
    public async Task RestartAsync(Func<TestDatabase, Task>? between = null)
    {
        Client.Dispose();
        await Server.DisposeAsync();
        await (between?.Invoke(_database) ?? Task.CompletedTask);
        Server = await VigilServer.StartAsync(_options);
        Address = new Uri(Server.Addresses[0]);
        Client = ClientWith(FirstKey);
    }

    /// <summary>A client with another key, or none.</summary>
    public HttpClient ClientWith(string? key)
    {
        var client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };
        if (key is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
        return client;
    }

    public static async Task<JsonElement> JsonOf(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Looks again and again, up to a deadline: no sleeps of a guessed length.</summary>
    public static async Task<T> EventuallyAsync<T>(Func<Task<T?>> look, string what, int deadlineSeconds = 20)
        where T : class
    {
        var end = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(end).TotalSeconds < deadlineSeconds)
        {
            if (await look() is { } found)
            {
                return found;
            }
            await Task.Delay(20);
        }
        throw new TimeoutException($"Not within {deadlineSeconds} s: {what}");
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        await _database.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
