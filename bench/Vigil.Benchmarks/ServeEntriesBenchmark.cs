using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Vigil.Benchmarks;

/// <summary>
/// The index of a real `vigil serve` process with many entries (MD5 and PDQ, random): they are imported as lists of a
/// million through the API, those that are there already are not imported again. Then, on a server that starts anew:
/// time to ready and memory; the latency of hashes at 200 a second before, while and after a list of a million (or of a
/// tenth of the entries, where that is less) is added; and a start after that. A start without index files comes last.
/// </summary>
internal sealed class ServeEntriesBenchmark(string folder)
{
    private const int EntriesPerList = 1_000_000;
    private const int RequestsPerSecond = 200;
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(20);

    private string KeyFile => Path.Combine(folder, "key");

    public async Task<int> RunAsync(int entries)
    {
        Directory.CreateDirectory(folder);
        Console.WriteLine($"{Environment.ProcessorCount} processors, generator and server on one machine");
        await using (var server = await ServeProcess.StartAsync(folder))
        {
            if (server.Key is { } key)
            {
                await File.WriteAllTextAsync(KeyFile, key);
            }
            using var client = await ClientAsync(server);
            await FillAsync(client, server, entries);
        }
        await using (var server = await ServeProcess.StartAsync(folder))
        {
            Say("start over index files", server);
            using var client = await ClientAsync(server);
            await AddUnderLoadAsync(client, server, Math.Min(EntriesPerList, entries / 10));
        }
        await using (var server = await ServeProcess.StartAsync(folder))
        {
            Say("start after that", server);
        }
        Directory.Delete(Path.Combine(folder, "data", "index"), recursive: true);
        await using (var server = await ServeProcess.StartAsync(folder))
        {
            Say("start without index files", server);
        }
        return 0;
    }

    private static async Task FillAsync(HttpClient client, ServeProcess server, int entries)
    {
        for (var first = 0; first < entries; first += EntriesPerList)
        {
            var (list, count) = ($"made-{first}", Math.Min(EntriesPerList, entries - first));
            using var known = await client.GetAsync($"/v1/lists/{list}");
            if (known.IsSuccessStatusCode)
            {
                continue;
            }
            await ImportAsync(client, server, list, first, count);
        }
    }

    private static async Task ImportAsync(
        HttpClient client,
        ServeProcess server,
        string list,
        int first,
        int count
    )
    {
        await ServeBenchmark.CreateListAsync(client, list);
        var random = new Random(first);
        var csv = new StringBuilder("id,md5,pdq,pdq_quality\n", count * 115);
        var bytes = new byte[48];
        for (var i = 0; i < count; i++)
        {
            random.NextBytes(bytes);
            csv.Append(CultureInfo.InvariantCulture, $"{first + i},{Convert.ToHexStringLower(bytes, 0, 16)},")
                .Append(CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(bytes, 16, 32)},100\n");
        }
        var began = Stopwatch.GetTimestamp();
        await ServeBenchmark.ImportAsync(client, list, csv);
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Console.WriteLine(
            $"{list}: {count:N0} imported in {seconds:F0} s, {count / seconds:N0} a second; "
                + $"{server.ResidentMegabytes:F0} MB resident"
        );
    }

    private static async Task AddUnderLoadAsync(HttpClient client, ServeProcess server, int added)
    {
        Console.WriteLine("| hashes at 200/s | requests/s | p50 ms | p99 ms | errors |");
        Console.WriteLine("| --- | --- | --- | --- | --- |");
        await CalmAsync(client, "warming up");
        await CalmAsync(client, "before");
        using var stop = new CancellationTokenSource();
        var load = LoadGenerator
            .Open(RequestsPerSecond)
            .RunAsync(ServeBenchmark.Hashes([client]), stop.Token);
        await ImportAsync(client, server, $"added-{Stopwatch.GetTimestamp()}", -1, added);
        await stop.CancelAsync();
        ServeBenchmark.Print($"while {added:N0} are added", await load);
        await CalmAsync(client, "the 20 s after");
        await CalmAsync(client, "the 20 s after that");
        Console.WriteLine($"{server.ResidentMegabytes:F0} MB resident then");
    }

    private static async Task CalmAsync(HttpClient client, string name) =>
        ServeBenchmark.Print(
            name,
            await LoadGenerator.Open(RequestsPerSecond).RunAsync(ServeBenchmark.Hashes([client]), Calm)
        );

    private static void Say(string what, ServeProcess server) =>
        Console.WriteLine(
            $"{what}: ready after {server.ReadySeconds:F1} s, {server.ResidentMegabytes:F0} MB resident"
        );

    private async Task<HttpClient> ClientAsync(ServeProcess server) =>
        ServeBenchmark.Client(server.Address, await File.ReadAllTextAsync(KeyFile));
}
