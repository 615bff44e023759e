using System.Net.Sockets;
using System.Text;

namespace Vigil.Simulators.CyberTip;

/// <summary>
/// A CyberTipline to try clients against, from the socket up so that it can fail in every way. Not NCMEC's, and not
/// affiliated with it. Checks with a schema and rules of its own; on loopback only; in memory only.
/// </summary>
public sealed class CyberTipSimulator : IAsyncDisposable
{
    private const int MaxHeadBytes = 32 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly LoopbackListener _listener;
    private readonly CyberTipEndpoints _endpoints;
    private readonly ReportBook _book;
    private int _calls;

    private CyberTipSimulator(int port, bool hasAdditions2026)
    {
        _listener = new LoopbackListener(port);
        _book = new ReportBook();
        _endpoints = new CyberTipEndpoints(_book, new DocumentCheck(hasAdditions2026));
        _listener.Begin(ServeAsync);
    }

    public string UserName { get; set; } = "sample";

    public string Password { get; set; } = "sample";

    /// <summary>How the Nth call (from 1) to a place such as `finish` is failed. Can be changed at any time.</summary>
    public Func<string, int, CyberTipFault> FaultOf { get; set; } = (_, _) => CyberTipFault.None;

    /// <summary>What time it is here.</summary>
    public Func<DateTimeOffset> Clock { get; set; } = TimeProvider.System.GetUtcNow;

    /// <summary>Told of each call, with its status or fault, as it is answered.</summary>
    public Action<string>? OnCall { get; set; }

    /// <summary>Address as a client needs it.</summary>
    public Uri Address => new($"http://127.0.0.1:{_listener.Port}/ispws");

    public int Calls => Volatile.Read(ref _calls);

    /// <summary>All that were opened, as they stand now.</summary>
    public IReadOnlyList<SimulatedReport> Reports => _book.All(Clock());

    /// <param name="port">0: any that is free.</param>
    /// <param name="hasAdditions2026">Whether its schema has the additions of 2026.</param>
    public static CyberTipSimulator Start(int port = 0, bool hasAdditions2026 = false) =>
        new(port, hasAdditions2026);

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
        var body = new BodyStream(stream, head);
        if (head is { Method: "GET", Path: "/" })
        {
            await CyberTipWriter.WriteAsync(stream, ReportPage.Of(Reports), CyberTipFault.None, stop);
            return;
        }
        var place = head.Path.StartsWith("/ispws/", StringComparison.Ordinal) ? head.Path[7..] : "";
        var fault = FaultOf(place, Interlocked.Increment(ref _calls));
        var answer = await AnswerOfAsync(place, head, body, fault, stop);
        OnCall?.Invoke(fault == CyberTipFault.None ? $"{place} {answer.Status}" : $"{place} {fault}");
        await DrainAsync(body, fault, stop);
        await CyberTipWriter.WriteAsync(stream, answer, fault, stop);
        if (fault is not (CyberTipFault.LostBefore or CyberTipFault.LostAfter))
        {
            stream.Socket.Shutdown(SocketShutdown.Send);
        }
    }

    private async Task<CyberTipAnswer> AnswerOfAsync(
        string place,
        RequestHead head,
        BodyStream body,
        CyberTipFault fault,
        CancellationToken stop
    )
    {
        var html = "text/html";
        switch (fault)
        {
            case CyberTipFault.LostBefore or CyberTipFault.Hang or CyberTipFault.Huge:
                return new(200, html, "");
            case CyberTipFault.Error:
                return new(500, html, "<html>SAMPLE of a failing proxy</html>");
            case CyberTipFault.ServerCode:
                return CyberTipAnswer.Code(1000, "Server error");
            case CyberTipFault.Redirect:
                return new(302, html, "");
            case CyberTipFault.Dtd:
                return new(200, "application/xml", Bomb);
            default:
                break;
        }
        if (fault == CyberTipFault.Unauthorized || !IsAllowed(head))
        {
            return new(401, html, "");
        }
        var answer = await _endpoints.AnswerAsync(place, head, body, fault, Clock(), stop);
        return fault switch
        {
            CyberTipFault.ErrorAfter => new(503, html, "<html>SAMPLE of a failing proxy</html>"),
            CyberTipFault.ServerCodeAfter => CyberTipAnswer.Code(1000, "Server error"),
            _ => answer,
        };
    }

    /// <summary>A body that is not read to its end resets the connection before the answer is seen.</summary>
    private static async Task DrainAsync(BodyStream body, CyberTipFault fault, CancellationToken stop)
    {
        if (fault == CyberTipFault.LostBefore)
        {
            return;
        }
        var piece = new byte[64 * 1024];
        while (await body.ReadAsync(piece, stop) > 0)
        {
            // Not wanted.
        }
    }

    private bool IsAllowed(RequestHead head)
    {
        var expected = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{UserName}:{Password}"));
        return head["authorization"] == $"Basic {expected}";
    }

    private const string Bomb = """
        <?xml version="1.0"?>
        <!DOCTYPE a [<!ENTITY b "SAMPLE"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>
        <reportResponse><responseCode>0</responseCode><responseDescription>&d;</responseDescription></reportResponse>
        """;

    public ValueTask DisposeAsync() => _listener.DisposeAsync();
}
