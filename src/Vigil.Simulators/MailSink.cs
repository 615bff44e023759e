using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Vigil.Simulators;

/// <summary>How a mail server fails.</summary>
public enum MailFault
{
    None,

    /// <summary>Refuses each recipient.</summary>
    RefuseRecipients,

    /// <summary>450 after the mail: try again later.</summary>
    TryLater,

    /// <summary>Takes the connection and says nothing.</summary>
    Hang,

    /// <summary>Says what is no SMTP.</summary>
    Garbage,
}

/// <param name="From">Of the envelope.</param>
/// <param name="To">Of the envelope.</param>
/// <param name="Text">Headers and body as they came.</param>
public sealed record ReceivedMail(string From, IReadOnlyList<string> To, string Text)
{
    /// <summary>The body, out of its base64.</summary>
    public string Body =>
        Encoding.UTF8.GetString(
            Convert.FromBase64String(Text[(Text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..])
        );
}

/// <summary>A mail server that takes everything and sends nothing on. On loopback only; in memory only.</summary>
public sealed class MailSink : IAsyncDisposable
{
    private const int MaxRemembered = 10_000;
    private const int MaxLineCharacters = 2000;
    private const int MaxMailLines = 10_000;

    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<ReceivedMail> _received = new();
    private readonly Task _accepting;

    private MailSink(TcpListener listener)
    {
        _listener = listener;
        _accepting = AcceptAsync();
    }

    /// <summary>Can be changed at any time.</summary>
    public MailFault Fault { get; set; }

    /// <summary>Told of each mail.</summary>
    public Action<ReceivedMail>? OnReceived { get; set; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public IReadOnlyList<ReceivedMail> Received => [.. _received];

    /// <param name="port">0: any that is free.</param>
    public static MailSink Start(int port = 0)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        return new MailSink(listener);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // It ends.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var connection = client;
        try
        {
            await using var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.Latin1);
            await TalkAsync(reader, text => SayAsync(stream, text));
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The caller went away, or we end.
        }
    }

    private async Task TalkAsync(StreamReader reader, Func<string, Task> say)
    {
        if (Fault == MailFault.Hang)
        {
            await Task.Delay(Timeout.Infinite, _stop.Token);
        }
        await say(Fault == MailFault.Garbage ? "what is this" : "220 sink.invalid");
        var (from, to) = ("", new List<string>());
        while (await ReadLineAsync(reader) is { } line)
        {
            switch (line.Split(' ', ':')[0].ToUpperInvariant())
            {
                case "EHLO":
                    await say("250-sink.invalid\r\n250 8BITMIME");
                    break;
                case "MAIL":
                    from = Address(line);
                    await say("250 ok");
                    break;
                case "RCPT":
                    to.Add(Address(line));
                    await say(Fault == MailFault.RefuseRecipients ? "550 no such mailbox" : "250 ok");
                    break;
                case "DATA":
                    await say("354 go on");
                    await TakeAsync(reader, say, from, to);
                    break;
                case "QUIT":
                    await say("221 bye");
                    return;
                default:
                    await say("502 not here");
                    break;
            }
        }
    }

    private async Task TakeAsync(StreamReader reader, Func<string, Task> say, string from, List<string> to)
    {
        var text = new StringBuilder();
        for (var lines = 0; lines < MaxMailLines; lines++)
        {
            if (await ReadLineAsync(reader) is not { } line || line == ".")
            {
                break;
            }
            text.Append(line).Append("\r\n");
        }
        if (Fault == MailFault.TryLater)
        {
            await say("450 later");
            return;
        }
        var mail = new ReceivedMail(from, [.. to], text.ToString());
        if (_received.Count < MaxRemembered)
        {
            _received.Enqueue(mail);
        }
        OnReceived?.Invoke(mail);
        await say("250 taken");
    }

    private async Task<string?> ReadLineAsync(StreamReader reader)
    {
        var line = await reader.ReadLineAsync(_stop.Token);
        return line?.Length > MaxLineCharacters ? throw new IOException("Line too long.") : line;
    }

    private async Task SayAsync(NetworkStream stream, string text) =>
        await stream.WriteAsync(Encoding.Latin1.GetBytes(text + "\r\n"), _stop.Token);

    private static string Address(string line) => line.Split('<', '>') is [_, var address, ..] ? address : "";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }
}
