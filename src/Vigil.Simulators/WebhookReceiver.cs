using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Vigil.Simulators;

/// <summary>
/// A webhook's receiver, from the socket up so that it can fail in every way. Checks signatures with code of its
/// own, remembers what came. On loopback only; in memory only.
/// </summary>
public sealed class WebhookReceiver : IAsyncDisposable
{
    private const int MaxHeadBytes = 32 * 1024;
    private const int MaxBodyBytes = 1024 * 1024;
    private const int MaxRemembered = 100_000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private readonly LoopbackListener _listener;
    private readonly ConcurrentQueue<ReceivedHook> _received = new();
    private int _requests;
    private int _connections;
    private int _atOnce;
    private int _mostAtOnce;

    private WebhookReceiver(int port)
    {
        _listener = new LoopbackListener(port);
        _listener.Begin(ServeAsync);
    }

    /// <summary>Can be changed at any time.</summary>
    public ReceiverFault Fault { get; set; }

    /// <summary>whsec_… of which one must have signed; empty: signatures are not checked.</summary>
    public IReadOnlyList<string> Secrets { get; set; } = [];

    /// <summary>What time it is here.</summary>
    public Func<DateTimeOffset> Clock { get; set; } = TimeProvider.System.GetUtcNow;

    /// <summary>Told of each request, as it is answered.</summary>
    public Action<ReceivedHook>? OnReceived { get; set; }

    public int Port => _listener.Port;

    public string Url => $"http://127.0.0.1:{Port}/hook";

    /// <summary>All whole requests, accepted or not.</summary>
    public IReadOnlyList<ReceivedHook> Received => [.. _received];

    public IReadOnlyList<ReceivedHook> Accepted => [.. _received.Where(hook => hook.IsAccepted)];

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Most requests that were there at one time.</summary>
    public int MostAtOnce => Volatile.Read(ref _mostAtOnce);

    /// <param name="port">0: any that is free.</param>
    public static WebhookReceiver Start(int port = 0) => new(port);

    private async Task ServeAsync(Socket socket)
    {
        using var connection = socket;
        Interlocked.Increment(ref _connections);
        var now = Interlocked.Increment(ref _atOnce);
        for (int most; now > (most = MostAtOnce); )
        {
            Interlocked.CompareExchange(ref _mostAtOnce, now, most);
        }
        try
        {
            await using var stream = new NetworkStream(socket, ownsSocket: false);
            if (await RequestHead.ReadAsync(stream, MaxHeadBytes, _listener.Stop) is not { } head)
            {
                return;
            }
            var body = new byte[Math.Clamp(head.ContentLength, 0, MaxBodyBytes)];
            await stream.ReadExactlyAsync(body, _listener.Stop);
            await AnswerAsync(stream, socket, head, body);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
        {
            // The caller went away, or we end.
        }
        finally
        {
            Interlocked.Decrement(ref _atOnce);
        }
    }

    private async Task AnswerAsync(NetworkStream stream, Socket socket, RequestHead head, byte[] body)
    {
        var isGenuine = IsGenuine(head, body);
        var fault = Fault;
        var number = Interlocked.Increment(ref _requests);
        var fails = fault == ReceiverFault.Flapping && number % 2 == 1;
        var isAccepted =
            isGenuine
            && !fails
            && fault
                is ReceiverFault.None
                    or ReceiverFault.Slow
                    or ReceiverFault.Huge
                    or ReceiverFault.Drip
                    or ReceiverFault.WrongContent
                    or ReceiverFault.Flapping;
        Remember(head, body, isGenuine, isAccepted);
        var answer =
            !isGenuine ? FaultAnswer.Status(400)
            : fails ? FaultAnswer.Status(500)
            : FaultAnswer.Of(fault, Port);
        await answer(stream, socket, _listener.Stop);
    }

    private void Remember(RequestHead head, byte[] body, bool isGenuine, bool isAccepted)
    {
        var hook = new ReceivedHook
        {
            Path = head.Path,
            Id = head["webhook-id"],
            Timestamp = head["webhook-timestamp"],
            Signature = head["webhook-signature"],
            Body = Encoding.UTF8.GetString(body),
            Headers = head.Headers,
            IsGenuine = isGenuine,
            IsAccepted = isAccepted,
        };
        if (_received.Count < MaxRemembered)
        {
            _received.Enqueue(hook);
        }
        OnReceived?.Invoke(hook);
    }

    private bool IsGenuine(RequestHead head, byte[] body)
    {
        if (Secrets.Count == 0)
        {
            return true;
        }
        var isRecent =
            long.TryParse(
                head["webhook-timestamp"],
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var seconds
            )
            && (Clock() - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() <= Window;
        byte[] signed =
        [
            .. Encoding.UTF8.GetBytes($"{head["webhook-id"]}.{head["webhook-timestamp"]}."),
            .. body,
        ];
        var given = head["webhook-signature"].Split(' ');
        return isRecent
            && Secrets
                .Select(secret =>
                    HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), signed)
                )
                .Any(mac => given.Contains("v1," + Convert.ToBase64String(mac), StringComparer.Ordinal));
    }

    public ValueTask DisposeAsync() => _listener.DisposeAsync();
}
