using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Vigil.Simulators.CyberTip;

namespace Vigil.Simulators.Iccam;

/// <summary>
/// An ICCAM (API v3) to try a hotline's client against. Not INHOPE's, and not affiliated with it. On loopback only, in
/// memory only. With <see cref="IccamCertificates"/> it speaks TLS and, as the real one, lets in who shows the right
/// client certificate.
/// </summary>
public sealed class IccamSimulator : IAsyncDisposable
{
    private const int MaxHeadBytes = 32 * 1024;
    private const int MaxBodyBytes = 4 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly LoopbackListener _listener;
    private readonly IccamEndpoints _endpoints = new();
    private int _calls;

    private readonly IccamCertificates? _certificates;

    private IccamSimulator(int port, IccamCertificates? certificates)
    {
        _certificates = certificates;
        _listener = new LoopbackListener(port);
        _listener.Begin(ServeAsync);
    }

    public string UserName { get; set; } = "sample";

    public string Password { get; set; } = "sample";

    /// <summary>How the Nth call (from 1) to `authentication` or `reports` is failed. Can be changed.</summary>
    public Func<string, int, IccamFault> FaultOf { get; set; } = (_, _) => IccamFault.None;

    public Func<DateTimeOffset> Clock { get; set; } = TimeProvider.System.GetUtcNow;

    /// <summary>Told of each call, with its status or fault, as it is answered.</summary>
    public Action<string>? OnCall { get; set; }

    public Uri Address => new($"{(_certificates is null ? "http" : "https")}://127.0.0.1:{_listener.Port}/");

    public int Calls => Volatile.Read(ref _calls);

    /// <summary>What arrived, oldest first.</summary>
    public IReadOnlyList<IccamReport> Reports => _endpoints.Reports;

    /// <param name="port">0: any that is free.</param>
    /// <param name="certificates">Null: plain HTTP, and no certificate is asked for. Not disposed here.</param>
    public static IccamSimulator Start(int port = 0, IccamCertificates? certificates = null) =>
        new(port, certificates);

    private async Task ServeAsync(Socket socket)
    {
        using var connection = socket;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_listener.Stop);
        patience.CancelAfter(Patience);
        try
        {
            await using var raw = new NetworkStream(socket, ownsSocket: false);
            await using var secured = await SecureAsync(raw, patience.Token);
            var wire = new Wire(raw, secured ?? (Stream)raw, IsKnown(secured));
            if (await RequestHead.ReadAsync(wire.Stream, MaxHeadBytes, patience.Token) is { } head)
            {
                await AnswerAsync(wire, head, patience.Token);
            }
        }
        catch (Exception e)
            when (e is IOException or OperationCanceledException or SocketException or ObjectDisposedException
                || e is InvalidDataException or FormatException or AuthenticationException
            )
        {
            // The caller went away, sent what is no HTTP, or we end.
        }
    }

    /// <summary>Null: plain. Whoever shows no certificate, or a strange one, hears so in an answer.</summary>
    private async Task<SslStream?> SecureAsync(NetworkStream raw, CancellationToken stop)
    {
        if (_certificates is null)
        {
            return null;
        }
        var secured = new SslStream(raw, leaveInnerStreamOpen: true);
        try
        {
#pragma warning disable CA5359 // a stranger is let in to be answered with 403, as the real service does
            await secured.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    ServerCertificate = _certificates.Server,
                    ClientCertificateRequired = true,
                    RemoteCertificateValidationCallback = (_, _, _, _) => true,
                },
                stop
            );
