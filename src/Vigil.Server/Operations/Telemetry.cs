using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Vigil.Trust;

namespace Vigil.Server.Operations;

/// <summary>
/// Metrics and traces by OTLP, only to the address that the operator set. An allow-list decides what a trace
/// carries: an address may name a case, a header a person.
/// </summary>
internal sealed class Telemetry : IHostedService, IDisposable
{
    /// <summary>Of all meters and activity sources of the product.</summary>
    private const string Own = "Vigil*";

    private readonly TrustKernel _kernel;
    private readonly Uri _endpoint;
    private readonly Meter _meter = new("Vigil.Server");
    private MeterProvider? _metrics;
    private TracerProvider? _traces;

    public Telemetry(TrustKernel kernel, Uri endpoint) => (_kernel, _endpoint) = (kernel, endpoint);

    public static void Add(IServiceCollection services, ServerOptions options)
    {
        if (options.OtlpEndpoint is { } endpoint)
        {
            // Off by default in ASP.NET Core 10: method, route and status would be missing.
            AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
            services.AddHostedService(provider => new Telemetry(
                provider.GetRequiredService<TrustKernel>(),
                endpoint
            ));
        }
    }

    /// <summary>Names each request by its route: its address may name a case.</summary>
    public static void Use(WebApplication app, ServerOptions options)
    {
        if (options.OtlpEndpoint is null)
        {
            return;
        }
        app.Use(
            async (HttpContext context, RequestDelegate next) =>
            {
                await next(context);
                if (context.Features.Get<IHttpActivityFeature>()?.Activity is { } activity)
                {
                    var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
                    activity.SetTag("http.route", route);
                    activity.SetTag("http.response.status_code", context.Response.StatusCode);
                }
            }
        );
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _meter.CreateObservableGauge(
            "vigil.ready",
            Observe,
            description: "1: the part can work; 0: it cannot"
        );
        _metrics = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(Describe)
            .AddMeter(Own, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
            .AddMeter("System.Runtime", "Npgsql")
            .AddOtlpExporter(exporter => Point(exporter, "v1/metrics"))
            .Build();
        _traces = Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(Describe)
            .AddSource(Own, "Microsoft.AspNetCore", "Npgsql")
            .AddProcessor(new OnlyHarmlessTags())
            .AddOtlpExporter(exporter => Point(exporter, "v1/traces"))
            .Build();
        return Task.CompletedTask;
    }

    /// <summary>What was measured last leaves before the process does, for at most two seconds.</summary>
    public Task StopAsync(CancellationToken cancellationToken) =>
        Task.Run(
            () =>
            {
                _metrics?.ForceFlush(1000);
                _traces?.ForceFlush(1000);
            },
            CancellationToken.None
        );

    private IEnumerable<Measurement<int>> Observe() =>
        _kernel
            .Readiness.Look()
            .Select(part => new Measurement<int>(
                part.State.IsReady ? 1 : 0,
                new KeyValuePair<string, object?>("part", part.Name)
            ));

    private static void Describe(ResourceBuilder resource) =>
        resource.AddService(
            "vigil",
            serviceVersion: typeof(Telemetry).Assembly.GetName().Version?.ToString(3)
        );

    private void Point(OtlpExporterOptions exporter, string path)
    {
        // The protocol of OTEL_EXPORTER_OTLP_PROTOCOL, where it is set, else the one every collector takes.
        var protocol = Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_PROTOCOL");
        exporter.Protocol = protocol is "grpc" ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        var root = _endpoint.AbsoluteUri.TrimEnd('/');
        exporter.Endpoint = protocol is "grpc" ? _endpoint : new Uri($"{root}/{path}");
    }

    public void Dispose()
    {
        _metrics?.Dispose();
        _traces?.Dispose();
        _meter.Dispose();
    }

    /// <summary>
    /// Takes away every tag that is not known to be harmless, and every status's words. An event cannot be taken away:
    /// what has one that may tell something, as a failed command of the database, which quotes values, is not sent.
    /// The request's own span says that it failed.
    /// </summary>
    private sealed class OnlyHarmlessTags : BaseProcessor<Activity>
    {
        /// <summary>Of Npgsql; without tags.</summary>
        private const string FirstResponse = "received-first-response";

        private static readonly HashSet<string> Harmless = new(StringComparer.Ordinal)
        {
            "http.request.method",
            "http.response.status_code",
            "http.route",
            "network.protocol.version",
            "url.scheme",
            "error.type",
            "db.system",
            "db.system.name",
            "db.operation.name",
            "db.response.status_code",
            "db.npgsql.prepared_statements",
        };

        public override void OnEnd(Activity data)
        {
            foreach (var tag in data.TagObjects.ToList())
            {
                if (!Harmless.Contains(tag.Key) && !tag.Key.StartsWith("vigil.", StringComparison.Ordinal))
                {
                    data.SetTag(tag.Key, null);
                }
            }
            if (data.StatusDescription is not null)
            {
                data.SetStatus(data.Status);
            }
            if (data.Events.Any(one => one.Name != FirstResponse || one.Tags.Any()))
            {
                data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            }
            if (data.Source.Name == "Microsoft.AspNetCore")
            {
                data.DisplayName =
                    $"{data.GetTagItem("http.request.method")} {data.GetTagItem("http.route")}".Trim();
            }
        }
    }
}
