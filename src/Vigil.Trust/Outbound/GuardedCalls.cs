using System.Net;

namespace Vigil.Trust;

/// <summary>Checks each request against the allow-list before it is begun; the connection is checked besides.</summary>
internal sealed class GuardedCalls(HttpMessageHandler inner, AllowList allowed) : DelegatingHandler(inner)
{
    /// <summary>What every request of this program has.</summary>
    public static void Prepare(HttpRequestMessage request)
    {
        request.Version = HttpVersion.Version11;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        request.Headers.ConnectionClose = true;
        request.Headers.UserAgent.ParseAdd("Vigil/1");
    }

    /// <exception cref="OutboundException">It may not be called.</exception>
    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        allowed.Check(request.RequestUri!);
        Prepare(request);
        return base.SendAsync(request, cancellationToken);
    }
}
