using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;

namespace Vigil.Trust;

/// <summary>
/// The only way out of this machine. Resolves the name itself, checks every address it gave, connects to what
/// was checked: a name that changes its mind in between is not asked again. No proxy, no redirects, no cookies,
/// no credentials, no connection used twice, a time limit, and only the beginning of an answer is read.
/// </summary>
public sealed class Outbound : IDisposable
{
    private const int MaxHeaderKib = 16;
    private const int MaxConnections = 256;

    private readonly OutboundOptions _options;
    private readonly AllowList _allowed;
    private readonly HttpClient _client;

    /// <exception cref="ArgumentException">An entry of the allow-list is none.</exception>
    public Outbound(OutboundOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _allowed = new AllowList(options.Allow);
#pragma warning disable RS0030 // this is the one place that the ban points to: every call out is made here
        _client = new HttpClient(NewHandler(), disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
#pragma warning restore RS0030
    }

    /// <summary>
    /// For a client that sends files of any size as streams and keeps time limits of its own. The rules are those of
    /// every call: allow-list, checked addresses, no proxy, no redirect, no cookie, no connection used twice.
    /// </summary>
    /// <param name="clientCertificate">Shown to a service that asks for one; null: none.</param>
    /// <returns>To be disposed by the caller. Refusals come as <see cref="OutboundException"/>, on their own or
    /// inside.</returns>
    public HttpMessageInvoker NewInvoker(SslStreamCertificateContext? clientCertificate = null)
    {
        var handler = NewHandler();
        handler.SslOptions.ClientCertificateContext = clientCertificate;
        return new HttpMessageInvoker(new GuardedCalls(handler, _allowed));
    }

    /// <summary>Says early what a call would be refused for. The addresses are looked at with each call.</summary>
    /// <exception cref="OutboundException">It may not be called; the text says why.</exception>
    public void Check(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        _allowed.Check(url);
    }

    /// <inheritdoc cref="Check"/>
    public void CheckHost(string host, int port) => _allowed.CheckHost(host, port);

    /// <summary>Posts and gives the status; what the answer says is not kept.</summary>
    /// <exception cref="OutboundException">Refused here, or no answer.</exception>
    public async Task<OutboundAnswer> PostAsync(
        Uri url,
        byte[] body,
        IReadOnlyDictionary<string, string> headers,
        CancellationToken cancellation
    )
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
        return await SendAsync(
            request,
            headers,
            async (response, limit) =>
            {
                await ReadSomeAsync(response, limit);
                return new OutboundAnswer((int)response.StatusCode, RetryAfter(response));
            },
            cancellation
        );
    }

    /// <summary>
    /// Gets, or posts a form, and gives the answer's body whole: of the operator's own identity provider, which is
    /// asked for what this installation then checks.
    /// </summary>
    /// <param name="url">Of the allow-list, as every address.</param>
    /// <param name="form">Null: a GET.</param>
    /// <param name="headers">Sent besides.</param>
    /// <param name="maxBytes">Of the body; a longer one is refused.</param>
    /// <param name="cancellation">Stops the wait.</param>
    /// <exception cref="OutboundException">Refused here, no answer, or too long.</exception>
    internal async Task<FetchedAnswer> FetchAsync(
        Uri url,
        IReadOnlyDictionary<string, string>? form,
        IReadOnlyDictionary<string, string> headers,
        int maxBytes,
        CancellationToken cancellation
    )
    {
        using var content = form is null ? null : new FormUrlEncodedContent(form);
        using var request = new HttpRequestMessage(form is null ? HttpMethod.Get : HttpMethod.Post, url)
        {
            Content = content,
        };
        request.Headers.Accept.ParseAdd("application/json");
        return await SendAsync(
            request,
            headers,
            async (response, limit) =>
            {
                await using var body = await response.Content.ReadAsStreamAsync(limit.Token);
                var piece = new byte[maxBytes + 1];
                var read = await body.ReadAtLeastAsync(piece, piece.Length, false, limit.Token);
                return read <= maxBytes
                    ? new FetchedAnswer((int)response.StatusCode, piece[..read])
                    : throw new OutboundException("answer_too_long", "The answer is longer than it may be.");
            },
            cancellation
        );
    }

