using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Vigil.Media;

namespace Vigil.Benchmarks;

/// <summary>
/// A real `vigil serve` process over loopback: scans with 1 MP JPEG bodies and with hashes only, beside a bare
/// Kestrel endpoint that reads the same body and beside the bare media pool, in one run. Then a list of 100,000
/// added under load, and a cold start with a million entries. Server and generator share the machine.
/// </summary>
internal sealed class ServeBenchmark(string folder)
{
    private const int Width = 1152;
    private const int Height = 896;
    private const int Bodies = 64;
    private const int WarmUpSeconds = 5;
    private const int Seconds = 15;
    private const int Clients = 16;
    private const int HashKeys = 4;
    private const int AddedEntries = 100_000;
    private const int MillionEntries = 1_000_000;
    private const int MinRequestsPerSecond = 200;
    private const string List = "bench";
    private static readonly string[] ScanScope = ["scan"];

    private readonly List<byte[]> _jpegs = [.. Enumerable.Range(0, Bodies).Select(Jpeg)];

    public static async Task<int> RunAsync(string folder) => await new ServeBenchmark(folder).RunAsync();

    /// <summary>The index alone, with as many entries as are wanted.</summary>
    public static Task<int> RunAsync(string folder, int entries) =>
        new ServeEntriesBenchmark(folder).RunAsync(entries);

    private async Task<int> RunAsync()
    {
        Directory.CreateDirectory(folder);
        Console.WriteLine(
            $"{Environment.ProcessorCount} processors, generator and server on one machine; bodies of {Width}x{Height}, "
                + $"{_jpegs.Average(jpeg => jpeg.Length) / 1e6:F2} MB"
        );
        Console.WriteLine("| | requests/s | p50 ms | p99 ms | errors |");
        Console.WriteLine("| --- | --- | --- | --- | --- |");
        await using (var bare = await BareEndpointAsync())
        {
            using var client = Client(bare.Urls.First(), null);
            await RowAsync(
                "bare Kestrel reads the same body",
                LoadGenerator.Closed(Clients),
                Picture(client)
            );
        }
        await using (var pool = new MediaPool(new MediaOptions()))
        {
            await RowAsync("bare media pool, same bytes", LoadGenerator.Closed(Clients), Pool(pool));
        }
        await using (var server = await ServeProcess.StartAsync(folder))
        {
            using var client = Client(server.Address, server.Key);
            await CreateListAsync(client, List);
            await RowAsync("scan, 1 MP JPEG, closed loop", LoadGenerator.Closed(Clients), Picture(client));
            await RowAsync("scan, 1 MP JPEG, 100/s open loop", LoadGenerator.Open(100), Picture(client));
            var clients = await HashClientsAsync(client, server.Address);
            await RowAsync("scan, hashes only, closed loop", LoadGenerator.Closed(Clients), Hashes(clients));
            await RowAsync("scan, hashes only, 2000/s open loop", LoadGenerator.Open(2000), Hashes(clients));
            await RowAsync("scan, hashes only, 5000/s open loop", LoadGenerator.Open(5000), Hashes(clients));
            clients.ForEach(one => one.Dispose());
            await AddUnderLoadAsync(client);
            var began = Stopwatch.GetTimestamp();
            await AddEntriesAsync(client, MillionEntries - AddedEntries, "second");
            Console.WriteLine(
                $"{MillionEntries - AddedEntries:N0} more, alone: {Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s; "
                    + $"{server.ResidentMegabytes:F0} MB resident then"
            );
        }
        await using (var server = await ServeProcess.StartAsync(folder))
        {
            Console.WriteLine(
                $"\nCold start to ready with {MillionEntries:N0} entries: {server.ReadySeconds:F1} s, "
                    + $"{server.ResidentMegabytes:F0} MB resident"
            );
        }
        return 0;
    }

    private static async Task RowAsync(string name, LoadGenerator load, Func<int, Task<bool>> request)
    {
        await load.RunAsync(request, TimeSpan.FromSeconds(WarmUpSeconds));
        Print(name, await load.RunAsync(request, TimeSpan.FromSeconds(Seconds)));
    }

