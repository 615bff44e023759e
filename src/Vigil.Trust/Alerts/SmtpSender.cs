using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace Vigil.Trust;

/// <summary>
/// Hands one mail to a mail server (RFC 5321), over a connection that <see cref="Outbound"/> checked and
/// pinned: the framework's own client asks the name service again and cannot be told where to connect. TLS is
/// required but on loopback.
/// </summary>
internal sealed class SmtpSender(Outbound outbound, AlarmChannelSettings settings)
{
    private const int MaxLineCharacters = 1000;
    private const int MaxReplyLines = 100;
    private const int LineWidth = 900;
    private static readonly TimeSpan WholeCall = TimeSpan.FromSeconds(20);

    public async Task<DeliveryOutcome> SendAsync(
        string subject,
        string text,
        Guid id,
        DateTimeOffset at,
        CancellationToken cancellation
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(WholeCall);
        Stream? stream = null;
        try
        {
            stream = await outbound.OpenAsync(settings.Host!, settings.Port!.Value, limit.Token);
            var security = settings.Security ?? SmtpSecurity.StartTls;
            if (security == SmtpSecurity.Plain && !IsLoopback(stream))
            {
                return new DeliveryOutcome("not_tls");
            }
            if (security == SmtpSecurity.Tls)
            {
                stream = await SecureAsync(stream, limit.Token);
            }
            return await TalkAsync(stream, security, Letter(subject, text, id, at), limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new DeliveryOutcome("timed_out");
        }
        catch (AuthenticationException)
        {
            return new DeliveryOutcome("tls_failed");
        }
        catch (Exception e) when (e is IOException and not OutboundException or SocketException)
        {
            return new DeliveryOutcome("broken_answer");
        }
        finally
        {
            if (stream is not null)
            {
                await stream.DisposeAsync();
            }
        }
    }

    private async Task<DeliveryOutcome> TalkAsync(
        Stream stream,
        SmtpSecurity security,
        byte[] letter,
        CancellationToken cancellation
    )
    {
        var talk = new Conversation(stream);
        if (await talk.ReadAsync(cancellation) is not 220 and var greeting)
        {
            return new DeliveryOutcome("mail_refused", greeting);
        }
        await talk.SayAsync("EHLO vigil.invalid", cancellation);
        if (security == SmtpSecurity.StartTls)
        {
            if (await talk.SayAsync("STARTTLS", cancellation) is not 220 and var answer)
            {
                return new DeliveryOutcome("no_starttls", answer);
            }
            // What was said before the TLS began is forgotten (RFC 3207): a new conversation.
            talk = new Conversation(await SecureAsync(stream, cancellation));
            await talk.SayAsync("EHLO vigil.invalid", cancellation);
        }
        if (settings.User is { Length: > 0 } user)
        {
            var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{settings.Key}"));
            if (await talk.SayAsync($"AUTH PLAIN {credentials}", cancellation) is not 235 and var answer)
            {
                return new DeliveryOutcome("mail_sign_in_refused", answer);
            }
        }
        var lines = settings.To!.Select(address => $"RCPT TO:<{address}>");
        foreach (var line in lines.Prepend($"MAIL FROM:<{settings.From}>"))
        {
            if (await talk.SayAsync(line, cancellation) is not (>= 250 and < 260) and var answer)
            {
                return new DeliveryOutcome("mail_refused", answer);
            }
        }
        if (await talk.SayAsync("DATA", cancellation) is not 354 and var data)
        {
            return new DeliveryOutcome("mail_refused", data);
        }
        var taken = await talk.SayAsync(letter, cancellation);
        return new DeliveryOutcome(taken is >= 250 and < 260 ? null : "mail_refused", taken);
    }

    /// <summary>RFC 5322, UTF-8 in base64: no line of the text can end it or be a header.</summary>
    private byte[] Letter(string subject, string text, Guid id, DateTimeOffset at)
    {
        var letter = new StringBuilder();
        letter.Append(CultureInfo.InvariantCulture, $"From: <{settings.From}>\r\n");
        letter.Append(
            CultureInfo.InvariantCulture,
            $"To: {string.Join(",\r\n ", settings.To!.Select(address => $"<{address}>"))}\r\n"
        );
        letter.Append(
            CultureInfo.InvariantCulture,
            $"Subject: =?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(subject))}?=\r\n"
        );
        letter.Append(
            CultureInfo.InvariantCulture,
            $"Date: {at.UtcDateTime:ddd, dd MMM yyyy HH:mm:ss} +0000\r\n"
        );
        // The same with each attempt, so that a mailbox can tell a repeat.
        letter.Append(CultureInfo.InvariantCulture, $"Message-ID: <{id}@vigil.invalid>\r\n");
        letter.Append("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n");
        letter.Append("Content-Transfer-Encoding: base64\r\nAuto-Submitted: auto-generated\r\n\r\n");
        foreach (var line in Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).Chunk(76))
        {
            letter.Append(line).Append("\r\n");
        }
        return Encoding.ASCII.GetBytes(letter.Append(".\r\n").ToString());
    }

    private async Task<SslStream> SecureAsync(Stream plain, CancellationToken cancellation)
    {
        var tls = new SslStream(plain, leaveInnerStreamOpen: false);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = settings.Host },
            cancellation
        );
        return tls;
    }

    private static bool IsLoopback(Stream stream) =>
        stream is NetworkStream { Socket.RemoteEndPoint: IPEndPoint remote }
        && IPAddress.IsLoopback(remote.Address);

    /// <summary>Lines and replies, with limits on both.</summary>
    private sealed class Conversation(Stream stream)
    {
        private readonly byte[] _one = new byte[1];

        public Task<int> SayAsync(string line, CancellationToken cancellation) =>
            line.Length > LineWidth
                ? throw new IOException("A mail line is too long.")
                : SayAsync(Encoding.ASCII.GetBytes(line + "\r\n"), cancellation);

        public async Task<int> SayAsync(byte[] bytes, CancellationToken cancellation)
        {
            await stream.WriteAsync(bytes, cancellation);
            await stream.FlushAsync(cancellation);
            return await ReadAsync(cancellation);
        }

        /// <summary>The code of a whole reply.</summary>
        public async Task<int> ReadAsync(CancellationToken cancellation)
        {
            for (var lines = 0; lines < MaxReplyLines; lines++)
            {
                var line = await ReadLineAsync(cancellation);
                if (
                    line.Length < 3
                    || !int.TryParse(
                        line.AsSpan(0, 3),
                        NumberStyles.None,
                        CultureInfo.InvariantCulture,
                        out var code
                    )
                )
                {
                    throw new IOException("What came is no mail reply.");
                }
                if (line.Length == 3 || line[3] != '-')
                {
                    return code;
                }
            }
            throw new IOException("A mail reply has too many lines.");
        }

        /// <summary>Byte by byte: nothing is read that belongs to what comes after (TLS).</summary>
        private async Task<string> ReadLineAsync(CancellationToken cancellation)
        {
            var line = new StringBuilder();
            while (line.Length < MaxLineCharacters)
            {
                await stream.ReadExactlyAsync(_one, cancellation);
                if (_one[0] == '\n')
                {
                    return line.ToString().TrimEnd('\r');
                }
                line.Append((char)_one[0]);
            }
            throw new IOException("A mail reply's line is too long.");
        }
    }
}
