using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Vigil.Server.Tests.Running;

/// <summary>Takes every request on a loopback port and keeps its path and body.</summary>
internal sealed class RequestSink : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RequestSink(WebApplication app) => _app = app;

    public ConcurrentQueue<(string Path, byte[] Body)> Taken { get; } = new();

    public string Url => _app.Urls.First();

    public static async Task<RequestSink> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var sink = new RequestSink(builder.Build());
        sink._app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            sink.Taken.Enqueue((context.Request.Path, body.ToArray()));
        });
        await sink._app.StartAsync();
        return sink;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
