using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Vigil.Server.Http;

namespace Vigil.Server.Operations;

/// <summary>
/// Behind a proxy that ends TLS: only the named networks and this machine may connect, and who they say the
/// caller is counts. Without one, forwarded headers mean nothing.
/// </summary>
internal static class ProxyGate
{
    public static void UseProxyGate(this WebApplication app, ServerOptions options)
    {
        if (options.ProxyNetworks.Count == 0)
        {
            return;
        }
        app.Use(
            async (HttpContext context, RequestDelegate next) =>
            {
                if (IsProxy(context.Connection.RemoteIpAddress, options))
                {
                    await next(context);
                    return;
                }
                await ProblemWriter.WriteAsync(
                    context,
                    new ProblemException(
                        StatusCodes.Status403Forbidden,
                        "not_through_proxy",
                        "This server answers through its proxy only: use the proxy's address."
                    )
                );
            }
        );
        var headers = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            ForwardLimit = 1,
        };
        headers.KnownProxies.Clear();
        headers.KnownIPNetworks.Clear();
        foreach (var network in options.ProxyNetworks)
        {
            headers.KnownIPNetworks.Add(network);
        }
        app.UseForwardedHeaders(headers);
    }

    private static bool IsProxy(IPAddress? remote, ServerOptions options)
    {
        // A Unix socket has no address: its folder says who may connect.
        if (remote is null || IPAddress.IsLoopback(remote))
        {
            return true;
        }
        var plain = remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote;
        return options.ProxyNetworks.Any(network => network.Contains(plain));
    }
}
