using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Vigil.Server.Features.Scan.Intake;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Scan;

public class FloodTests
{
    private const int Requests = 10_000;

    /// <summary>Sockets of client and server are of one process here, which may have 20,000 open files.</summary>
    private const int Connections = 3000;

    [Fact(Timeout = 300_000)]
    public async Task Ten_thousand_requests_at_once_have_decisions_or_are_told_to_wait()
    {
        await using var server = await TestServer.StartAsync(change: options =>
            options with
            {
                Scan = options.Scan with { MaxWaitingMedia = 20, KeyScansPerSecond = 100_000 },
            }
        );
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = Connections };
        using var client = new HttpClient(handler)
        {
            BaseAddress = server.Address,
            Timeout = TimeSpan.FromMinutes(4),
        };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.FirstKey);
        var results = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);

        await Task.WhenAll(Enumerable.Range(0, Requests).Select(AskAsync));

        Assert.Equal(Requests, results.Values.Sum());
        Assert.All(
            results.Keys,
            result => Assert.Contains(result, (string[])["200 none", "429 hold", "503 hold", "202 pending"])
        );
        Assert.True(results.ContainsKey("200 none"));
        // What was told "pending" still runs.
        var flight = server.Server.Get<BytesInFlight>();
        await TestServer.EventuallyAsync(
            () => Task.FromResult(flight.Now == 0 ? flight : null),
            "no byte in flight",
            deadlineSeconds: 60
        );
        Assert.Equal("none", (await server.ScanAsync(Scanning.Picture)).Decision);

        async Task AskAsync(int i)
        {
            using HttpContent content =
                i % 10 == 0
                    ? new ByteArrayContent(Scanning.Picture)
                    {
                        Headers = { ContentType = new MediaTypeHeaderValue("image/png") },
                    }
                    : JsonContent.Create(new { hashes = new { sha256 = Scanning.Sha256 } });
            var response = await client.PostAsync("/v1/scan?surface=comment", content);
            var answer = await Scanning.AnsweredAsync(response);
            var what = answer.Status is 200 or 202 ? answer.Decision : answer.Text("action");
            results.AddOrUpdate($"{answer.Status} {what}", 1, (_, before) => before + 1);
        }
    }
}
