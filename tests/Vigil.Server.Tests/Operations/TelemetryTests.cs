using System.Data.Common;
using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Operations;

public sealed class TelemetryTests : IDisposable
{
    private const string InPath = "case-c4n4ry-in-path";
    private const string InQuery = "c4n4ry-in-query";
    private const string InWords = "c4n4ry_in_words";
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

    /// <summary>An exception's words quote values: of the database, of a request.</summary>
    [Fact(Timeout = 120_000)]
    public async Task No_words_of_a_failure_reach_the_collector_and_the_rest_does()
    {
        await using var collector = await RequestSink.StartAsync();
        await using var server = await TestServer.StartAsync(change: options =>
            options with
            {
                OtlpEndpoint = new Uri(collector.Url),
            }
        );
        using (var source = new ActivitySource("Vigil.Test"))
        {
            Span(source, "quiet", span => span.AddEvent(new ActivityEvent("received-first-response")));
            Span(source, "failed", span => span.SetStatus(ActivityStatusCode.Error, InWords));
            Span(source, "thrown", span => span.AddException(new InvalidOperationException(InWords)));
            Span(source, "named", span => span.AddEvent(new ActivityEvent(InWords)));
        }
        var db = server.Server.Services.GetRequiredService<Db>();
        var quoted = db.Engine == DbEngine.Postgres ? $"select '{InWords}'::int" : $"select {InWords}";
        await Assert.ThrowsAnyAsync<DbException>(() =>
            db.SystemAsync("test", isWrite: false, tx => tx.QueryAsync<long>(quoted))
        );
        using (var source = new ActivitySource("Vigil.Test"))
        {
            Span(source, "the last of them", span => span.SetTag("vigil.part", "test"));
        }
        await SawAsync(collector, "/v1/traces", "the last of them");

        var all = string.Concat(
            collector
                .Taken.Where(request => request.Path == "/v1/traces")
                .Select(request => Encoding.Latin1.GetString(request.Body))
        );
        Assert.Contains("quiet", all, StringComparison.Ordinal);
        Assert.Contains("failed", all, StringComparison.Ordinal);
        Assert.DoesNotContain("c4n4ry", all, StringComparison.Ordinal);
    }

    private static void Span(ActivitySource source, string name, Action<Activity> change)
    {
        using var span = source.StartActivity(name);
        change(span!);
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