    private SocketsHttpHandler NewHandler() =>
        new()
        {
            ConnectCallback = ConnectAsync,
            ConnectTimeout = _options.ConnectTimeout,
            // A connection is checked when it is made, so none outlives its call.
            PooledConnectionLifetime = TimeSpan.Zero,
            MaxConnectionsPerServer = MaxConnections,
            MaxResponseHeadersLength = MaxHeaderKib,
            MaxResponseDrainSize = 0,
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            SslOptions = { CertificateChainPolicy = _options.ChainPolicy },
        };

    private async Task<T> SendAsync<T>(
        HttpRequestMessage request,
        IReadOnlyDictionary<string, string> headers,
        Func<HttpResponseMessage, CancellationTokenSource, Task<T>> read,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(headers);
        Check(request.RequestUri!);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_options.CallTimeout);
        GuardedCalls.Prepare(request);
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }
        try
        {
            using var response = await _client.SendAsync(
                request,
                HttpCompletionOption.ResponseHeadersRead,
                limit.Token
            );
            return await read(response, limit);
        }
        catch (Exception e)
            when (e is OperationCanceledException or HttpRequestException or IOException or SocketException
                && e is not OutboundException
                && !cancellation.IsCancellationRequested
            )
        {
            var (code, message) = Explain(e);
            throw new OutboundException(code, message, e);
        }
    }

    /// <summary>
    /// A checked connection for what is no HTTP (mail). The name is resolved once; all its addresses are
    /// checked before one is tried.
    /// </summary>
    /// <exception cref="OutboundException">Refused here, or nobody answers.</exception>
    internal async Task<Stream> OpenAsync(string host, int port, CancellationToken cancellation)
    {
        CheckHost(host, port);
        return await ConnectAsync(host, port, mustBeLoopback: false, cancellation);
    }

    private async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context,
        CancellationToken cancellation
    )
    {
        var isPlain = context.InitialRequestMessage.RequestUri!.Scheme == Uri.UriSchemeHttp;
        return await ConnectAsync(
            context.DnsEndPoint.Host,
            context.DnsEndPoint.Port,
            mustBeLoopback: isPlain,
            cancellation
        );
    }

    private async Task<Stream> ConnectAsync(
        string host,
        int port,
        bool mustBeLoopback,
        CancellationToken cancellation
    )
    {
        var addresses = IPAddress.TryParse(host, out var literal)
            ? [literal]
            : await ResolveAsync(host, cancellation);
        _allowed.CheckAddresses(addresses, port, mustBeLoopback);
        SocketException? last = null;
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
            {
                NoDelay = true,
            };
            try
            {
                var place = new IPEndPoint(address, port);
                _options.OnConnect(place);
                await socket.ConnectAsync(place, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException e)
            {
                socket.Dispose();
                last = e;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
        throw new OutboundException("connect_failed", "Nobody answers at this address and port.", last);
    }

    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation)
    {
        try
        {
            return await _options.Resolve(host, cancellation);
        }
        catch (SocketException e)
        {
            throw new OutboundException("name_not_found", "The host's name has no address.", e);
        }
    }

    /// <summary>
    /// So that a well-behaved receiver sees its answer taken. The status stands already: a body that drips,
    /// breaks or never ends changes nothing, and is cut off.
    /// </summary>
    private async Task ReadSomeAsync(HttpResponseMessage response, CancellationTokenSource limit)
    {
        limit.CancelAfter(_options.BodyTimeout);
        var piece = new byte[_options.MaxAnswerBytes];
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(limit.Token);
            _ = await body.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false, limit.Token);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
            // What the other side says after its status is not kept anyway.
        }
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response) =>
        response.Headers.RetryAfter?.Delta is { } delta && delta > TimeSpan.Zero ? delta : null;

    private static (string Code, string Message) Explain(Exception e) =>
        e switch
        {
            { InnerException: OutboundException own } => (own.Code, own.Message),
            OperationCanceledException => ("timed_out", "No answer within the time limit."),
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => (
                "tls_failed",
                "The other side's certificate is not valid here, or it speaks no TLS."
            ),
            _ => ("broken_answer", "The connection broke, or what came was no HTTP."),
        };

    public void Dispose() => _client.Dispose();
}