#pragma warning restore CA5359
            return secured;
        }
        catch
        {
            await secured.DisposeAsync();
            throw;
        }
    }

    private bool IsKnown(SslStream? secured) =>
        secured is null
        || secured.RemoteCertificate?.GetRawCertData().AsSpan().SequenceEqual(_certificates!.Client.RawData)
            == true;

    private async Task AnswerAsync(Wire wire, RequestHead head, CancellationToken stop)
    {
        if (head is { Method: "GET", Path: "/" })
        {
            await SendAsync(wire, _endpoints.Page(), stop);
            return;
        }
        var place = head.Path.Split('/', '?').Skip(1).Last(part => part.Length > 0).ToLowerInvariant();
        var fault = FaultOf(place, Interlocked.Increment(ref _calls));
        if (fault == IccamFault.LostBefore)
        {
            await FaultAnswer.ResetAsync(wire.Raw, wire.Raw.Socket, stop);
            OnCall?.Invoke($"{place} {fault}");
            return;
        }
        var body = await new BodyStream(wire.Stream, head).ReadAllAsync(MaxBodyBytes, stop);
        var answer =
            body is null ? new IccamAnswer(413, "application/json", "")
            : !wire.IsKnown ? new IccamAnswer(403, "application/json", "")
            : AnswerOf(head, body, fault);
        OnCall?.Invoke(fault == IccamFault.None ? $"{place} {answer.Status}" : $"{place} {fault}");
        await WriteAsync(wire, answer, fault, stop);
    }

    private IccamAnswer AnswerOf(RequestHead head, byte[] body, IccamFault fault)
    {
        const string html = "text/html";
        switch (fault)
        {
            case IccamFault.Error:
                return new(500, html, "<html>SAMPLE of a failing proxy</html>");
            case IccamFault.Unauthorized:
                return new(401, "application/json", "");
            case IccamFault.Forbidden:
                return new(403, "application/json", "");
            case IccamFault.Redirect:
                return new(302, html, "");
            case IccamFault.Hang:
                return new(200, html, "");
            case IccamFault.TokenEnded:
                _endpoints.EndTokens();
                break;
            default:
                break;
        }
        var answer = Place(head, body);
        return fault switch
        {
            IccamFault.ErrorAfter => new(503, html, "<html>SAMPLE of a failing proxy</html>"),
            IccamFault.WrongJson => answer with { Body = "{\"SAMPLE\": [true]}" },
            IccamFault.Truncated => answer with { Body = answer.Body.Length > 8 ? answer.Body[..^4] : "[" },
            _ => answer,
        };
    }

    private IccamAnswer Place(RequestHead head, byte[] body)
    {
        var now = Clock();
        if (head is { Method: "POST", Path: "/Authentication" })
        {
            return _endpoints.SignIn(body, UserName, Password, now);
        }
        if (!_endpoints.IsAllowed(head["authorization"], now))
        {
            return new(401, "application/json", "");
        }
        const string reports = "/rest/Reports";
        return (head.Method, head.Path) switch
        {
            ("POST", reports) => _endpoints.Take(body),
            ("GET", var path) when path.StartsWith(reports + "/", StringComparison.Ordinal) =>
                _endpoints.Show(path[(reports.Length + 1)..]),
            ("GET", var path) when path.StartsWith("/rest/", StringComparison.Ordinal) =>
                IccamEndpoints.Lists(path[6..]) ?? new(404, "application/json", ""),
            _ => new(404, "application/json", ""),
        };
    }

    private static async Task WriteAsync(
        Wire wire,
        IccamAnswer answer,
        IccamFault fault,
        CancellationToken stop
    )
    {
        switch (fault)
        {
            case IccamFault.LostAfter:
                await FaultAnswer.ResetAsync(wire.Raw, wire.Raw.Socket, stop);
                break;
            case IccamFault.Hang:
                await FaultAnswer.HangAsync(wire.Raw, wire.Raw.Socket, stop);
                break;
            case IccamFault.Slow:
                await Task.Delay(TimeSpan.FromMilliseconds(500), stop);
                await SendAsync(wire, answer, stop);
                break;
            default:
                await SendAsync(wire, answer, stop);
                break;
        }
    }

    private static async Task SendAsync(Wire wire, IccamAnswer answer, CancellationToken stop)
    {
        var body = Encoding.UTF8.GetBytes(answer.Body);
        var more = answer.Status == 302 ? "Location: http://127.0.0.1:1/elsewhere\r\n" : "";
        var head =
            $"HTTP/1.1 {answer.Status} Simulated\r\nConnection: close\r\nContent-Type: {answer.ContentType}\r\n"
            + $"Content-Length: {body.Length}\r\n{more}\r\n";
        await wire.Stream.WriteAsync(Encoding.Latin1.GetBytes(head), stop);
        await wire.Stream.WriteAsync(body, stop);
        if (wire.Stream is SslStream secured)
        {
            await secured.ShutdownAsync();
        }
        wire.Raw.Socket.Shutdown(SocketShutdown.Send);
    }

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    /// <param name="Stream">What is spoken: plain, or within TLS.</param>
    /// <param name="IsKnown">It shows the certificate that is let in.</param>
    private sealed record Wire(NetworkStream Raw, Stream Stream, bool IsKnown);
}
