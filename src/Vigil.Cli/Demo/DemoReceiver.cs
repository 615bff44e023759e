using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Vigil.Cli.Demo;

/// <summary>The platform's own receiver of webhooks, on this machine: counts events by their type.</summary>
internal sealed class DemoReceiver : IAsyncDisposable
{
    private const int MaxBodyBytes = 256 * 1024;

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);

    private DemoReceiver(WebApplication app) => _app = app;

    public string Url => $"{_app.Urls.First()}/webhook";

    /// <summary>Host and port, as they are allowed to be called.</summary>
    public string Authority => new Uri(Url).Authority;

    public IReadOnlyDictionary<string, int> Counts => _counts;

    public static async Task<DemoReceiver> StartAsync(CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = MaxBodyBytes);
        var receiver = new DemoReceiver(builder.Build());
        receiver._app.Run(receiver.TakeAsync);
        await receiver._app.StartAsync(cancellation);
        return receiver;
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(
            context.Request.Body,
            cancellationToken: context.RequestAborted
        );
        var type = body.RootElement.TryGetProperty("type", out var named) ? named.GetString() : null;
        _counts.AddOrUpdate(type ?? "unknown", 1, (_, count) => count + 1);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
