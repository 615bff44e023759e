using System.Net.Sockets;
using System.Text;
using Vigil.Simulators.CyberTip;

namespace Vigil.Simulators.Iccam;

/// <summary>
/// An ICCAM (API v3) to try a hotline's client against. Not INHOPE's, and not affiliated with it. On loopback only, in
/// memory only. The real one also asks for a client certificate, which a loopback address has no use for.
/// </summary>
public sealed class IccamSimulator : IAsyncDisposable
{
    private const int MaxHeadBytes = 32 * 1024;
    private const int MaxBodyBytes = 4 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly LoopbackListener _listener;
    private readonly IccamEndpoints _endpoints = new();
    private int _calls;

    private IccamSimulator(int port)
    {
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

    public Uri Address => new($"http://127.0.0.1:{_listener.Port}/");

    public int Calls => Volatile.Read(ref _calls);

    /// <summary>What arrived, oldest first.</summary>
    public IReadOnlyList<IccamReport> Reports => _endpoints.Reports;

    /// <param name="port">0: any that is free.</param>
    public static IccamSimulator Start(int port = 0) => new(port);

    private async Task ServeAsync(Socket socket)
    {
        using var connection = socket;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_listener.Stop);
        patience.CancelAfter(Patience);
        try
        {
            await using var stream = new NetworkStream(socket, ownsSocket: false);
            if (await RequestHead.ReadAsync(stream, MaxHeadBytes, patience.Token) is { } head)
            {
                await AnswerAsync(stream, head, patience.Token);
            }
        }
        catch (Exception e)
            when (e is IOException or OperationCanceledException or SocketException or ObjectDisposedException
                || e is InvalidDataException or FormatException
            )
        {
            // The caller went away, sent what is no HTTP, or we end.
        }
    }

    private async Task AnswerAsync(NetworkStream stream, RequestHead head, CancellationToken stop)
    {
        if (head is { Method: "GET", Path: "/" })
        {
            await SendAsync(stream, _endpoints.Page(), stop);
            return;
        }
        var place = head.Path.Split('/', '?').Skip(1).Last(part => part.Length > 0).ToLowerInvariant();
        var fault = FaultOf(place, Interlocked.Increment(ref _calls));
        if (fault == IccamFault.LostBefore)
        {
            await FaultAnswer.ResetAsync(stream, stream.Socket, stop);
            OnCall?.Invoke($"{place} {fault}");
            return;
        }
        var body = await new BodyStream(stream, head).ReadAllAsync(MaxBodyBytes, stop);
        var answer = body is null
            ? new IccamAnswer(413, "application/json", "")
            : AnswerOf(head, body, fault);
        OnCall?.Invoke(fault == IccamFault.None ? $"{place} {answer.Status}" : $"{place} {fault}");
        await WriteAsync(stream, answer, fault, stop);
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
        NetworkStream stream,
        IccamAnswer answer,
        IccamFault fault,
        CancellationToken stop
    )
    {
        switch (fault)
        {
            case IccamFault.LostAfter:
                await FaultAnswer.ResetAsync(stream, stream.Socket, stop);
                break;
            case IccamFault.Hang:
                await FaultAnswer.HangAsync(stream, stream.Socket, stop);
                break;
            case IccamFault.Slow:
                await Task.Delay(TimeSpan.FromMilliseconds(500), stop);
                await SendAsync(stream, answer, stop);
                break;
            default:
                await SendAsync(stream, answer, stop);
                break;
        }
    }

    private static async Task SendAsync(NetworkStream stream, IccamAnswer answer, CancellationToken stop)
    {
        var body = Encoding.UTF8.GetBytes(answer.Body);
        var more = answer.Status == 302 ? "Location: http://127.0.0.1:1/elsewhere\r\n" : "";
        var head =
            $"HTTP/1.1 {answer.Status} Simulated\r\nConnection: close\r\nContent-Type: {answer.ContentType}\r\n"
            + $"Content-Length: {body.Length}\r\n{more}\r\n";
        await stream.WriteAsync(Encoding.Latin1.GetBytes(head), stop);
        await stream.WriteAsync(body, stop);
        stream.Socket.Shutdown(SocketShutdown.Send);
    }

    public ValueTask DisposeAsync() => _listener.DisposeAsync();
}