    internal static void Print(string name, LoadResult result) =>
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {result.PerSecond:F0} | {result.Ms(0.50):F1} | {result.Ms(0.99):F1} | {result.Errors} |"
            )
        );

    private static async Task AddUnderLoadAsync(HttpClient client)
    {
        using var stop = new CancellationTokenSource();
        var load = LoadGenerator.Open(MinRequestsPerSecond).RunAsync(Hashes([client]), stop.Token);
        var began = Stopwatch.GetTimestamp();
        await AddEntriesAsync(client, AddedEntries, List);
        var took = Stopwatch.GetElapsedTime(began);
        await stop.CancelAsync();
        Print($"hashes at {MinRequestsPerSecond}/s while {AddedEntries:N0} entries are added", await load);
        Console.WriteLine(
            $"\n{AddedEntries:N0} entries were imported in {took.TotalSeconds:F1} s under that load"
        );
    }

    internal static async Task CreateListAsync(HttpClient client, string name)
    {
        using var created = await SendAsync(
            client,
            HttpMethod.Post,
            "/v1/lists",
            new
            {
                name,
                purpose = "known-csam",
                source = "random values",
                confidence = "verified",
            }
        );
        using var changed = await SendAsync(
            client,
            HttpMethod.Patch,
            $"/v1/lists/{name}",
            new { mode = "review", reason = "A benchmark" }
        );
    }

    private static async Task AddEntriesAsync(HttpClient client, int count, string list)
    {
        if (list != List)
        {
            await CreateListAsync(client, list);
        }
        var random = new Random(count);
        var csv = new StringBuilder("id,sha256,pdq,pdq_quality\n");
        var bytes = new byte[64];
        for (var i = 0; i < count; i++)
        {
            random.NextBytes(bytes);
            csv.Append(CultureInfo.InvariantCulture, $"{i},{Convert.ToHexStringLower(bytes, 0, 32)},")
                .Append(CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(bytes, 32, 32)},100\n");
        }
        await ImportAsync(client, list, csv);
    }

    /// <summary>Through the real import, until it is done.</summary>
    internal static async Task ImportAsync(HttpClient client, string list, StringBuilder csv)
    {
        using var answer = await client.PostAsync(
            $"/v1/lists/{list}/imports?format=csv",
            new StringContent(csv.ToString(), Encoding.UTF8, "text/csv")
        );
        answer.EnsureSuccessStatusCode();
        using var begun = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var import = $"/v1/lists/{list}/imports/{begun.RootElement.GetProperty("id").GetString()}";
        for (var state = ""; state != "done"; await Task.Delay(200))
        {
            using var now = JsonDocument.Parse(await client.GetStringAsync(import));
            state = now.RootElement.GetProperty("state").GetString() ?? "";
            if (state is "failed" or "cancelled" or "interrupted")
            {
                throw new InvalidOperationException($"The import is {state}: {now.RootElement}");
            }
        }
    }

    private Func<int, Task<bool>> Picture(HttpClient client) =>
        async number =>
        {
            using var content = new ByteArrayContent(_jpegs[number % Bodies]);
            content.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
            using var answer = await client.PostAsync(
                "/v1/scan?surface=public_post&jurisdiction=US",
                content
            );
            return answer.IsSuccessStatusCode && await IsAnsweredAsync(answer);
        };

    /// <summary>One key may ask 10,000 times a second: several, so that the limit is not what is measured.</summary>
    private static async Task<List<HttpClient>> HashClientsAsync(HttpClient admin, string address)
    {
        var clients = new List<HttpClient>();
        for (var i = 0; i < HashKeys; i++)
        {
            using var answer = await SendAsync(
                admin,
                HttpMethod.Post,
                "/v1/keys",
                new { label = $"bench {i}", scopes = ScanScope }
            );
            using var made = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            clients.Add(Client(address, made.RootElement.GetProperty("secret").GetString()));
        }
        return clients;
    }

    internal static Func<int, Task<bool>> Hashes(List<HttpClient> clients) =>
        async number =>
        {
            var bytes = new byte[64];
            new Random(number).NextBytes(bytes);
            var body = JsonSerializer.SerializeToUtf8Bytes(
                new
                {
                    surface = "public_post",
                    jurisdiction = "US",
                    hashes = new
                    {
                        sha256 = Convert.ToHexStringLower(bytes, 0, 32),
                        pdq = Convert.ToHexStringLower(bytes, 32, 32),
                        pdqQuality = 100,
                    },
                }
            );
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var answer = await clients[number % clients.Count].PostAsync("/v1/scan", content);
            return answer.IsSuccessStatusCode && await IsAnsweredAsync(answer);
        };

    /// <summary>A scan that was not done is no fast scan.</summary>
    private static async Task<bool> IsAnsweredAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        return text.Length == 0 || text.Contains("\"none\"", StringComparison.Ordinal);
    }

    private Func<int, Task<bool>> Pool(MediaPool pool) =>
        async number =>
        {
            using var stream = new MemoryStream(_jpegs[number % Bodies], writable: false);
            var result = await pool.HashAsync(stream, new MediaRequest());
            return result.Outcome == MediaOutcome.Done;
        };

    private static async Task<WebApplication> BareEndpointAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(async context => await context.Request.Body.CopyToAsync(Stream.Null));
        await app.StartAsync();
        return app;
    }

    internal static HttpClient Client(string address, string? key)
    {
        var client = new HttpClient(
            new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 256 }
        )
        {
            BaseAddress = new Uri(address),
            Timeout = TimeSpan.FromMinutes(10),
        };
        if (key is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
        return client;
    }

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient client,
        HttpMethod method,
        string path,
        object body
    )
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json"),
        };
        return (await client.SendAsync(request)).EnsureSuccessStatusCode();
    }

    private static byte[] Jpeg(int seed) =>
        TurboJpeg.Compress(BenchPicture.Draw(seed, Width, Height), Width, Height, 88);
}
