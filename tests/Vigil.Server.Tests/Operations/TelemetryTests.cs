using System.Text;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Operations;

public sealed class TelemetryTests : IDisposable
{
    private const string InPath = "case-c4n4ry-in-path";
    private const string InQuery = "c4n4ry-in-query";
    private const string InHeader = "c4n4ry-in-header";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 120_000)]
    public async Task Metrics_and_traces_reach_the_collector_and_carry_nothing_of_a_request_but_its_route()
    {
        await using var collector = await RequestSink.StartAsync();
        await using var served = await ServedProcess.StartAsync(
            _folder["data"],
            ["--otlp-endpoint", collector.Url],
            new() { ["OTEL_METRIC_EXPORT_INTERVAL"] = "300", ["OTEL_BSP_SCHEDULE_DELAY"] = "100" }
        );
        using var client = served.Client();
        client.DefaultRequestHeaders.UserAgent.ParseAdd(InHeader);

        await client.GetAsync("/health/ready");
        await client.GetAsync($"/v1/cases/{InPath}?of={InQuery}");
        await client.GetAsync($"/console/assets/{InPath}.css?of={InQuery}");

        await SawAsync(collector, "/v1/traces", "GET /health/ready");
        await SawAsync(collector, "/v1/traces", "GET /console/assets/{name}");
        await SawAsync(collector, "/v1/metrics", "http.server.request.duration");
        await SawAsync(collector, "/v1/metrics", "vigil.ready");
        await SawAsync(collector, "/v1/metrics", "dotnet.process.memory.working_set");
        served.Signal(ServedProcess.SigTerm);
        Assert.Equal(0, await served.EndAsync());

        var all = string.Concat(collector.Taken.Select(request => Encoding.Latin1.GetString(request.Body)));
        Assert.DoesNotContain("c4n4ry", all, StringComparison.Ordinal);
        Assert.DoesNotContain(served.FirstKey!, all, StringComparison.Ordinal);
        Assert.DoesNotContain("c4n4ry", served.Errors + served.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task The_standard_variable_of_the_collector_is_enough()
    {
        await using var collector = await RequestSink.StartAsync();
        await using var served = await ServedProcess.StartAsync(
            _folder["data"],
            environment: new()
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url,
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "300",
            }
        );

        await SawAsync(collector, "/v1/metrics", "vigil.ready");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_collector_that_is_gone_costs_the_server_nothing()
    {
        await using var served = await ServedProcess.StartAsync(
            _folder["data"],
            ["--otlp-endpoint", "http://127.0.0.1:1"]
        );
        using var client = served.Client();
        Assert.Equal(System.Net.HttpStatusCode.OK, (await client.GetAsync("/health/ready")).StatusCode);

        served.Signal(ServedProcess.SigTerm);

        Assert.Equal(0, await served.EndAsync(20));
    }

    private static Task<string> SawAsync(RequestSink collector, string path, string text) =>
        TestServer.EventuallyAsync(
            () =>
                Task.FromResult(
                    collector.Taken.Any(request =>
                        request.Path == path
                        && Encoding.Latin1.GetString(request.Body).Contains(text, StringComparison.Ordinal)
                    )
                        ? "seen"
                        : null
                ),
            $"{text} at {path}"
        );
}
