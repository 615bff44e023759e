using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Http.Memory;

namespace Vigil.Server.Http;

/// <summary>
/// What a connection may take, in one place. Each stands against requests that cost more than they give.
/// </summary>
internal static class KestrelLimits
{
    /// <summary>The request line; metadata of a scan is short.</summary>
    public const int MaxLineBytes = 8 * 1024;

    /// <summary>All headers together; over it 431.</summary>
    public const int MaxHeaderBytes = 16 * 1024;

    public const int MaxHeaders = 64;

    /// <summary>Bodies, where an endpoint does not set its own.</summary>
    public const long MaxBodyBytes = 30_000_000;

    public const int MaxConnections = 20_000;

    /// <summary>Connections that wait to be taken; the system's own limit (net.core.somaxconn) is as much.</summary>
    public const int Backlog = 4096;

    public static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(15);
    public static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(130);

    /// <summary>A slow start of a body is forgiven for so long.</summary>
    public static readonly TimeSpan RateGrace = TimeSpan.FromSeconds(5);

    public static void AddKestrelLimits(this IWebHostBuilder web, ScanLimits scan)
    {
        web.UseSockets(sockets => sockets.Backlog = Backlog);
        web.ConfigureKestrel(kestrel =>
        {
            var limits = kestrel.Limits;
            limits.MaxRequestLineSize = MaxLineBytes;
            limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
            limits.MaxRequestHeaderCount = MaxHeaders;
            limits.MaxRequestBodySize = MaxBodyBytes;
            limits.MaxConcurrentConnections = MaxConnections;
            limits.RequestHeadersTimeout = HeadersTimeout;
            limits.KeepAliveTimeout = KeepAlive;
            limits.MinRequestBodyDataRate = new MinDataRate(scan.MinBodyBytesPerSecond, RateGrace);
        });
        web.ConfigureServices(services =>
            services
                .AddSingleton<ClearedPools>()
                .AddSingleton<IMemoryPoolFactory<byte>>(pools => pools.GetRequiredService<ClearedPools>())
        );
    }
}
